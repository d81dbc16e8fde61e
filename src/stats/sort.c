#include "stats/sort.h"

#include <string.h>

#define DIGIT_BITS   11
#define DIGIT_VALUES (1u << DIGIT_BITS)
#define MAX_PASSES   3
/* Runs up to this long are put in order by insertion; a longer one makes all low bits be sorted. */
#define SHORT_RUN 32
#define SMALL     48

/* One element of the radix sort: up to 32 bits of key above the index of the value. */
#define INDEX(e) ((uint32_t)(e))
#define HIGH(e)  ((uint32_t)((e) >> 32))

struct source {
    const double *x;
    size_t n, stride;
    uint64_t least; /* key of the least value */
};

/* Order-preserving: a < b as doubles if and only if key(a) < key(b). Adding 0 makes -0 the same as 0. */
static inline uint64_t key_of(double x)
{
    uint64_t u;

    x += 0.0;
    memcpy(&u, &x, sizeof u);
    return u ^ ((uint64_t)((int64_t)u >> 63) | (uint64_t)1 << 63);
}

static inline uint64_t above_least(const struct source *s, size_t i)
{
    return key_of(s->x[i * s->stride]) - s->least;
}

/* Sets s->least and returns the greatest difference from it. */
static uint64_t key_range(struct source *s)
{
    double lo = s->x[0], hi = s->x[0];

    for (size_t i = 1; i < s->n; i++) {
        double x = s->x[i * s->stride];

        lo = x < lo ? x : lo;
        hi = x > hi ? x : hi;
    }
    s->least = key_of(lo);
    return key_of(hi) - s->least;
}

static void insertion_sort(double *value, uint32_t *row, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double v = value[i];
        uint32_t r = row[i];
        size_t k = i;

        for (; k > 0 && value[k - 1] > v; k--) {
            value[k] = value[k - 1];
            row[k] = row[k - 1];
        }
        value[k] = v;
        row[k] = r;
    }
}

static void small_sort(const struct source *s, double *value, uint32_t *row)
{
    for (size_t i = 0; i < s->n; i++) {
        value[i] = s->x[i * s->stride] + 0.0;
        row[i] = (uint32_t)i;
    }
    insertion_sort(value, row, s->n);
}

/* How `bits` bits of key are cut into digits of `width` bits. */
struct digits {
    unsigned passes, width;
    uint32_t *count; /* passes rows of DIGIT_VALUES */
};

static struct digits digits_of(unsigned bits, uint32_t *count)
{
    struct digits d = {.passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS, .count = count};

    d.width = (bits + d.passes - 1) / d.passes;
    memset(count, 0, d.passes * DIGIT_VALUES * sizeof *count);
    return d;
}

static inline uint32_t digit(const struct digits *d, unsigned pass, uint32_t key)
{
    return (key >> (pass * d->width)) & ((1u << d->width) - 1);
}

static inline void count_digits(const struct digits *d, uint32_t key)
{
    for (unsigned p = 0; p < d->passes; p++)
        d->count[p * DIGIT_VALUES + digit(d, p, key)]++;
}

/* Turns counts into places. False if all n keys have the same digit, so that the pass can be skipped. */
static bool places(uint32_t *count, unsigned width, size_t n)
{
    uint32_t sum = 0;

    for (size_t v = 0; v < (size_t)1 << width; v++) {
        uint32_t c = count[v];

        if (c == n)
            return false;
        count[v] = sum;
        sum += c;
    }
    return true;
}

/* Sorts the n elements of *a by their high half, stably, with *b as the other buffer; the result is in *a. */
static void radix_sort(uint64_t **a, uint64_t **b, size_t n, const struct digits *d)
{
    for (unsigned p = 0; p < d->passes; p++) {
        uint32_t *place = d->count + p * DIGIT_VALUES;
        uint64_t *from = *a, *to = *b;

        if (!places(place, d->width, n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[place[digit(d, p, HIGH(from[i]))]++] = from[i];
        *a = to;
        *b = from;
    }
}

/* Sorts by `bits` bits of key above `shift`, keeping the order in which `previous` (NULL: rows) names them. */
static void sort_by(const struct source *s, const uint64_t *previous, unsigned shift, unsigned bits,
                    uint64_t **a, uint64_t **b, uint32_t *count)
{
    struct digits d = digits_of(bits, count);
    uint64_t mask = ((uint64_t)1 << bits) - 1;
    uint64_t *to = previous == *a ? *b : *a;

    for (size_t i = 0; i < s->n; i++) {
        uint32_t index = previous ? INDEX(previous[i]) : (uint32_t)i;
        uint64_t key = (above_least(s, index) >> shift) & mask;

        count_digits(&d, (uint32_t)key);
        to[i] = key << 32 | index;
    }
    if (to == *b) {
        *b = *a;
        *a = to;
    }
    radix_sort(a, b, s->n, &d);
}

static void gather(const struct source *s, const uint64_t *sorted, double *value, uint32_t *row)
{
    for (size_t i = 0; i < s->n; i++) {
        uint32_t index = INDEX(sorted[i]);

        row[i] = index;
        value[i] = s->x[index * s->stride] + 0.0;
    }
}

/* Puts values in order that share all sorted bits. False if such a run is out of order and not short. */
static bool repair(const uint64_t *sorted, size_t n, double *value, uint32_t *row)
{
    for (size_t i = 1; i < n; i++) {
        size_t a = i, b = i;

        if (value[i - 1] <= value[i])
            continue;
        while (a > 0 && HIGH(sorted[a - 1]) == HIGH(sorted[i]))
            a--;
        while (b < n && HIGH(sorted[b]) == HIGH(sorted[i]) && b - a <= SHORT_RUN)
            b++;
        if (b - a > SHORT_RUN)
            return false;
        insertion_sort(value + a, row + a, b - a);
        i = b - 1;
    }
    return true;
}

static unsigned bit_length(uint64_t v)
{
    return v ? 64u - (unsigned)__builtin_clzll(v) : 0;
}

bool oddi_sort_rows(struct oddi_sort *sort, const double *x, size_t n, size_t stride, double *value,
                    uint32_t *row)
{
    struct source s = {.x = x, .n = n, .stride = stride};
    uint64_t *a, *b;
    unsigned bits, tried;

    if (n <= SMALL) {
        small_sort(&s, value, row);
        return true;
    }
    if (!oddi_room(&sort->a, n, sizeof *a) || !oddi_room(&sort->b, n, sizeof *b) ||
        !oddi_room(&sort->digits, MAX_PASSES * DIGIT_VALUES, sizeof(uint32_t)))
        return false;
    a = sort->a.at;
    b = sort->b.at;
    bits = bit_length(key_range(&s));
    if (bits == 0)
        bits = 1;
    /* About n^2 / 2^tried pairs of evenly spread values share all bits tried. */
    tried = 2 * bit_length(n) <= 2 * DIGIT_BITS ? 2 * DIGIT_BITS : 32;
    if (tried > bits)
        tried = bits;
    sort_by(&s, NULL, bits - tried, tried, &a, &b, sort->digits.at);
    gather(&s, a, value, row);
    if (repair(a, n, value, row))
        return true;
    tried = bits > 32 ? bits - 32 : bits;
    sort_by(&s, NULL, 0, tried, &a, &b, sort->digits.at);
    if (bits > tried)
        sort_by(&s, a, tried, bits - tried, &a, &b, sort->digits.at);
    gather(&s, a, value, row);
    return true;
}

void oddi_sort_free(struct oddi_sort *s)
{
    oddi_room_free(&s->a);
    oddi_room_free(&s->b);
    oddi_room_free(&s->digits);
}
