#include "write/write.h"

#include "base/json.h"
#include "base/num.h"
#include "write/lay.h"
#include "write/quantity.h"
#include "write/text.h"

/* The teaching mode: the stages of the analysis in the order of the notebook that it comes from. Which stage a row belongs to
 * follows from `shown` (write.h), so that the state stays const. */

enum { INDENT = 3, NAME_WIDTH = 14, SCALED_DIGITS = 6 };

struct steps {
    const struct oddi_write_options *o;
};

static enum odd_status steps_open(void *state, const struct oddi_write_options *options,
                                  struct odd_error *err)
{
    struct steps *s = state;

    (void)err;
    s->o = options;
    return ODD_OK;
}

static size_t n_head(const struct oddi_window_result *w)
{
    return w->n_rows < ODDI_STEPS_HEAD ? w->n_rows : ODDI_STEPS_HEAD;
}

static size_t n_odd(const struct oddi_window_result *w)
{
    return w->n_outliers < ODDI_STEPS_ODD ? w->n_outliers : ODDI_STEPS_ODD;
}

static void add_indent(struct oddi_buf *out)
{
    oddi_buf_printf(out, "%*s", INDENT, "");
}

static void add_double(struct oddi_buf *out, double v)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_double(text, v, SCALED_DIGITS));
}

/* A tab of the input is not a byte to be wary of. */
static void add_text(struct oddi_buf *out, const char *text, size_t n)
{
    for (size_t at = 0; at <= n;) {
        const char *tab = memchr(text + at, '\t', n - at);
        size_t end = tab ? (size_t)(tab - text) : n;

        oddi_terminal_escape(out, text + at, end - at);
        if (tab)
            oddi_buf_char(out, ' ');
        at = end + 1;
    }
}

/* ---- 1 the data, 2 the window, 3 the features ------------------------------------------------------------- */

static void add_data_heading(const struct oddi_write_options *o, const struct oddi_window_result *w,
                             struct oddi_buf *out)
{
    oddi_buf_str(out, "1  The data: the first ");
    oddi_text_count(out, n_head(w), "flow");
    oddi_buf_str(out, " of the window as read\n");
    if (o->header_size == 0)
        return;
    add_indent(out);
    add_text(out, o->header, o->header_size);
    oddi_buf_char(out, '\n');
}

static void add_data(const struct oddi_write_options *o, const struct oddi_write_row *row,
                     struct oddi_buf *out)
{
    add_indent(out);
    if (row->text)
        add_text(out, row->text, row->text_size);
    for (size_t j = 0; !row->text && j < o->n_features; j++) {
        if (j)
            oddi_buf_str(out, "  ");
        oddi_text_feature(out, o, j, row->values[j]);
    }
    oddi_buf_char(out, '\n');
}

static void add_window(const struct oddi_write_options *o, const struct oddi_window_result *w,
                       struct oddi_buf *out)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_buf_str(out, "\n2  The window: ");
    if (!o->no_window) {
        oddi_buf_add(out, text, oddi_format_time_plain(text, w->start, o->zone));
        oddi_buf_str(out, " to ");
        oddi_buf_add(out, text, oddi_format_time_plain(text, w->end, o->zone));
        oddi_buf_str(out, ", ");
    }
    oddi_text_count(out, w->n_rows, "flow");
    oddi_buf_char(out, '\n');
}

/* "   bytes         mean 11,266.1  deviation 150,758" */
static void add_pair(const struct oddi_write_options *o, size_t j, const char *const names[2], double a,
                     double b, struct oddi_buf *out)
{
    const char *unit = oddi_quantity_unit(o->features[j]);
    struct oddi_lay lay;

    add_indent(out);
    oddi_lay_init(&lay, o, out, INDENT);
    oddi_terminal_escape(&lay.item, o->features[j], strlen(o->features[j]));
    oddi_lay_put(&lay, NAME_WIDTH, false, NULL);
    for (int k = 0; k < 2; k++) {
        oddi_buf_str(&lay.item, names[k]);
        oddi_buf_char(&lay.item, ' ');
        oddi_quantity_add(&lay.item, k ? b : a, 0);
        oddi_buf_str(&lay.item, unit);
        oddi_lay_put(&lay, 0, false, NULL);
    }
    oddi_lay_end(&lay);
    oddi_lay_clear(&lay);
}

static void add_features(const struct oddi_write_options *o, const struct oddi_window_result *w,
                         struct oddi_buf *out)
{
    static const char *const names[2] = {"mean", "deviation"};

    oddi_buf_str(out, "\n3  The features: mean and standard deviation over the window\n");
    for (size_t j = 0; j < o->n_features; j++)
        add_pair(o, j, names, w->mean[j], w->std[j], out);
}

/* ---- 4 scaled values -------------------------------------------------------------------------------------- */

static void add_scaling(const struct oddi_write_options *o, const struct oddi_window_result *w,
                        struct oddi_buf *out)
{
    static const char *const names[2] = {"location", "scale"};

    oddi_buf_str(out, "\n4  Scaled");
    if (w->scaler) {
        oddi_buf_str(out, " with ");
        oddi_terminal_escape(out, w->scaler, strlen(w->scaler));
    }
    oddi_buf_str(out, ": (value - location) / scale\n");
    for (size_t j = 0; w->location && w->scale && j < o->n_features; j++)
        add_pair(o, j, names, w->location[j], w->scale[j], out);
    add_indent(out);
    oddi_buf_str(out, "the first flows\n");
}

static void add_scaled(const struct oddi_write_options *o, const struct oddi_write_row *row,
                       struct oddi_buf *out)
{
    const struct oddi_window_result *w = row->window;
    struct oddi_lay lay;

    add_indent(out);
    oddi_lay_init(&lay, o, out, 2 * INDENT);
    oddi_buf_printf(&lay.item, "row %llu", (unsigned long long)row->verdict->row);
    oddi_lay_put(&lay, NAME_WIDTH, false, NULL);
    for (size_t j = 0; j < o->n_features; j++) {
        oddi_text_feature(&lay.item, o, j, row->values[j]);
        if (w->location && w->scale) {
            oddi_buf_str(&lay.item, " -> ");
            add_double(&lay.item, (row->values[j] - w->location[j]) / w->scale[j]);
        }
        oddi_lay_put(&lay, 0, false, NULL);
    }
    oddi_lay_end(&lay);
    oddi_lay_clear(&lay);
}

/* ---- 5 clusters, 6 the odd flows -------------------------------------------------------------------------- */

static void add_eps(const struct oddi_write_options *o, const struct oddi_window_result *w,
                    struct oddi_buf *out)
{
    if (!(w->eps > 0) || !w->scale)
        return;
    for (size_t j = 0; j < o->n_features; j++) {
        add_indent(out);
        oddi_buf_str(out, "eps ");
        add_double(out, w->eps);
        oddi_buf_str(out, " is a difference of ");
        oddi_quantity_add(out, w->eps * w->scale[j], 0);
        oddi_buf_str(out, oddi_quantity_unit(o->features[j]));
        oddi_buf_str(out, " in ");
        oddi_terminal_escape(out, o->features[j], strlen(o->features[j]));
        oddi_buf_char(out, '\n');
    }
}

static void add_clusters(const struct oddi_write_options *o, const struct oddi_window_result *w,
                         struct oddi_buf *out)
{
    oddi_buf_str(out, "\n5  Clusters");
    if (w->detector) {
        oddi_buf_str(out, " found by ");
        oddi_terminal_escape(out, w->detector, strlen(w->detector));
    }
    oddi_buf_char(out, '\n');
    add_eps(o, w, out);
    add_indent(out);
    oddi_text_count(out, w->n_clusters, "cluster");
    oddi_buf_str(out, ", ");
    oddi_text_count(out, w->n_outliers, "outlier");
    if (w->alone)
        oddi_buf_str(out, ": nothing to compare with");
    oddi_buf_char(out, '\n');
}

static void add_odd(const struct oddi_write_options *o, const struct oddi_write_row *row,
                    struct oddi_buf *out)
{
    struct oddi_lay lay;

    oddi_lay_init(&lay, o, out, ODDI_TEXT_INDENT);
    oddi_text_flow(&lay, o, row);
    if (!row->window->alone)
        oddi_lay_reason(&lay, o, row->window, row->verdict);
    oddi_lay_end(&lay);
    oddi_lay_clear(&lay);
}

/* ---- in order --------------------------------------------------------------------------------------------- */

static void steps_begin(const void *state, struct oddi_buf *out)
{
    (void)state;
    (void)out;
}

static void steps_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    add_data_heading(((const struct steps *)state)->o, w, out);
}

static void steps_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_write_options *o = ((const struct steps *)state)->o;
    const struct oddi_window_result *w = row->window;
    size_t head = n_head(w), odd = n_odd(w), at = row->shown;

    if (at == head) {
        add_window(o, w, out);
        add_features(o, w, out);
        add_scaling(o, w, out);
    } else if (at == 2 * head) {
        add_indent(out);
        oddi_buf_str(out, "the odd flows\n");
    }
    if (at == 2 * head + odd) {
        add_clusters(o, w, out);
        oddi_buf_str(out, "\n6  The odd flows, oddest first\n");
    }
    if (at < head)
        add_data(o, row, out);
    else if (at < 2 * head + odd)
        add_scaled(o, row, out);
    else
        add_odd(o, row, out);
}

static void steps_window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    char text[ODDI_NUM_MAX];

    if (w->n_outliers == 0)
        add_clusters(((const struct steps *)state)->o, w, out);
    if (w->n_outliers <= ODDI_STEPS_ODD)
        return;
    oddi_buf_printf(out, "%*s... ", ODDI_TEXT_INDENT, "");
    oddi_buf_add(out, text, oddi_format_u64_grouped(text, w->n_outliers - ODDI_STEPS_ODD));
    oddi_buf_str(out, " more\n");
}

static void steps_end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out)
{
    (void)state;
    (void)ledger;
    (void)out;
}

static void steps_close(void *state)
{
    (void)state;
}

const struct oddi_writer oddi_writer_steps = {
    .name = "steps",
    .summary = "teaching mode: each stage of the analysis of one window",
    .details = "Chosen by --steps.",
    .caps = ODDI_WRITE_TEXT | ODDI_WRITE_FLOW,
    .state_size = sizeof(struct steps),
    .open = steps_open,
    .begin = steps_begin,
    .window_begin = steps_window_begin,
    .row = steps_row,
    .window_end = steps_window_end,
    .end = steps_end,
    .close = steps_close,
};
