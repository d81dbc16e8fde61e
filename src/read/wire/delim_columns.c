#include "read/wire/delim_rows.h"

#include <math.h>

#include "read/wire/delim_quad.h"
#include "read/wire/delim_value.h"

void oddi_delim_fail(struct oddi_delim_rows *rows, size_t r, uint32_t column, enum oddi_bad_reason reason)
{
    if (!rows->n_failed)
        memset(rows->fail, 0, rows->n * sizeof *rows->fail);
    if (rows->fail[r])
        return;
    rows->fail[r] = (column + 1) << 8 | (uint32_t)reason;
    rows->n_failed++;
}

/* Powers of ten, exact in a double. */
static const uint32_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

/* A number without a call: up to 15 digits, or up to 7 digits, a point and up to 8 digits. All digits together are below
 * 2^53, and so is the power of ten: their quotient is rounded once, as a correctly rounded parser would (Clinger 1990). */
static inline bool plain_number(struct oddi_field_text f, double *out)
{
    uint64_t whole, fraction, points;
    size_t n_whole, n_fraction;

    /* Both conditions in one branch: in a column of decimals the length alone is hard to predict. */
    if (oddi_short_digits(f.s, f.n & 15, &whole) & (f.n <= 8)) {
        *out = (double)whole;
        return true;
    }
    points = oddi_equal_bytes(oddi_load8(f.s), '.');
    n_whole = points ? (size_t)__builtin_ctzll(points) / 8 : 8;
    if (n_whole == 8 && oddi_digits(f.s, f.n, &whole)) {
        *out = (double)whole;
        return true;
    }
    n_fraction = f.n - 1 - n_whole;
    if (n_whole == 8 || n_fraction > 8 || !oddi_digits(f.s, n_whole, &whole) ||
        !oddi_digits(f.s + n_whole + 1, n_fraction, &fraction))
        return false;
    *out = (double)(whole * powers[n_fraction] + fraction) / powers[n_fraction];
    return true;
}

static inline double number_at(struct oddi_delim_rows *rows, size_t r, uint32_t k)
{
    struct oddi_field_text f = oddi_raw_field(rows, r, k);
    double v = NAN;

    if (f.n && !plain_number(f, &v) && !oddi_number_value(f, &v))
        oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
    return v;
}

static void numbers(struct oddi_delim_rows *rows, const struct oddi_recipe *recipe, double *out)
{
    for (size_t r = 0; r < rows->n; r++)
        out[r] = number_at(rows, r, recipe->a);
    if (recipe->div_a != 1)
        for (size_t r = 0; r < rows->n; r++)
            out[r] /= recipe->div_a;
    if (recipe->how == ODDI_COLUMN)
        return;
    for (size_t r = 0; r < rows->n; r++) {
        double b = number_at(rows, r, recipe->b) / recipe->div_b;

        out[r] = recipe->how == ODDI_SUM ? out[r] + b : out[r] - b;
    }
}

static int64_t time_at(struct oddi_delim_rows *rows, size_t r, uint32_t k, bool start,
                       struct oddi_time_cache *cache)
{
    struct oddi_field_text f = oddi_raw_field(rows, r, k);
    int64_t v;

    if (oddi_parse_time_cached(f.s, f.n, rows->zone, cache, &v))
        return v;
    if (!oddi_time_value(f, rows->zone, cache, &v) || (start && v == ODDI_NO_TIME))
        oddi_delim_fail(rows, r, k, start ? ODDI_BAD_TIME : ODDI_BAD_VALUE);
    return v;
}

/* The second that times are in as Argus, CICFlowMeter and others write them: 19 bytes up to the second in whatever form,
 * a point, six digits. Neighbouring rows mostly share it, and then only the digits are parsed. */
struct second_memo {
    uint64_t text[3]; /* bytes 0-7, 8-15 and 11-18; zeros match no text */
    int64_t ts;
};

#define MICRO_SIZE 26

static inline bool micro_text(struct oddi_field_text f, uint64_t text[3], uint64_t *micros)
{
    if (f.n != MICRO_SIZE || f.s[16] != ':' || f.s[19] != '.' || !oddi_short_digits(f.s + 20, 6, micros))
        return false;
    text[0] = oddi_load8(f.s);
    text[1] = oddi_load8(f.s + 8);
    text[2] = oddi_load8(f.s + 11);
    return true;
}

static void times(struct oddi_delim_rows *rows, uint32_t k, bool start, int64_t *out)
{
    struct oddi_time_cache cache = {0};
    struct second_memo memo = {{0}, 0};

    for (size_t r = 0; r < rows->n; r++) {
        uint64_t text[3] = {0}, micros = 0;
        bool micro = micro_text(oddi_raw_field(rows, r, k), text, &micros);

        if (micro && text[0] == memo.text[0] && text[1] == memo.text[1] && text[2] == memo.text[2]) {
            out[r] = memo.ts + (int64_t)micros * 1000;
            continue;
        }
        out[r] = time_at(rows, r, k, start, &cache);
        if (micro && out[r] != ODDI_NO_TIME) {
            memcpy(memo.text, text, sizeof text);
            memo.ts = out[r] - (int64_t)micros * 1000;
        }
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

static void ports(struct oddi_delim_rows *rows, uint32_t k, uint32_t *out)
{
    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_raw_field(rows, r, k);
        uint64_t v;

        if (f.n <= 5 && oddi_digits(f.s, f.n, &v) && v <= 65535)
            out[r] = (uint32_t)v;
        else if (!oddi_port_value(f, &out[r]))
            oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
    }
}

/* Rows repeat a few protocols: the last two spellings are remembered. */
static void protos(struct oddi_delim_rows *rows, uint32_t k, uint32_t *out)
{
    struct {
        uint64_t text; /* the bytes, zero-padded; 0 = none */
        uint32_t code;
    } known[2] = {{0, 0}, {0, 0}};

    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_raw_field(rows, r, k);
        uint64_t text = 0;

        if (f.n - 1 < sizeof text) {
            text = oddi_load8(f.s) & UINT64_MAX >> (64 - 8 * f.n);
            if (text == known[0].text || text == known[1].text) {
                out[r] = text == known[0].text ? known[0].code : known[1].code;
                continue;
            }
        }
        if (!oddi_proto_value(f, &out[r])) {
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
        if (!oddi_addr_value(oddi_raw_field(rows, r, k), &out[r]))
            oddi_delim_fail(rows, r, k, ODDI_BAD_VALUE);
}

static void texts(const struct oddi_delim_rows *rows, uint32_t k, struct oddi_span *out)
{
    for (size_t r = 0; r < rows->n; r++) {
        struct oddi_field_text f = oddi_trim(oddi_raw_field(rows, r, k));

        out[r].off = (uint32_t)(f.s - rows->data);
        out[r].len = f.n ? (uint32_t)f.n : UINT32_MAX;
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
