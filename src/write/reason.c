#include "write/reason.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "write/quantity.h"

/* Features named in a sentence, and the least share that is worth naming. */
enum { MAX_NAMED = 3 };
#define LEAST_SHARE 0.01
/* Significant digits of a number in a clause: of one below PLAIN_BELOW, of any other, and at most. */
enum { PLAIN_DIGITS = 3, FULL_DIGITS = 6, MOST_DIGITS = 17 };
#define PLAIN_BELOW 1000.0

/* The feature after `last` in the order of shares, largest first, ties by index; n if there is none. `last` = n: the first. */
static size_t next_by_share(const struct oddi_reason *r, size_t n, size_t last)
{
    size_t best = n;

    for (size_t j = 0; j < n; j++) {
        if (last < n && (r[j].share > r[last].share || (j <= last && r[j].share == r[last].share)))
            continue;
        if (best == n || r[j].share > r[best].share)
            best = j;
    }
    return best;
}

const char *oddi_reason_feature(const struct oddi_write_options *o, size_t j)
{
    return o->shown ? o->shown[j] : o->features[j];
}

/* The whole number nearest to `value` whose log1p() is on the normal side of `limit`. */
static double whole_limit(double limit, double value)
{
    double k = rint(expm1(limit));

    if (limit < value) {
        while (log1p(k) > limit)
            k--;
        return log1p(k + 1) <= limit ? k + 1 : k;
    }
    while (log1p(k) < limit)
        k++;
    return k > 0 && log1p(k - 1) >= limit ? k - 1 : k;
}

/* exp() and log() are each other's inverses but for the last digit, which would make 2 of 2 flows 2.0000000004. */
static double unlogged(double x, bool whole)
{
    double v = expm1(x), near = rint(v);

    return whole && fabs(v - near) <= 1e-9 * (1 + fabs(near)) ? near : v;
}

struct oddi_reason oddi_reason_shown(const struct oddi_write_options *o, const struct oddi_reason *r,
                                     size_t j)
{
    struct oddi_reason s = *r;

    if (!o->logarithm || !o->logarithm[j])
        return s;
    s.value = unlogged(r->value, o->whole[j]);
    s.nearest_value = unlogged(r->nearest_value, o->whole[j]);
    s.expected_low = unlogged(r->expected_low, o->whole[j]);
    s.expected_high = unlogged(r->expected_high, o->whole[j]);
    if (!isnan(r->normal_at))
        s.normal_at = o->whole[j] && fabs(r->normal_at) < 36 ? whole_limit(r->normal_at, r->value)
                                                             : expm1(r->normal_at);
    return s;
}

static void add_expected(struct oddi_buf *out, const struct oddi_reason *r, int digits, const char *unit)
{
    oddi_quantity_add(out, r->expected_low, digits);
    if (r->expected_low != r->expected_high) {
        oddi_buf_str(out, "..");
        oddi_quantity_add(out, r->expected_high, digits);
    }
    oddi_buf_str(out, unit);
    oddi_buf_str(out, "; ");
}

static void add_part(struct oddi_buf *out, const struct oddi_write_options *o,
                     const struct oddi_reason *logged, size_t j)
{
    struct oddi_reason shown = oddi_reason_shown(o, logged, j);
    const struct oddi_reason *r = &shown;
    int digits = oddi_quantity_digits(r, o->whole[j]);
    const char *unit = oddi_quantity_unit(oddi_reason_feature(o, j));

    oddi_buf_str(out, oddi_reason_feature(o, j));
    oddi_buf_char(out, ' ');
    oddi_quantity_add(out, r->value, digits);
    oddi_buf_str(out, unit);
    if (o->n_features > 1)
        oddi_buf_printf(out, " (%d %%)", (int)(100 * r->share + 0.5));
    oddi_buf_str(out, ": expected ");
    add_expected(out, r, digits, unit);
}

static void add_change(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_verdict *v)
{
    size_t j = oddi_reason_change(v, o->n_features);
    struct oddi_reason r;

    if (j == o->n_features) {
        oddi_buf_str(out, "no single feature would make it normal");
        return;
    }
    r = oddi_reason_shown(o, v->reasons + j, j);
    oddi_buf_str(out, "would be normal at ");
    oddi_buf_str(out, oddi_reason_feature(o, j));
    oddi_buf_str(out, r.normal_at < r.value ? " <= " : " >= ");
    oddi_quantity_add_limit(out, &r, oddi_quantity_digits(&r, o->whole[j]));
    oddi_buf_str(out, oddi_quantity_unit(oddi_reason_feature(o, j)));
}

/* ---- entities: sentences -------------------------------------------------------------------------------------- */

/* "peers that never answered on {}" with what the greatest part is of; without a place for it, in brackets behind. */
static void add_phrase(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_entity *e,
                       size_t j)
{
    const char *phrase = o->phrases && o->phrases[j] ? o->phrases[j] : oddi_reason_feature(o, j);
    const char *witness = e->witness && e->witness[j] ? e->witness[j] : "";
    const char *place = strstr(phrase, "{}");

    if (!place) {
        oddi_buf_str(out, phrase);
        if (*witness)
            oddi_buf_printf(out, " (%s)", witness);
        return;
    }
    oddi_buf_add(out, phrase, (size_t)(place - phrase));
    oddi_buf_str(out, *witness ? witness : "one of them");
    oddi_buf_str(out, place + 2);
}

/* Whether the value lies beyond what the others show: what lies within is odd only beside the other features. */
static bool is_beyond(const struct oddi_reason *r)
{
    return r->value > r->expected_high || r->value < r->expected_low;
}

/* Which end of the expected range the sentence names. */
static double bound_of(const struct oddi_reason *r)
{
    return r->value < r->expected_low ? r->expected_low : r->expected_high;
}

static size_t format_number(char out[ODDI_NUM_MAX], double v, int digits)
{
    return digits == FULL_DIGITS ? oddi_format_quantity(out, v) : oddi_format_double(out, v, digits);
}

/* Significant digits of a clause: few where the feature is not a count, but so many that value and bound differ as printed. */
static int clause_digits(const struct oddi_reason *r, bool whole)
{
    char value[ODDI_NUM_MAX], bound[ODDI_NUM_MAX];
    bool few = fmax(fabs(r->value), fabs(bound_of(r))) < PLAIN_BELOW;
    int digits = few ? PLAIN_DIGITS : FULL_DIGITS;

    if (whole || (r->value == rint(r->value) && bound_of(r) == rint(bound_of(r))))
        return FULL_DIGITS;
    for (; digits < MOST_DIGITS && is_beyond(r); digits++) {
        size_t n = format_number(value, r->value, digits);

        if (format_number(bound, bound_of(r), digits) != n || memcmp(value, bound, n) != 0)
            break;
    }
    return digits;
}

static void add_number(struct oddi_buf *out, double v, int digits)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, format_number(text, v, digits));
}

/* "127 peers that never answered on tcp/25, expected at most 3"; without a phrase "NAME 127, expected at most 3". */
static void add_clause(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_verdict *v,
                       size_t j)
{
    struct oddi_reason r = oddi_reason_shown(o, v->reasons + j, j);
    int digits = clause_digits(&r, o->whole[j]);
    bool spoken = o->phrases && o->phrases[j];

    if (!spoken) {
        add_phrase(out, o, v->entity, j);
        oddi_buf_char(out, ' ');
    }
    add_number(out, r.value, digits);
    oddi_buf_str(out, oddi_quantity_unit(oddi_reason_feature(o, j)));
    if (spoken) {
        oddi_buf_char(out, ' ');
        add_phrase(out, o, v->entity, j);
    }
    if (isnan(r.expected_low) || isnan(r.expected_high))
        return;
    oddi_buf_str(out, ", expected ");
    if (is_beyond(&r)) {
        oddi_buf_str(out, r.value > r.expected_high ? "at most " : "at least ");
        add_number(out, bound_of(&r), digits);
        return;
    }
    add_number(out, r.expected_low, digits);
    oddi_buf_str(out, "..");
    add_number(out, r.expected_high, digits);
}

static void add_entity_reason(struct oddi_buf *out, const struct oddi_write_options *o,
                              const struct oddi_verdict *v)
{
    size_t n = o->n_features, j = n, named = 0;
    bool beyond = false, first = true;

    for (size_t k = 0; k < n; k++)
        beyond = beyond || is_beyond(v->reasons + k);
    while (named < (o->clauses ? o->clauses : MAX_NAMED)) {
        j = next_by_share(v->reasons, n, j);
        if (j == n || isnan(v->reasons[j].share) || (!first && v->reasons[j].share < LEAST_SHARE))
            break;
        if (beyond && !is_beyond(v->reasons + j))
            continue;
        if (!first)
            oddi_buf_str(out, "; ");
        add_clause(out, o, v, j);
        first = false;
        named++;
    }
    if (!beyond && named > 1)
        oddi_buf_str(out, " (odd only together)");
}

static void add_alone(struct oddi_buf *out, const struct oddi_window_result *w, bool entities)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, w->n_rows));
    if (entities) {
        oddi_buf_str(out, w->n_rows == 1 ? " entity: nothing to compare with"
                                         : " entities: nothing to compare with");
        return;
    }
    oddi_buf_str(out, w->n_rows == 1 ? " flow: nothing to compare with" : " flows: nothing to compare with");
}

bool oddi_reason_names(const struct oddi_write_options *options, const struct oddi_window_result *w,
                       const struct oddi_verdict *v, size_t j)
{
    size_t before = 0;

    if (v->kind == ODDI_NORMAL || w->alone || !v->reasons)
        return false;
    for (size_t k = 0; k < options->n_features; k++)
        before += v->reasons[k].share > v->reasons[j].share ||
                  (k < j && v->reasons[k].share == v->reasons[j].share);
    return before == 0 || (before < MAX_NAMED && v->reasons[j].share >= LEAST_SHARE);
}

void oddi_write_reason(struct oddi_buf *out, const struct oddi_write_options *options,
                       const struct oddi_window_result *w, const struct oddi_verdict *v)
{
    size_t n = options->n_features, j = n;

    if (v->kind == ODDI_NORMAL)
        return;
    if (v->said) {
        oddi_buf_str(out, v->said);
        return;
    }
    if (w->alone) {
        add_alone(out, w, options->n_keys > 0);
        return;
    }
    if (!v->reasons || n == 0)
        return;
    if (v->entity) {
        add_entity_reason(out, options, v);
        return;
    }
    for (int named = 0; named < MAX_NAMED; named++) {
        j = next_by_share(v->reasons, n, j);
        if (j == n || (named > 0 && v->reasons[j].share < LEAST_SHARE))
            break;
        add_part(out, options, v->reasons + j, j);
    }
    add_change(out, options, v);
}
