#include "base/num_big.h"

#include <string.h>

const uint64_t oddi_pow5[ODDI_MAX_POW5 + 1] = {
    UINT64_C(1),
    UINT64_C(5),
    UINT64_C(25),
    UINT64_C(125),
    UINT64_C(625),
    UINT64_C(3125),
    UINT64_C(15625),
    UINT64_C(78125),
    UINT64_C(390625),
    UINT64_C(1953125),
    UINT64_C(9765625),
    UINT64_C(48828125),
    UINT64_C(244140625),
    UINT64_C(1220703125),
    UINT64_C(6103515625),
    UINT64_C(30517578125),
    UINT64_C(152587890625),
    UINT64_C(762939453125),
    UINT64_C(3814697265625),
    UINT64_C(19073486328125),
    UINT64_C(95367431640625),
    UINT64_C(476837158203125),
    UINT64_C(2384185791015625),
    UINT64_C(11920928955078125),
    UINT64_C(59604644775390625),
    UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625),
    UINT64_C(7450580596923828125),
};

const uint64_t oddi_pow10[ODDI_MAX_POW10 + 1] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

static void push_limb(struct oddi_big *b, uint32_t v)
{
    /* The callers' bounds on digits and exponents keep n in range; a wrong result beats a wild write. */
    if (v && b->n < ODDI_BIG_LIMBS)
        b->limb[b->n++] = v;
}

static void trim(struct oddi_big *b)
{
    while (b->n && !b->limb[b->n - 1])
        b->n--;
}

void oddi_big_set(struct oddi_big *b, uint64_t v)
{
    b->limb[0] = (uint32_t)v;
    b->limb[1] = (uint32_t)(v >> 32);
    b->n = 2;
    trim(b);
}

void oddi_big_mul_add(struct oddi_big *b, uint32_t m, uint32_t add)
{
    uint64_t carry = add;

    for (int i = 0; i < b->n; i++) {
        carry += (uint64_t)b->limb[i] * m;
        b->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    push_limb(b, (uint32_t)carry);
    trim(b);
}

void oddi_big_mul_pow5(struct oddi_big *b, unsigned k)
{
    for (; k >= 13; k -= 13) /* 5^13 is the greatest power that fits a limb */
        oddi_big_mul_add(b, (uint32_t)oddi_pow5[13], 0);
    oddi_big_mul_add(b, (uint32_t)oddi_pow5[k], 0);
}

void oddi_big_shift_left(struct oddi_big *b, unsigned bits)
{
    int words = (int)(bits / 32);

    if (!b->n)
        return;
    if (bits % 32)
        oddi_big_mul_add(b, UINT32_C(1) << (bits % 32), 0);
    if (words > ODDI_BIG_LIMBS - b->n)
        words = ODDI_BIG_LIMBS - b->n;
    memmove(b->limb + words, b->limb, (size_t)b->n * sizeof b->limb[0]);
    memset(b->limb, 0, (size_t)words * sizeof b->limb[0]);
    b->n += words;
}

unsigned oddi_big_bits(const struct oddi_big *b)
{
    return b->n ? (unsigned)b->n * 32 - (unsigned)__builtin_clz(b->limb[b->n - 1]) : 0;
}

int oddi_big_compare(const struct oddi_big *a, const struct oddi_big *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (int i = a->n; i-- > 0;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

void oddi_big_normalise(struct oddi_big *num, struct oddi_big *den)
{
    unsigned bits = (unsigned)__builtin_clz(den->limb[den->n - 1]);

    oddi_big_shift_left(num, bits);
    oddi_big_shift_left(den, bits);
}

/* num -= den * q over the limbs of den and one more; the limb above num->n counts as 0. Returns true if it went below
 * zero, in which case num holds the value modulo 2^(32 (den->n + 1)). */
static bool multiply_subtract(struct oddi_big *num, const struct oddi_big *den, uint32_t q)
{
    uint64_t carry = 0, borrow = 0;

    for (int i = 0; i <= den->n; i++) {
        uint64_t take;

        carry += i < den->n ? (uint64_t)den->limb[i] * q : 0;
        take = (uint64_t)num->limb[i] - (uint32_t)carry - borrow;
        num->limb[i] = (uint32_t)take;
        borrow = take >> 63;
        carry >>= 32;
    }
    return borrow;
}

/* num += den over den->n + 1 limbs; returns the carry out. */
static bool add_back(struct oddi_big *num, const struct oddi_big *den)
{
    uint64_t carry = 0;

    for (int i = 0; i <= den->n; i++) {
        carry += (uint64_t)num->limb[i] + (i < den->n ? den->limb[i] : 0);
        num->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return carry;
}

uint32_t oddi_big_divide(struct oddi_big *num, const struct oddi_big *den)
{
    int n = den->n;
    uint64_t top, q;

    if (num->n < n)
        return 0;
    if (num->n == n)
        num->limb[n] = 0;
    top = (uint64_t)num->limb[n] << 32 | num->limb[n - 1];
    q = top / den->limb[n - 1];
    if (q > UINT32_MAX)
        q = UINT32_MAX;
    num->n = n + 1;
    if (multiply_subtract(num, den, (uint32_t)q)) {
        do /* the estimate is at most 2 too great */
            q--;
        while (!add_back(num, den));
    }
    trim(num);
    return (uint32_t)q;
}
