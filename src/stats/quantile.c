#include "stats/moments.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/*
 * Selection by the digits of an order-preserving integer image of the doubles. Unlike quickselect it has no pivot to
 * choose badly: every round divides the range of the candidates by 256 at least, so that 8 rounds end it for any
 * order and any duplicates.
 */

#define DIGIT_BITS 8
#define DIGITS     (1u << DIGIT_BITS)
#define FEW        24 /* sorted at once below this many */

static uint64_t key_of(double v)
{
    uint64_t u;
    memcpy(&u, &v, sizeof u);
    return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}

static void insertion_sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = x[i];
        size_t j = i;
        for (; j > 0 && key_of(x[j - 1]) > key_of(v); j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

static void key_range(const double *x, size_t n, uint64_t *low, uint64_t *high)
{
    *low = UINT64_MAX;
    *high = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t k = key_of(x[i]);
        *low = k < *low ? k : *low;
        *high = k > *high ? k : *high;
    }
}

/* The least shift that leaves a digit of (key - low). */
static unsigned digit_shift(uint64_t span)
{
    unsigned bits = 64 - (unsigned)__builtin_clzll(span);
    return bits > DIGIT_BITS ? bits - DIGIT_BITS : 0;
}

struct part {
    size_t below, inside; /* values of smaller digits, values of the digit */
    unsigned digit;
};

/* Which digit the value of rank k has. */
static struct part find_digit(const double *x, size_t n, uint64_t low, unsigned shift, size_t k)
{
    size_t count[DIGITS] = {0}, below = 0;
    unsigned digit = 0;
    for (size_t i = 0; i < n; i++)
        count[(key_of(x[i]) - low) >> shift]++;
    while (below + count[digit] <= k)
        below += count[digit++];
    return (struct part){below, count[digit], digit};
}

/* Smaller digits to the front, larger ones to the back. */
static void split_by_digit(double *x, size_t n, uint64_t low, unsigned shift, unsigned digit)
{
    size_t front = 0, i = 0, back = n;
    while (i < back) {
        double v = x[i];
        uint64_t is = (key_of(v) - low) >> shift;
        if (is < digit) {
            x[i++] = x[front];
            x[front++] = v;
        } else if (is > digit) {
            x[i] = x[--back];
            x[back] = v;
        } else {
            i++;
        }
    }
}

/* Puts the value of rank k (0-based) to x[k], nothing greater before it and nothing smaller behind. */
static void select_rank(double *x, size_t n, size_t k)
{
    while (n > FEW) {
        uint64_t low, high;
        key_range(x, n, &low, &high);
        if (low == high)
            return;
        unsigned shift = digit_shift(high - low);
        struct part p = find_digit(x, n, low, shift, k);
        split_by_digit(x, n, low, shift, p.digit);
        if (shift == 0)
            return; /* all that share a digit are equal */
        x += p.below;
        k -= p.below;
        n = p.inside;
    }
    insertion_sort(x, n);
}

static double least(const double *x, size_t n)
{
    double v = x[0];
    for (size_t i = 1; i < n; i++)
        v = x[i] < v ? x[i] : v;
    return v;
}

double oddi_quantile(double *x, size_t n, double q)
{
    double at = q * (double)(n - 1), t = at - floor(at);
    size_t k = (size_t)at;
    if (k >= n - 1)
        k = n - 1;
    select_rank(x, n, k);
    double a = x[k];
    if (t == 0 || k + 1 == n)
        return a;
    double b = least(x + k + 1, n - k - 1);
    /* As numpy's _lerp: exact at both ends and monotone. */
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}
