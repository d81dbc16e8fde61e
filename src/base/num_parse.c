#include "base/num.h"

#include <string.h>

#include "base/num_big.h"

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

bool oddi_parse_u64(const char *s, size_t n, uint64_t *out)
{
    uint64_t v = 0;

    if (n == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        unsigned digit = (unsigned char)(s[i] - '0');

        if (digit > 9)
            return false;
        if (i >= 19 && (v > UINT64_MAX / 10 || v * 10 > UINT64_MAX - digit))
            return false;
        v = v * 10 + digit;
    }
    *out = v;
    return true;
}

bool oddi_parse_i64(const char *s, size_t n, int64_t *out)
{
    bool negative = n && s[0] == '-';
    size_t sign = n && (s[0] == '-' || s[0] == '+');
    uint64_t v;

    if (!oddi_parse_u64(s + sign, n - sign, &v) || v > (uint64_t)INT64_MAX + negative)
        return false;
    *out = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool oddi_parse_hex(const char *s, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    size_t i = n >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') ? 2 : 0;

    if (i == n)
        return false;
    for (; i < n; i++) {
        int digit = hex_digit(s[i]);

        if (digit < 0 || v >> 60)
            return false;
        v = v << 4 | (unsigned)digit;
    }
    *out = v;
    return true;
}

/* ---- doubles ------------------------------------------------------------------------------------------------ */

/* A decimal as scanned: (-1)^negative * significand * 10^exponent. */
struct decimal {
    uint64_t significand; /* modulo 2^64 if n_digits > 19 */
    int64_t exponent;
    const char *start, *end; /* the digits and the point among them */
    size_t n_digits;
    bool negative;
};

#define EXPONENT_CAP INT64_C(100000000000000000) /* beyond any text's length, and far from overflow */

/* [e [+-] digits], whole. */
static bool scan_exponent(const char *p, const char *end, int64_t *out)
{
    int64_t v = 0;
    bool negative;

    if (p == end || (*p | 0x20) != 'e')
        return false;
    p++;
    negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    for (; p < end; p++) {
        if (!is_digit(*p))
            return false;
        if (v < EXPONENT_CAP)
            v = v * 10 + (*p - '0');
    }
    *out = negative ? -v : v;
    return true;
}

static bool scan_decimal(const char *s, size_t n, struct decimal *d)
{
    const char *p = s, *end = s + n, *point = NULL;
    uint64_t v = 0;
    int64_t exponent = 0;

    d->negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    d->start = p;
    for (; p < end && is_digit(*p); p++)
        v = v * 10 + (unsigned)(*p - '0');
    if (p < end && *p == '.') {
        point = p++;
        for (; p < end && is_digit(*p); p++)
            v = v * 10 + (unsigned)(*p - '0');
    }
    d->n_digits = (size_t)(p - d->start) - (point != NULL);
    if (d->n_digits == 0 || (p < end && !scan_exponent(p, end, &exponent)))
        return false;
    d->end = p;
    d->significand = v;
    d->exponent = exponent - (point ? p - point - 1 : 0);
    return true;
}

/* The same without leading zeros. */
struct significant {
    const char *digits, *end; /* the first is not '0' */
    int64_t point;            /* the value is in [10^(point - 1), 10^point) */
    uint64_t leading;         /* the first `taken` digits, at most 19 */
    int taken;
    bool zero, truncated;
};

static void skip_leading_zeros(const struct decimal *d, struct significant *out)
{
    size_t n = d->n_digits;
    const char *p = d->start;

    for (; p < d->end && (*p == '0' || *p == '.'); p++)
        n -= *p == '0';
    out->digits = p;
    out->end = d->end;
    out->point = d->exponent + (int64_t)n;
    out->leading = 0;
    out->taken = 0;
    for (; p < d->end && out->taken < 19; p++) {
        if (*p == '.')
            continue;
        out->leading = out->leading * 10 + (unsigned)(*p - '0');
        out->taken++;
    }
    out->zero = n == 0;
    out->truncated = n > 19;
}

/* m * 2^exponent (plus something below 1 unit of m if `sticky`) as the nearest double, ties to even. False above the
 * range. m != 0. */
static bool round_to_double(oddi_u128 m, int exponent, bool sticky, double *out)
{
    uint64_t high = (uint64_t)(m >> 64);
    int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll((uint64_t)m);
    int e = exponent + bits - 1; /* the value is in [2^e, 2^(e + 1)) */
    int keep = e >= -1022 ? 53 : 53 - (-1022 - e);
    int drop = bits - keep;
    uint64_t mantissa, image;

    if (keep < 0) {
        *out = 0;
        return true;
    }
    if (drop <= 0) {
        mantissa = (uint64_t)m << -drop;
    } else {
        oddi_u128 half = (oddi_u128)1 << (drop - 1);
        oddi_u128 rest = m & (half | (half - 1));

        mantissa = keep ? (uint64_t)(m >> drop) : 0;
        if (rest > half || (rest == half && (sticky || (mantissa & 1))))
            mantissa++;
    }
    if (e > 1023)
        return false;
    image =
        (e >= -1022 ? (uint64_t)(e + 1022) << 52 : 0) + mantissa; /* a carry raises the exponent by itself */
    if (image >= UINT64_C(0x7ff) << 52)
        return false;
    memcpy(out, &image, sizeof image);
    return true;
}

/* Exact for up to 19 digits and |exponent| <= 27: everything fits 128 bits. */
static bool convert_128(uint64_t w, int exponent, double *out)
{
    int zeros = __builtin_clzll(w);
    oddi_u128 numerator;
    uint64_t power;

    if (exponent >= 0)
        return round_to_double((oddi_u128)w * oddi_pow5[exponent], exponent, false, out);
    power = oddi_pow5[-exponent];
    numerator = (oddi_u128)(w << zeros) << 63;
    return round_to_double(numerator / power, exponent - 63 - zeros, numerator % power != 0, out);
}

/* No double needs more than 767 significant digits to be told from a midpoint: what follows is one sticky digit. */
#define MAX_DIGITS 800

static int load_digits(struct oddi_big *b, const struct significant *d)
{
    uint32_t chunk = 0, scale = 1;
    int taken = 0;
    bool more = false;

    oddi_big_set(b, 0);
    for (const char *p = d->digits; p < d->end; p++) {
        if (*p == '.')
            continue;
        if (taken == MAX_DIGITS) {
            more |= *p != '0';
            continue;
        }
        chunk = chunk * 10 + (uint32_t)(*p - '0');
        scale *= 10;
        taken++;
        if (scale == 1000000000) {
            oddi_big_mul_add(b, scale, chunk);
            chunk = 0;
            scale = 1;
        }
    }
    oddi_big_mul_add(b, scale, chunk);
    if (taken < MAX_DIGITS)
        return taken;
    oddi_big_mul_add(b, 10, more);
    return taken + 1;
}

/* Any decimal whose point is within the range of doubles: the leading 65 or 66 bits of the quotient of two exact
 * integers, and whether anything is left. */
static bool convert_exact(const struct significant *d, double *out)
{
    struct oddi_big num, den;
    int taken = load_digits(&num, d);
    int power = (int)d->point - taken;
    int shift;
    oddi_u128 q;

    oddi_big_set(&den, 1);
    oddi_big_mul_pow5(power < 0 ? &den : &num, (unsigned)(power < 0 ? -power : power));
    shift = (int)oddi_big_bits(&den) - (int)oddi_big_bits(&num) + 1; /* the quotient is then in (1, 4) */
    oddi_big_shift_left(shift > 0 ? &num : &den, (unsigned)(shift > 0 ? shift : -shift));
    oddi_big_normalise(&num, &den);
    q = oddi_big_divide(&num, &den);
    for (int i = 0; i < 2; i++) {
        oddi_big_shift_left(&num, 32);
        q = q << 32 | oddi_big_divide(&num, &den);
    }
    return round_to_double(q, power - shift - 64, num.n != 0, out);
}

/* ---- between two bounds ----------------------------------------------------------------------------------------- */

/* 5^(27 k) is in [m, m + 1) * 2^x, for k from -13 on. */
#define STEP_FIRST (-13)
static const struct {
    uint64_t m;
    int x;
} steps[] = {
    /* clang-format off */
    {UINT64_C(0x8049a4ac0c5811ae), -878}, /* -351 */
    {UINT64_C(0xcf42894a5dce35ea), -816}, /* -324 */
    {UINT64_C(0xa76c582338ed2621), -753}, /* -297 */
    {UINT64_C(0x873e4f75e2224e68), -690}, /* -270 */
    {UINT64_C(0xda7f5bf590966848), -628}, /* -243 */
    {UINT64_C(0xb080392cc4349dec), -565}, /* -216 */
    {UINT64_C(0x8e938662882af53e), -502}, /* -189 */
    {UINT64_C(0xe65829b3046b0afa), -440}, /* -162 */
    {UINT64_C(0xba121a4650e4ddeb), -377}, /* -135 */
    {UINT64_C(0x964e858c91ba2655), -314}, /* -108 */
    {UINT64_C(0xf2d56790ab41c2a2), -252}, /* -81 */
    {UINT64_C(0xc428d05aa4751e4c), -189}, /* -54 */
    {UINT64_C(0x9e74d1b791e07e48), -126}, /* -27 */
    {UINT64_C(0x8000000000000000), -63}, /* 0 */
    {UINT64_C(0xcecb8f27f4200f3a), -1}, /* 27 */
    {UINT64_C(0xa70c3c40a64e6c51), 62}, /* 54 */
    {UINT64_C(0x86f0ac99b4e8dafd), 125}, /* 81 */
    {UINT64_C(0xda01ee641a708de9), 187}, /* 108 */
    {UINT64_C(0xb01ae745b101e9e4), 250}, /* 135 */
    {UINT64_C(0x8e41ade9fbebc27d), 313}, /* 162 */
    {UINT64_C(0xe5d3ef282a242e81), 375}, /* 189 */
    {UINT64_C(0xb9a74a0637ce2ee1), 438}, /* 216 */
    {UINT64_C(0x95f83d0a1fb69cd9), 501}, /* 243 */
    {UINT64_C(0xf24a01a73cf2dccf), 563}, /* 270 */
    {UINT64_C(0xc3b8358109e84f07), 626}, /* 297 */
    /* clang-format on */
};

/* The first 19 digits and a 64-bit power of five, each with what it is at most, bound the value from below and above. If
 * both bounds round to the same double, so does what is between them; about one in 500 decimals does not, and is left to
 * exact arithmetic. False then. (The idea of taking digits that were cut off for a bound is Clinger's and Lemire's.) */
static bool convert_bounded(const struct significant *d, double *out)
{
    int exponent = (int)d->point - d->taken; /* of ten; from -342 to 308 */
    int k = (exponent + 27 * 20) / 27 - 20, j = exponent - 27 * k, zeros = __builtin_clzll(oddi_pow5[j]);
    uint64_t step = steps[k - STEP_FIRST].m, power = oddi_pow5[j] << zeros;
    uint64_t low = (uint64_t)((oddi_u128)step * power >> 64);
    uint64_t high = (uint64_t)(((oddi_u128)step + 1) * power >> 64) + 1;
    int binary = exponent + steps[k - STEP_FIRST].x - zeros + 64;
    double least, most;

    if (high == 0 || !round_to_double((oddi_u128)d->leading * low, binary, false, &least) ||
        !round_to_double((oddi_u128)(d->leading + d->truncated) * high, binary, false, &most) ||
        least != most)
        return false;
    *out = least;
    return true;
}

static bool convert_far(const struct decimal *d, double *out)
{
    struct significant t;

    skip_leading_zeros(d, &t);
    if (t.zero || t.point < -323) { /* below half of the least denormal, 2.47e-324 */
        *out = 0;
        return true;
    }
    if (t.point > 309)
        return false;
    if (!t.truncated && t.point - t.taken >= -ODDI_MAX_POW5 && t.point - t.taken <= ODDI_MAX_POW5)
        return convert_128(t.leading, (int)t.point - t.taken, out);
    return convert_bounded(&t, out) || convert_exact(&t, out);
}

bool oddi_parse_double(const char *s, size_t n, double *out)
{
    static const double pow10[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct decimal d;
    double v;

    if (!scan_decimal(s, n, &d))
        return false;
    if (d.n_digits <= 19 && d.significand <= UINT64_C(1) << 53 && d.exponent >= -22 && d.exponent <= 22) {
        /* Both operands are exact, so the one operation rounds correctly (Clinger 1990). */
        v = (double)(int64_t)d.significand;
        v = d.exponent < 0 ? v / pow10[-d.exponent] : v * pow10[d.exponent];
    } else if (!convert_far(&d, &v)) {
        return false;
    }
    *out = d.negative ? -v : v;
    return true;
}
