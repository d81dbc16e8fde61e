#include "base/num.h"

#include <math.h>
#include <string.h>

#include "base/num_big.h"

/* ---- integers ------------------------------------------------------------------------------------------------ */

static const char digit_pairs[201] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* The last n digits of v, zero-filled, ending before `end`. */
static void write_digits_before(char *end, uint64_t v, int n)
{
    for (; n >= 2; n -= 2) {
        end -= 2;
        memcpy(end, digit_pairs + 2 * (v % 100), 2);
        v /= 100;
    }
    if (n)
        end[-1] = (char)('0' + v % 10);
}

static int count_digits(uint64_t v)
{
    /* 1233 / 4096 is log10(2): the guess from the bit length is right or one too low. */
    int guess = (64 - __builtin_clzll(v | 1)) * 1233 >> 12;

    return guess + (v >= oddi_pow10[guess]) + (v == 0);
}

size_t oddi_format_u64(char *out, uint64_t v)
{
    int n = count_digits(v);

    write_digits_before(out + n, v, n);
    return (size_t)n;
}

size_t oddi_format_i64(char *out, int64_t v)
{
    size_t sign = v < 0;

    if (sign)
        *out = '-';
    return sign + oddi_format_u64(out + sign, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

size_t oddi_format_u64_grouped(char *out, uint64_t v)
{
    char digits[20];
    size_t n = oddi_format_u64(digits, v), k = 0;

    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = digits[i];
    }
    return k;
}

/* ---- doubles ------------------------------------------------------------------------------------------------- */

/* A positive finite double: mantissa * 2^exponent. */
struct parts {
    uint64_t mantissa;
    int exponent;
};

/* Rounded to `n` digits: digits * 10^(point - n + 1), 10^(n-1) <= digits < 10^n; the first digit weighs 10^point. */
struct rounded {
    uint64_t digits;
    int point;
};

static struct parts take_apart(double v)
{
    uint64_t image;
    struct parts p;

    memcpy(&image, &v, sizeof image);
    p.mantissa = image & ((UINT64_C(1) << 52) - 1);
    p.exponent = (int)(image >> 52 & 0x7ff);
    if (p.exponent)
        p.mantissa |= UINT64_C(1) << 52;
    else
        p.exponent = 1;
    p.exponent -= 1075;
    return p;
}

/* floor(log10(v)), or one less. */
static int guess_point(struct parts p)
{
    int e = p.exponent + 63 - __builtin_clzll(p.mantissa);

    return e * 315653 >> 20; /* floor(e log10(2)) for every exponent of a double */
}

/* A quotient's whole part and how its rest compares with a half: -1, 0, 1. */
struct quotient {
    uint64_t whole;
    int rest;
};

static int compare_half(oddi_u128 rest, oddi_u128 divisor)
{
    oddi_u128 other = divisor - rest;

    return rest < other ? -1 : rest > other;
}

/* p * 10^t where all of it fits 128 bits; the callers' choice of t keeps the result below 10^18. False if t is out of
 * reach. */
static bool scale_128(struct parts p, int t, struct quotient *q)
{
    int e = p.exponent + t;
    oddi_u128 product, unit;

    if (t < -ODDI_MAX_POW5 || t > ODDI_MAX_POW5)
        return false;
    if (t >= 0) {
        product = (oddi_u128)p.mantissa * oddi_pow5[t];
        unit = e < 0 ? (oddi_u128)1 << -e : 1;
        if (e >= 0) {
            q->whole = (uint64_t)(product << e);
            q->rest = -1;
        } else {
            q->whole = (uint64_t)(product >> -e);
            q->rest = compare_half(product & (unit - 1), unit);
        }
        return true;
    }
    product = e > 0 ? (oddi_u128)p.mantissa << e : p.mantissa;
    unit = e < 0 ? (oddi_u128)oddi_pow5[-t] << -e : oddi_pow5[-t];
    q->whole = (uint64_t)(product / unit);
    q->rest = compare_half(product % unit, unit);
    return true;
}

/* The same for any double. */
static void scale_big(struct parts p, int t, struct quotient *q)
{
    struct oddi_big num, den;
    int e = p.exponent + t;
    uint64_t high;

    oddi_big_set(&num, p.mantissa);
    oddi_big_set(&den, 1);
    oddi_big_mul_pow5(t < 0 ? &den : &num, (unsigned)(t < 0 ? -t : t));
    oddi_big_shift_left(e < 0 ? &den : &num, (unsigned)(e < 0 ? -e : e));
    /* The quotient is below 2^60: two limbs of it. */
    oddi_big_shift_left(&den, 32);
    oddi_big_normalise(&num, &den);
    high = oddi_big_divide(&num, &den);
    oddi_big_shift_left(&num, 32);
    q->whole = high << 32 | oddi_big_divide(&num, &den);
    oddi_big_shift_left(&num, 1);
    q->rest = oddi_big_compare(&num, &den);
}

static struct quotient scale(struct parts p, int t)
{
    struct quotient q;

    if (!scale_128(p, t, &q))
        scale_big(p, t, &q);
    return q;
}

/* Exactly, ties to even, as IEEE 754 conversions and glibc's printf do. */
static struct rounded round_to_digits(double v, int n)
{
    struct parts p = take_apart(v);
    struct rounded r = {0, guess_point(p)};
    struct quotient q = scale(p, n - 1 - r.point);

    if (q.whole >= oddi_pow10[n])
        q = scale(p, n - 1 - ++r.point);
    r.digits = q.whole + (q.rest > 0 || (q.rest == 0 && (q.whole & 1)));
    if (r.digits == oddi_pow10[n]) {
        r.digits = oddi_pow10[n - 1];
        r.point++;
    }
    return r;
}

static char *put_exponent(char *out, int e)
{
    *out++ = 'e';
    *out++ = e < 0 ? '-' : '+';
    e = e < 0 ? -e : e;
    if (e >= 100)
        *out++ = (char)('0' + e / 100);
    memcpy(out, digit_pairs + 2 * (e % 100), 2);
    return out + 2;
}

/* The eight digits of v, one a byte, the first in the lowest. Halves, quarters and digits are split side by side, with
 * exact multiplications in place of divisions. */
static uint64_t split_digits(uint32_t v)
{
    uint64_t fours = v / 10000 | (uint64_t)(v % 10000) << 32;
    uint64_t high = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = ((fours - 100 * high) << 16) + high;
    uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);

    return tens + ((twos - 10 * tens) << 8);
}

static void store_digits(char *out, uint64_t digits)
{
    digits += UINT64_C(0x3030303030303030);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(out, &digits, sizeof digits);
}

/* Bytes up to the last that is not zero. */
static int count_used(uint64_t digits)
{
    return digits ? (71 - __builtin_clzll(digits)) / 8 : 0;
}

#define MAX_SIGNIFICANT 17

/* Writes the n digits of v and zeros up to the 17th; returns how many there are without trailing zeros. */
static int write_significant(char out[MAX_SIGNIFICANT], uint64_t v, int n)
{
    uint64_t all = v * oddi_pow10[MAX_SIGNIFICANT - n], rest = all % UINT64_C(10000000000000000);
    uint64_t high = split_digits((uint32_t)(rest / 100000000)),
             low = split_digits((uint32_t)(rest % 100000000));

    out[0] = (char)('0' + all / UINT64_C(10000000000000000));
    store_digits(out + 1, high);
    store_digits(out + 9, low);
    return 1 + (low ? 8 + count_used(low) : count_used(high));
}

/* digits[0] '.' digits[1..n), with `before` digits before the point. Copies whole blocks, which end within ODDI_NUM_MAX:
 * what is beyond the end is overwritten or of no account. */
static char *put_pointed(char *out, const char *digits, int before, int n)
{
    memcpy(out, digits, MAX_SIGNIFICANT);
    if (n <= before)
        return out + before;
    out[before] = '.';
    memcpy(out + before + 1, digits + before, MAX_SIGNIFICANT);
    return out + n + 1;
}

/* printf's %g layout of a rounded value with n digits asked for. */
static char *put_general(char *out, struct rounded r, int n)
{
    char digits[2 * MAX_SIGNIFICANT];
    int kept = write_significant(digits, r.digits, n);

    memset(digits + MAX_SIGNIFICANT, '0', MAX_SIGNIFICANT);
    if (r.point < -4 || r.point >= n)
        return put_exponent(put_pointed(out, digits, 1, kept), r.point);
    if (r.point >= 0)
        return put_pointed(out, digits, r.point + 1, kept);
    memcpy(out, "0.000", 5);
    out += 1 - r.point;
    memcpy(out, digits, MAX_SIGNIFICANT);
    return out + kept;
}

size_t oddi_format_double(char *out, double v, int digits)
{
    char *p = out;

    if (isnan(v)) {
        memcpy(out, "nan", 3);
        return 3;
    }
    if (signbit(v)) {
        *p++ = '-';
        v = -v;
    }
    if (isinf(v)) {
        memcpy(p, "inf", 3);
        return (size_t)(p - out) + 3;
    }
    if (v == 0) {
        *p++ = '0';
        return (size_t)(p - out);
    }
    digits = digits < 1 ? 1 : digits > 17 ? 17 : digits;
    if (v < 0x1p53 && (double)(uint64_t)v == v && (uint64_t)v < oddi_pow10[digits]) /* most are counts */
        return (size_t)(p - out) + oddi_format_u64(p, (uint64_t)v);
    return (size_t)(put_general(p, round_to_digits(v, digits), digits) - out);
}

size_t oddi_format_double17(char *out, double v)
{
    return oddi_format_double(out, v, 17);
}

/* Digits after the point that make 12 significant ones of v in [1e-4, 1000). The doubles 0.1, 0.01 ... are all a little
 * above the decimals, so comparing with them compares with the decimals. */
static int score_decimals(double v)
{
    if (v >= 10)
        return v >= 100 ? 9 : 10;
    if (v >= 0.1)
        return v >= 1 ? 11 : 12;
    return v >= 0.01 ? 13 : v >= 0.001 ? 14 : 15;
}

/* Whole part and fraction are split in binary, exactly, and the fraction times 10^decimals fits 128 bits. The digits go
 * straight to their place: reading them back from a buffer in other widths would stall the processor. */
static size_t put_score(char *out, double v)
{
    struct parts p = take_apart(v);
    int shift = -p.exponent, decimals = score_decimals(v); /* 43 to 66 */
    oddi_u128 unit = (oddi_u128)1 << shift;
    uint64_t whole = shift < 64 ? p.mantissa >> shift : 0;
    oddi_u128 scaled = (oddi_u128)(p.mantissa - (shift < 64 ? whole << shift : 0)) * oddi_pow10[decimals];
    uint64_t fraction = (uint64_t)(scaled >> shift), high, low;
    int rest = compare_half(scaled & (unit - 1), unit);
    size_t n;

    fraction += rest > 0 || (rest == 0 && (fraction & 1));
    if (fraction == oddi_pow10[decimals]) {
        fraction = 0;
        whole++;
    }
    n = whole < 10 ? 1 : whole < 100 ? 2 : whole < 1000 ? 3 : 4;
    write_digits_before(out + n, whole, (int)n);
    if (fraction == 0)
        return n;
    fraction *= oddi_pow10[16 - decimals];
    high = split_digits((uint32_t)(fraction / 100000000));
    low = split_digits((uint32_t)(fraction % 100000000));
    out[n++] = '.';
    store_digits(out + n, high);
    store_digits(out + n + 8, low);
    return n + (size_t)(low ? 8 + count_used(low) : count_used(high));
}

size_t oddi_format_score(char *out, double v)
{
    if (v >= 1e-4 && v < 1000)
        return put_score(out, v);
    return oddi_format_double(out, v, 12);
}

/* ---- for people ---------------------------------------------------------------------------------------------- */

/* 2^53: every whole double up to here is an exact integer, and beyond it digits are noise. */
#define WHOLE_LIMIT 9007199254740992.0

/* Puts ',' into the whole part of a plain decimal text. */
static size_t group_thousands(char *out, const char *text, size_t n)
{
    const char *point = memchr(text, '.', n);
    size_t whole = point ? (size_t)(point - text) : n;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (i && i < whole && (whole - i) % 3 == 0)
            out[k++] = ',';
        out[k++] = text[i];
    }
    return k;
}

size_t oddi_format_quantity(char *out, double v)
{
    char text[ODDI_NUM_MAX];
    size_t sign = v < 0, n;
    double size = fabs(v);

    if (!(size < WHOLE_LIMIT)) /* also NaN and infinities */
        return oddi_format_double(out, v, 6);
    if (size >= 1e5) /* a fraction would be the seventh digit */
        size = nearbyint(size);
    if (sign)
        *out = '-';
    if (size == floor(size))
        return sign + oddi_format_u64_grouped(out + sign, (uint64_t)size);
    if (size < 1)
        return sign + oddi_format_double(out + sign, size, 6);
    n = oddi_format_double(text, size, 6);
    return sign + group_thousands(out + sign, text, n);
}
