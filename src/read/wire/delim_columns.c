#include "read/wire/delim_rows.h"

#include <math.h>

#include "read/wire/delim_digits.h"
#include "read/wire/delim_quad.h"
#include "read/wire/delim_value.h"

/* The loops down a column are functions of their own: inlined together they would lack registers. */
#if defined(__GNUC__)
#define ODDI_NOINLINE __attribute__((noinline))
#else
#define ODDI_NOINLINE
#endif

void oddi_delim_fail(struct oddi_delim_rows *rows, size_t r, uint32_t column, enum oddi_bad_reason reason)
{
    if (!rows->n_failed)
        memset(rows->fail, 0, rows->n * sizeof *rows->fail);
    if (rows->fail[r])
        return;
    rows->fail[r] = (column + 1) << 8 | (uint32_t)reason;
    rows->n_failed++;
}

/* A spelling of "no value" that only this file has. */
static bool is_missing_here(const struct oddi_delim_rows *rows, struct oddi_field_text raw)
{
    struct oddi_field_text f = oddi_trim(raw);

    for (size_t i = 0; i < 2; i++) {
        const struct oddi_delim_word *word = &rows->style->missing[i];

        if (word->n && word->n == f.n && !memcmp(word->s, f.s, f.n))
            return true;
    }
    return false;
}

/* Powers of ten, exact in a double. */
static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
static const double float_powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};

/* A number without a call: up to 15 digits, or up to 7 digits, a point and up to 8 digits. All digits together are below
 * 2^53, and so is the power of ten: their quotient is rounded once, as a correctly rounded parser would (Clinger 1990). */
static inline bool plain_number(struct oddi_field_text f, double *out)
{
    uint64_t whole, fraction, points;
    size_t n_whole, n_fraction;

    /* Both conditions in one branch: in a column of decimals the length alone is hard to predict. */
    if (oddi_short_digits(f.s, f.n & 15, &whole) & (f.n <= 8)) {
        *out = (double)(int64_t)whole;
        return true;
    }
    points = oddi_equal_bytes(oddi_load8(f.s), '.');
    n_whole = points ? (size_t)__builtin_ctzll(points) / 8 : 8;
    if (n_whole == 8 && oddi_digits(f.s, f.n, &whole)) {
        *out = (double)(int64_t)whole;
        return true;
    }
    n_fraction = f.n - 1 - n_whole;
    if (n_whole == 8 || n_fraction > 8 || !oddi_digits(f.s, n_whole, &whole) ||
        !oddi_digits(f.s + n_whole + 1, n_fraction, &fraction))
        return false;
    *out = (double)(int64_t)(whole * powers[n_fraction] + fraction) / float_powers[n_fraction];
    return true;
}

/* What is left over by plain_number; out of line to keep the loops small. */
static ODDI_NOINLINE double other_number(struct oddi_delim_rows *rows, struct oddi_field_text f, size_t r,
                                         uint32_t k)
{
    double v;

    if (!oddi_number_value(f, &v) && !is_missing_here(rows, f))
        oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
    return v;
}

/* Field k of every row, divided by `divisor`. */
static ODDI_NOINLINE void number_field(struct oddi_delim_rows *rows, uint32_t k, double divisor, double *out)
{
    oddi_decimals_fn decimals = oddi_decimals_at(rows->simd);
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, 0, k);
    size_t n = rows->n;

    for (size_t r = 0; r < n; r++) {
        struct oddi_field_text f;

        if (decimals) {
            r = decimals(rows, r, k, out);
            if (r == n)
                break;
            cursor = oddi_field_cursor(rows, r, k);
        }
        f = oddi_next_value(&cursor);
        if (!f.n)
            out[r] = NAN;
        else if (!plain_number(f, &out[r]))
            out[r] = other_number(rows, f, r, k);
    }
    if (divisor != 1)
        for (size_t r = 0; r < n; r++)
            out[r] /= divisor;
}

/* out + or - field k, without memory for another column. */
static void combine_field(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, double *out)
{
    double sign = recipe->how == ODDI_SUM ? 1 : -1;
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, 0, recipe->b);

    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_value(&cursor);
        double v = NAN;

        if (f.n && !plain_number(f, &v))
            v = other_number(rows, f, r, recipe->b);
        out[r] += sign * (v / recipe->div_b);
    }
}

static void numbers(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, double *out)
{
    number_field(rows, recipe->a, recipe->div_a, out);
    if (recipe->how != ODDI_COLUMN)
        combine_field(rows, recipe, out);
}

static ODDI_NOINLINE int64_t time_at(struct oddi_delim_rows *rows, size_t r, uint32_t k, bool start,
                                     struct oddi_time_cache *cache)
{
    struct oddi_field_text f = oddi_raw_field(rows, r, k);
    int64_t v;

    bool ok = oddi_time_value(f, rows->zone, cache, &v) || is_missing_here(rows, f);

    if (!ok || (start && v == ODDI_NO_TIME))
        oddi_delim_fail(rows, r, k, start ? ODDI_BAD_TIME : ODDI_BAD_VALUE);
    return v;
}

/* Remembers the second of a time that was parsed, if it is written with microseconds. */
static void remember_second(struct oddi_field_text f, int64_t ts, struct oddi_second *second)
{
    uint64_t micros;

    if (ts == ODDI_NO_TIME || f.n != ODDI_MICRO_SIZE || f.s[16] != ':' || f.s[19] != '.' ||
        !oddi_short_digits(f.s + 20, 6, &micros))
        return;
    memcpy(second->text, f.s, sizeof second->text);
    second->ts = ts - (int64_t)micros * 1000;
}

static ODDI_NOINLINE void times(struct oddi_delim_rows *rows, uint32_t k, bool start, int64_t *out)
{
    oddi_same_second_fn same_second = oddi_same_second_at(rows->simd);
    struct oddi_time_cache cache = {0};
    struct oddi_second second = {{0}, 0};

    for (size_t r = 0; (r = same_second(rows, r, k, &second, out)) < rows->n; r++) {
        struct oddi_field_cursor cursor = oddi_field_cursor(rows, r, k);

        out[r] = time_at(rows, r, k, start, &cache);
        remember_second(oddi_next_value(&cursor), out[r], &second);
    }
}

/* Seconds from time column b to time column a: a duration that nobody wrote down. */
static void elapsed(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, double *out)
{
    struct oddi_time_cache cache_a = {0}, cache_b = {0};

    for (size_t r = 0; r < rows->n; r++) {
        int64_t a = time_at(rows, r, recipe->a, false, &cache_a);
        int64_t b = time_at(rows, r, recipe->b, false, &cache_b);

        out[r] = a == ODDI_NO_TIME || b == ODDI_NO_TIME ? NAN : (double)((__int128)a - b) / 1e9;
    }
}

static ODDI_NOINLINE void ports(struct oddi_delim_rows *rows, uint32_t k, uint32_t *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, 0, k);

    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_value(&cursor);
        uint64_t v;

        if (f.n <= 5 && oddi_digits(f.s, f.n, &v) && v <= 65535)
            out[r] = (uint32_t)v;
        else if (!oddi_port_value(f, &out[r]) && !is_missing_here(rows, f))
            oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
    }
}

/* Rows repeat a few protocols: the last two spellings are remembered. */
static ODDI_NOINLINE void protos(struct oddi_delim_rows *rows, uint32_t k, uint32_t *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, 0, k);
    struct {
        uint64_t text; /* the bytes, zero-padded; 0 = none */
        uint32_t code;
    } known[2] = {{0, 0}, {0, 0}};

    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_field(&cursor);
        uint64_t text = 0;

        if (f.n - 1 < sizeof text) {
            text = oddi_load8(f.s) & UINT64_MAX >> (64 - 8 * f.n);
            if (text == known[0].text || text == known[1].text) {
                out[r] = text == known[0].text ? known[0].code : known[1].code;
                continue;
            }
        }
        if (is_missing_here(rows, f)) {
            out[r] = ODDI_PROTO_NONE;
        } else if (!oddi_proto_value(f, &out[r])) {
            oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
        } else if (text) {
            known[1] = known[0];
            known[0].text = text;
            known[0].code = out[r];
        }
    }
}

static void addrs(struct oddi_delim_rows *rows, uint32_t k, struct oddi_addr *out)
{
    oddi_quads_fn quads = oddi_quads_at(rows->simd);

    for (size_t r = quads(rows, 0, k, out); r < rows->n; r = quads(rows, r + 1, k, out))
        if (!oddi_addr_value(oddi_raw_field(rows, r, k), &out[r]) &&
            !is_missing_here(rows, oddi_raw_field(rows, r, k)))
            oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
}

static ODDI_NOINLINE void texts(const struct oddi_delim_rows *rows, uint32_t k, struct oddi_span *out)
{
    struct oddi_field_cursor cursor = oddi_field_cursor(rows, 0, k);
    bool words = rows->style->missing[0].n || rows->style->missing[1].n;

    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_next_field(&cursor);

        if (f.n && !(f.s[0] > '"' && f.s[f.n - 1] > '"')) /* neither blank nor quote */
            f = oddi_trim(f);
        out[r].off = (uint32_t)(f.s - rows->data);
        out[r].len = f.n && !(words && is_missing_here(rows, f)) ? (uint32_t)f.n : UINT32_MAX;
    }
}

/* A value that this input has not got. */
static void absent(struct oddi_delim_rows *rows, enum oddi_type type, bool start, void *out)
{
    for (size_t r = 0; r < rows->n; r++) {
        if (start)
            oddi_delim_fail(rows, r, UINT32_MAX, ODDI_BAD_TIME);
        if (type == ODDI_TYPE_TIME)
            ((int64_t *)out)[r] = ODDI_NO_TIME;
        else if (type == ODDI_TYPE_NUMBER)
            ((double *)out)[r] = NAN;
        else if (type == ODDI_TYPE_ADDR)
            memset((struct oddi_addr *)out + r, 0, sizeof(struct oddi_addr));
        else if (type == ODDI_TYPE_TEXT)
            ((struct oddi_span *)out)[r] = (struct oddi_span){0, UINT32_MAX};
        else
            ((uint32_t *)out)[r] = UINT32_MAX;
    }
}

void oddi_delim_column(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, bool start, void *out)
{
    if (recipe->how == ODDI_ABSENT) {
        absent(rows, start ? ODDI_TYPE_TIME : recipe->type, start, out);
        return;
    }
    switch (recipe->type) {
    case ODDI_TYPE_NUMBER:
        if (recipe->how == ODDI_ELAPSED)
            elapsed(rows, recipe, out);
        else
            numbers(rows, recipe, out);
        break;
    case ODDI_TYPE_TIME:
        times(rows, recipe->a, start, out);
        break;
    case ODDI_TYPE_PROTO:
        protos(rows, recipe->a, out);
        break;
    case ODDI_TYPE_PORT:
        ports(rows, recipe->a, out);
        break;
    case ODDI_TYPE_ADDR:
        addrs(rows, recipe->a, out);
        break;
    case ODDI_TYPE_TEXT:
        texts(rows, recipe->a, out);
        break;
    }
}
