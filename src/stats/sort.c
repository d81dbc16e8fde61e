#include "stats/sort.h"

#include <string.h>

#define SMALL       48   /* up to here by insertion */
#define FEW         8192 /* up to here counting 2^8 values a pass is cheaper than 2^11 */
#define FEW_BITS    8
#define DIGIT_BITS  11
#define COUNTS      (3u << DIGIT_BITS) /* of all passes over 32 bits */
#define SORTED_BITS 32
/* Values that share all sorted bits are put in order by insertion if they are so few. */
#define SHORT_RUN 32

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

/* How `bits` bits of key are cut into digits. */
struct digits {
    unsigned passes, width;
    uint32_t *count; /* passes rows of 2^width */
};

static struct digits digits_of(unsigned bits, size_t n, uint32_t *count)
{
    unsigned most = n <= FEW ? FEW_BITS : DIGIT_BITS;
    struct digits d = {.passes = (bits + most - 1) / most, .count = count};

    d.width = (bits + d.passes - 1) / d.passes;
    memset(count, 0, (d.passes * sizeof *count) << d.width);
    return d;
}

static inline uint32_t digit(const struct digits *d, unsigned pass, uint32_t key)
{
    return (key >> (pass * d->width)) & ((1u << d->width) - 1);
}

static inline void count_digits(const struct digits *d, uint32_t key)
{
    for (unsigned p = 0; p < d->passes; p++)
        d->count[((size_t)p << d->width) + digit(d, p, key)]++;
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

/* The two buffers of a radix sort; the elements are in `a`. */
struct buffers {
    uint64_t *a, *b;
};

/* Sorts n counted elements by their high half, stably. */
static void radix_sort(struct buffers *buf, size_t n, const struct digits *d)
{
    for (unsigned p = 0; p < d->passes; p++) {
        uint32_t *place = d->count + ((size_t)p << d->width);
        uint64_t *from = buf->a, *to = buf->b;

        if (!places(place, d->width, n))
            continue;
        for (size_t i = 0; i < n; i++)
            to[place[digit(d, p, HIGH(from[i]))]++] = from[i];
        buf->a = to;
        buf->b = from;
    }
}

/* Sorts all rows by the `bits` bits of key above `shift`. */
static void sort_all(const struct source *s, unsigned shift, unsigned bits, struct buffers *buf,
                     uint32_t *count)
{
    struct digits d = digits_of(bits, s->n, count);

    for (size_t i = 0; i < s->n; i++) {
        uint32_t key = (uint32_t)(above_least(s, i) >> shift);

        count_digits(&d, key);
        buf->a[i] = (uint64_t)key << 32 | i;
    }
    radix_sort(buf, s->n, &d);
}

/* Sorts the n rows of a run, whose keys differ in the low `bits` bits alone; bits <= 32. */
static void sort_run(const struct source *s, unsigned bits, double *value, uint32_t *row, size_t n,
                     struct buffers *buf, uint32_t *count)
{
    struct digits d = digits_of(bits, n, count);
    const uint32_t mask = (uint32_t)(((uint64_t)1 << bits) - 1);

    for (size_t i = 0; i < n; i++) {
        uint32_t key = (uint32_t)above_least(s, row[i]) & mask;

        count_digits(&d, key);
        buf->a[i] = (uint64_t)key << 32 | row[i];
    }
    radix_sort(buf, n, &d);
    for (size_t i = 0; i < n; i++) {
        row[i] = INDEX(buf->a[i]);
        value[i] = s->x[row[i] * s->stride] + 0.0;
    }
}

static void gather(const struct source *s, const uint64_t *sorted, double *value, uint32_t *row)
{
    for (size_t i = 0; i < s->n; i++) {
        uint32_t index = INDEX(sorted[i]);

        row[i] = index;
        value[i] = s->x[index * s->stride] + 0.0;
    }
}

/* Puts in order what shares all sorted bits; `bits` bits are left. The sorted elements are no longer needed up to
 * where the work has come, and b is free. */
static void repair(const struct source *s, unsigned bits, struct buffers *buf, double *value, uint32_t *row,
                   uint32_t *count)
{
    const uint64_t *sorted = buf->a;
    size_t done = 0; /* elements before it may have been overwritten */

    for (size_t i = 1; i < s->n; i++) {
        size_t a = i - 1, b = i + 1;

        if (value[i - 1] <= value[i])
            continue;
        while (a > done && HIGH(sorted[a - 1]) == HIGH(sorted[i]))
            a--;
        while (b < s->n && HIGH(sorted[b]) == HIGH(sorted[i]))
            b++;
        if (b - a <= SHORT_RUN) {
            insertion_sort(value + a, row + a, b - a);
        } else {
            /* The run's own elements serve as the second buffer. */
            struct buffers run = {.a = buf->b, .b = buf->a + a};

            sort_run(s, bits, value + a, row + a, b - a, &run, count);
        }
        i = done = b;
    }
}

/* v > 0 */
static unsigned bit_length(uint64_t v)
{
    return 64u - (unsigned)__builtin_clzll(v);
}

bool oddi_sort_rows(struct oddi_sort *sort, const double *x, size_t n, size_t stride, double *value,
                    uint32_t *row)
{
    struct source s = {.x = x, .n = n, .stride = stride};
    struct buffers buf;
    unsigned bits, left;

    if (n <= SMALL) {
        small_sort(&s, value, row);
        return true;
    }
    if (!oddi_room(&sort->a, n, sizeof *buf.a) || !oddi_room(&sort->b, n, sizeof *buf.b) ||
        !oddi_room(&sort->digits, COUNTS, sizeof(uint32_t)))
        return false;
    buf = (struct buffers){.a = sort->a.at, .b = sort->b.at};
    bits = bit_length(key_range(&s) | 1);
    left = bits > SORTED_BITS ? bits - SORTED_BITS : 0;
    sort_all(&s, left, bits - left, &buf, sort->digits.at);
    gather(&s, buf.a, value, row);
    if (left > 0)
        repair(&s, left, &buf, value, row, sort->digits.at);
    return true;
}

void oddi_sort_free(struct oddi_sort *s)
{
    oddi_room_free(&s->a);
    oddi_room_free(&s->b);
    oddi_room_free(&s->digits);
}
