#include "write/reason.h"

#include <math.h>

#include "base/num.h"
#include "write/quantity.h"

/* Features named in a sentence, and the least share that is worth naming. */
enum { MAX_NAMED = 3 };
#define LEAST_SHARE 0.01

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

static void add_part(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_reason *r,
                     size_t j)
{
    int digits = oddi_quantity_digits(r, o->whole[j]);
    const char *unit = oddi_quantity_unit(o->features[j]);

    oddi_buf_str(out, o->features[j]);
    oddi_buf_char(out, ' ');
    oddi_quantity_add(out, r->value, digits);
    oddi_buf_str(out, unit);
    if (o->n_features > 1)
        oddi_buf_printf(out, " (%d %%)", (int)(100 * r->share + 0.5));
    oddi_buf_str(out, ": expected ");
    oddi_quantity_add(out, r->expected_low, digits);
    if (r->expected_low != r->expected_high) {
        oddi_buf_str(out, "..");
        oddi_quantity_add(out, r->expected_high, digits);
    }
    oddi_buf_str(out, unit);
    oddi_buf_str(out, "; ");
}

static void add_change(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_verdict *v)
{
    size_t j = oddi_reason_change(v, o->n_features);
    const struct oddi_reason *r = v->reasons + j;

    if (j == o->n_features) {
        oddi_buf_str(out, "no single feature would make it normal");
        return;
    }
    oddi_buf_str(out, "would be normal at ");
    oddi_buf_str(out, o->features[j]);
    oddi_buf_str(out, r->normal_at < r->value ? " <= " : " >= ");
    oddi_quantity_add_limit(out, r, oddi_quantity_digits(r, o->whole[j]));
    oddi_buf_str(out, oddi_quantity_unit(o->features[j]));
}

static void add_alone(struct oddi_buf *out, const struct oddi_window_result *w)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, w->n_rows));
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
    if (w->alone) {
        add_alone(out, w);
        return;
    }
    if (!v->reasons || n == 0)
        return;
    for (int named = 0; named < MAX_NAMED; named++) {
        j = next_by_share(v->reasons, n, j);
        if (j == n || (named > 0 && v->reasons[j].share < LEAST_SHARE))
            break;
        add_part(out, options, v->reasons + j, j);
    }
    add_change(out, options, v);
}
