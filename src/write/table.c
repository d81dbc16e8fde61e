#include "write/write.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"
#include "write/quantity.h"
#include "write/text.h"

struct table {
    const struct oddi_write_options *o;
};

static enum odd_status table_open(void *state, const struct oddi_write_options *options,
                                  struct odd_error *err)
{
    struct table *t = state;

    (void)err;
    t->o = options;
    return ODD_OK;
}

static void table_begin(const void *state, struct oddi_buf *out)
{
    (void)state;
    (void)out;
}

/* Whether the window has a block of its own in the output. */
static bool is_shown(const struct oddi_write_options *o, const struct oddi_window_result *w)
{
    return o->all || o->windows_only || w->n_outliers > 0;
}

static size_t row_limit(const struct oddi_write_options *o, const struct oddi_window_result *w)
{
    if (o->all || o->verbose || o->top)
        return SIZE_MAX;
    return w->alone ? 0 : ODDI_TABLE_ROWS;
}

static void put_moments(struct oddi_lay *lay, const struct oddi_write_options *o,
                        const struct oddi_window_result *w)
{
    for (size_t j = 0; j < o->n_features; j++) {
        const char *unit = oddi_quantity_unit(o->features[j]);

        oddi_terminal_escape(&lay->item, o->features[j], strlen(o->features[j]));
        oddi_buf_str(&lay->item, " mean ");
        oddi_quantity_add(&lay->item, w->mean[j], 0);
        oddi_buf_str(&lay->item, unit);
        oddi_buf_str(&lay->item, " std ");
        oddi_quantity_add(&lay->item, w->std[j], 0);
        oddi_buf_str(&lay->item, unit);
        oddi_lay_put(lay, 0, false, NULL);
    }
}

static void put_counts(struct oddi_lay *lay, const struct oddi_write_options *o,
                       const struct oddi_window_result *w)
{
    oddi_text_rows(&lay->item, o, w->n_rows);
    if (w->alone) {
        oddi_buf_str(&lay->item, ": nothing to compare with");
        oddi_lay_put(lay, 0, false, NULL);
        return;
    }
    oddi_lay_put(lay, 0, false, ODDI_STYLE_BOLD);
    if (o->n_keys) {
        oddi_text_count(&lay->item, w->n_flows, "flow");
        oddi_lay_put(lay, 0, false, NULL);
    }
    if (!o->novelty) {
        oddi_text_count(&lay->item, w->n_clusters, "cluster");
        oddi_lay_put(lay, 0, false, NULL);
    }
    oddi_text_odd(&lay->item, o, w->n_outliers);
    oddi_lay_put(lay, 0, false, w->n_outliers ? ODDI_STYLE_BOLD : NULL);
    if (w->eps_chosen) {
        char eps[ODDI_NUM_MAX];

        oddi_buf_str(&lay->item, "eps ");
        oddi_buf_add(&lay->item, eps, oddi_format_double(eps, w->eps, 4));
        oddi_lay_put(lay, 0, false, NULL);
    }
}

static void table_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct table *)state)->o;
    char time[ODDI_TIME_TEXT_MAX];
    struct oddi_lay lay;

    if (!is_shown(o, w))
        return;
    oddi_lay_init(&lay, o, out, ODDI_TEXT_INDENT);
    if (!o->no_window) {
        oddi_buf_add(&lay.item, time, oddi_format_time_plain(time, w->start, o->zone));
        oddi_lay_put(&lay, 0, false, ODDI_STYLE_BOLD);
    }
    if (o->plan) {
        oddi_terminal_escape(&lay.item, o->plan, strlen(o->plan));
        oddi_lay_put(&lay, 0, false, NULL);
    }
    put_counts(&lay, o, w);
    if (o->windows_only)
        put_moments(&lay, o, w);
    oddi_lay_end(&lay);
    oddi_lay_clear(&lay);
}

#define LEAST_LN_P (-690.0) /* smaller ones are hardly numbers any more */

/* "p 2e-05; normal in all traffic: 3,987 rows of 390 hosts on 1 day" */
static void put_model(struct oddi_lay *lay, const struct oddi_write_options *o, const struct oddi_novelty *n)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_str(&lay->item, n->ln_p < LEAST_LN_P ? "p below " : n->extrapolated ? "p about " : "p ");
    oddi_buf_add(&lay->item, text, oddi_format_double(text, n->ln_p < LEAST_LN_P ? 1e-300 : exp(n->ln_p), 2));
    oddi_buf_str(&lay->item, "; normal ");
    if (o->plan) {
        oddi_buf_str(&lay->item, "of ");
        oddi_terminal_escape(&lay->item, n->plan, strlen(n->plan));
        oddi_buf_char(&lay->item, ' ');
    }
    oddi_buf_str(&lay->item, "in ");
    oddi_terminal_escape(&lay->item, n->scope, strlen(n->scope));
    oddi_buf_str(&lay->item, ": ");
    oddi_text_count(&lay->item, n->rows, "row");
    oddi_buf_str(&lay->item, " of ");
    oddi_text_count(&lay->item, n->hosts, "host");
    oddi_buf_str(&lay->item, " on ");
    oddi_text_count(&lay->item, n->days, "day");
    oddi_lay_words(lay, ODDI_STYLE_DIM);
}

static void table_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct table *)state)->o;
    struct oddi_lay lay;

    if (o->windows_only || row->shown >= row_limit(o, row->window))
        return;
    oddi_lay_init(&lay, o, out, ODDI_TEXT_INDENT);
    if (row->verdict->entity)
        oddi_text_entity(&lay, o, row);
    else
        oddi_text_flow(&lay, o, row);
    if (!row->window->alone || o->top)
        oddi_lay_reason(&lay, o, row->window, row->verdict);
    if (row->verdict->novelty && row->verdict->kind != ODDI_NORMAL)
        put_model(&lay, o, row->verdict->novelty);
    oddi_lay_end(&lay);
    oddi_lay_clear(&lay);
    if (row->verdict->entity && row->verdict->entity->command && row->verdict->kind != ODDI_NORMAL) {
        oddi_buf_printf(out, "%*s", ODDI_TEXT_INDENT, "");
        oddi_terminal_escape(out, row->verdict->entity->command, strlen(row->verdict->entity->command));
        oddi_buf_char(out, '\n');
    }
}

static void table_window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct table *)state)->o;
    size_t limit = row_limit(o, w);

    if (!is_shown(o, w) || o->windows_only)
        return;
    if (w->n_outliers > limit && !w->alone) {
        char text[ODDI_NUM_MAX];

        oddi_buf_printf(out, "%*s... ", ODDI_TEXT_INDENT, "");
        oddi_buf_add(out, text, oddi_format_u64_grouped(text, w->n_outliers - limit));
        oddi_buf_str(out, " more (-v shows all)\n");
    }
    if (!w->alone || limit)
        oddi_buf_char(out, '\n');
}

static void table_end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct table *)state)->o;
    char text[ODDI_NUM_MAX];

    if (o->ranking)
        return;
    if (o->top && ledger->outliers)
        oddi_buf_char(out, '\n');
    if (!o->no_window) {
        oddi_text_count(out, ledger->windows, "window");
        oddi_buf_str(out, ", ");
        oddi_buf_add(out, text, oddi_format_u64_grouped(text, ledger->odd_windows));
        oddi_buf_str(out, o->novelty ? " with novelties, " : " with outliers, ");
    }
    oddi_text_count(out, ledger->scored, "flow");
    oddi_buf_str(out, ", ");
    oddi_text_odd(out, o, o->novelty ? ledger->novelties : ledger->outliers);
    if (o->kinds) {
        oddi_buf_str(out, ", ");
        oddi_text_count(out, ledger->outliers - ledger->novelties, "outlier");
    }
    if (ledger->alone) {
        oddi_buf_str(out, " (");
        oddi_buf_add(out, text, oddi_format_u64_grouped(text, ledger->alone));
        oddi_buf_str(out, " with nothing to compare with)");
    }
    if (ledger->muted) {
        oddi_buf_str(out, ", ");
        oddi_buf_add(out, text, oddi_format_u64_grouped(text, ledger->muted));
        oddi_buf_str(out, " muted");
    }
    oddi_buf_char(out, '\n');
}

static void table_close(void *state)
{
    (void)state;
}

const struct oddi_writer oddi_writer_table = {
    .name = "table",
    .summary = "for people: the windows that have outliers, their odd flows and why, and totals",
    .details = "Shows 5 flows a window, oddest first (-v: all of them). Control characters of the input are "
               "shown as \\xHH.",
    .caps = ODDI_WRITE_FLOW | ODDI_WRITE_RANKED,
    .state_size = sizeof(struct table),
    .open = table_open,
    .begin = table_begin,
    .window_begin = table_window_begin,
    .row = table_row,
    .window_end = table_window_end,
    .end = table_end,
    .close = table_close,
};
