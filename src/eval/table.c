#include "eval/report.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"

/* A table is kept as cells, so that columns are as wide as what is in them. */
#define MAX_COLUMNS 14

struct cells {
    struct oddi_buf text; /* of all cells, NUL-terminated */
    size_t column, n_columns, rows;
};

static void cell_end(struct cells *c)
{
    oddi_buf_char(&c->text, '\0');
    c->column++;
}

static void cell(struct cells *c, const char *text)
{
    oddi_terminal_escape(&c->text, text, strlen(text));
    cell_end(c);
}

static void row_end(struct cells *c)
{
    c->n_columns = c->column;
    c->column = 0;
    c->rows++;
}

static void count_cell(struct cells *c, double v)
{
    char text[ODDI_NUM_MAX];

    if (isnan(v))
        oddi_buf_char(&c->text, '-');
    else
        oddi_buf_add(&c->text, text, oddi_format_u64_grouped(text, (uint64_t)(v + 0.5)));
    cell_end(c);
}

/* Not by printf's %f, which asks the locale for its point. |v| < 1e12. */
static void add_fixed(struct oddi_buf *out, double v, int decimals)
{
    uint64_t scale = 1, u;

    for (int i = 0; i < decimals; i++)
        scale *= 10;
    u = (uint64_t)(isnan(v) ? 0 : fabs(v) * (double)scale + 0.5);
    if (isnan(v))
        oddi_buf_char(out, '-');
    else
        oddi_buf_printf(out, "%s%llu.%0*llu", v < 0 ? "-" : "", (unsigned long long)(u / scale), decimals,
                        (unsigned long long)(u % scale));
}

static void share_cell(struct cells *c, double v)
{
    add_fixed(&c->text, v, 3);
    cell_end(c);
}

/* Small shares keep their digits. */
static void base_cell(struct cells *c, double v)
{
    char text[ODDI_NUM_MAX];

    if (isnan(v) || v >= 0.001 || v == 0)
        add_fixed(&c->text, v, 4);
    else
        oddi_buf_add(&c->text, text, oddi_format_double(text, v, 2));
    cell_end(c);
}

static void interval_cell(struct cells *c, double v, struct oddi_interval i)
{
    add_fixed(&c->text, v, 3);
    if (!isnan(i.low)) {
        oddi_buf_str(&c->text, " [");
        add_fixed(&c->text, i.low, 3);
        oddi_buf_char(&c->text, ' ');
        add_fixed(&c->text, i.high, 3);
        oddi_buf_char(&c->text, ']');
    }
    cell_end(c);
}

static void duration_cell(struct cells *c, double seconds)
{
    char text[ODDI_NUM_MAX];

    if (isnan(seconds) || seconds < 0 || seconds > 9e9)
        oddi_buf_char(&c->text, '-');
    else
        oddi_buf_add(&c->text, text, oddi_format_duration(text, (int64_t)(seconds * 1e9)));
    cell_end(c);
}

/* Characters, not bytes. */
static size_t width_of(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void find_widths(const struct cells *c, size_t width[MAX_COLUMNS])
{
    const char *p = c->text.data;

    for (size_t r = 0; r < c->rows; r++)
        for (size_t k = 0; k < c->n_columns; k++, p += strlen(p) + 1)
            width[k] = width_of(p) > width[k] ? width_of(p) : width[k];
}

static void pad(struct oddi_buf *out, size_t n)
{
    for (; n > 0; n--)
        oddi_buf_char(out, ' ');
}

/* Texts (the first `left` columns) to the left, numbers to the right. */
static void cells_write(struct cells *c, size_t left, struct oddi_buf *out)
{
    size_t width[MAX_COLUMNS] = {0};
    const char *p = c->text.data;

    if (!oddi_buf_ok(&c->text))
        out->failed = true;
    if (c->rows && oddi_buf_ok(&c->text)) {
        find_widths(c, width);
        for (size_t r = 0; r < c->rows; r++) {
            for (size_t k = 0; k < c->n_columns; k++, p += strlen(p) + 1) {
                size_t blank = width[k] - width_of(p);

                pad(out, k ? 2 : 0);
                pad(out, k < left ? 0 : blank);
                oddi_buf_str(out, p);
                pad(out, k < left && k + 1 < c->n_columns ? blank : 0);
            }
            oddi_buf_char(out, '\n');
        }
    }
    oddi_buf_free(&c->text);
}

static void header(struct cells *c, const char *const *names, size_t n)
{
    *c = (struct cells){0};
    oddi_buf_init(&c->text, 0);
    for (size_t i = 0; i < n; i++)
        cell(c, names[i]);
    row_end(c);
}

/* ---- Levels -------------------------------------------------------------------------------------------------- */

static void level_row(struct cells *c, const struct oddi_eval_result *r, const struct oddi_eval_level *l)
{
    const struct oddi_measures *m = &l->measures;

    cell(c, l->name);
    cell(c, r->config);
    count_cell(c, (double)l->rows);
    count_cell(c, m->positives);
    base_cell(c, m->base_rate);
    interval_cell(c, m->roc_auc, l->interval.roc_auc);
    interval_cell(c, m->average_precision, l->interval.average_precision);
    share_cell(c, m->adjusted_ap);
    share_cell(c, m->precision_at_n);
    share_cell(c, m->max_f1);
    share_cell(c, l->rates.tpr);
    base_cell(c, l->rates.fpr);
    share_cell(c, l->rates.precision);
    row_end(c);
}

static const struct oddi_eval_level *find_level(const struct oddi_eval_result *r, const char *name)
{
    for (size_t i = 0; i < r->n_levels; i++)
        if (strcmp(r->level[i].name, name) == 0)
            return &r->level[i];
    return NULL;
}

static void levels(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"level",   "config", "rows",   "positive", "base", "ROC AUC",  "AP",
                                        "adj. AP", "P@n",    "max F1", "recall",   "FPR",  "precision"};
    static const char *const order[ODDI_EVAL_LEVELS] = {
        "flow", "entity", "window", "host by maximum", "host by persistence", "host"};
    struct cells c;

    header(&c, names, sizeof names / sizeof *names);
    for (int k = 0; k < ODDI_EVAL_LEVELS; k++)
        for (size_t i = 0; i < report->n; i++) {
            const struct oddi_eval_level *l = find_level(&report->results[i], order[k]);

            if (l)
                level_row(&c, &report->results[i], l);
        }
    cells_write(&c, 2, out);
}

/* ---- CTU-13 ----------------------------------------------------------------------------------------------------- */

static void ctu_row(struct cells *c, const char *name, const struct oddi_ctu13_row *row)
{
    const struct oddi_rates *r = &row->rates;
    const double values[] = {row->t.tp,    row->t.fp,   row->t.tn, row->t.fn, r->tpr, r->fpr,
                             r->precision, r->accuracy, r->f05,    r->f1,     r->f2};

    cell(c, name);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        share_cell(c, values[i]);
    row_end(c);
}

static void ctu13(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"config", "tTP",       "tFP",      "tTN",  "tFN", "TPR",
                                        "FPR",    "precision", "accuracy", "F0.5", "F1",  "F2"};
    char width[ODDI_NUM_MAX], alpha[ODDI_NUM_MAX];
    struct cells c;

    width[oddi_format_duration(width, report->ctu_width)] = '\0';
    alpha[oddi_format_double(alpha, report->alpha, 6)] = '\0';
    oddi_buf_printf(out, "\nCTU-13, hosts in windows of %s from their first flow, alpha %s\n", width, alpha);
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++)
        ctu_row(&c, report->results[i].config, &report->results[i].ctu13);
    for (int k = 0; k < ODDI_CTU13_DUMMIES; k++)
        ctu_row(&c, report->results[0].dummies[k].name, &report->results[0].dummies[k]);
    cells_write(&c, 1, out);
}

/* ---- Alerts and hosts ------------------------------------------------------------------------------------------ */

static void alerts(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"config",     "alerts",         "true",         "false",
                                        "alerts/day", "false/day",      "false/day/1k", "infected",
                                        "found",      "median to find", "longest"};
    struct cells c;

    oddi_buf_str(out, "\nalerts: verdicts on one entity in windows that follow each other\n");
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++) {
        const struct oddi_event_measures *e = &report->results[i].events;

        cell(&c, report->results[i].config);
        count_cell(&c, (double)e->alerts);
        count_cell(&c, (double)e->true_alerts);
        count_cell(&c, (double)e->false_alerts);
        count_cell(&c, e->alerts_per_day);
        count_cell(&c, e->false_per_day);
        count_cell(&c, e->false_per_day_per_1000);
        count_cell(&c, (double)e->infected);
        count_cell(&c, (double)e->found);
        duration_cell(&c, e->median_delay);
        duration_cell(&c, e->max_delay);
        row_end(&c);
    }
    cells_write(&c, 1, out);
}

static void first_hosts(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"config",     "first positive host", "of",
                                        "by maximum", "by persistence",      "by better"};
    struct cells c;

    oddi_buf_str(out, "\nrank of the first positive host\n");
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++) {
        const struct oddi_eval_first *f = &report->results[i].first;

        cell(&c, report->results[i].config);
        cell(&c, f->host ? f->host : "-");
        count_cell(&c, (double)f->hosts);
        count_cell(&c, f->host ? (double)f->by_maximum : NAN);
        count_cell(&c, f->host ? (double)f->by_persistence : NAN);
        count_cell(&c, f->host ? (double)f->by_better : NAN);
        row_end(&c);
    }
    cells_write(&c, 2, out);
}

static void intro(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    const uint64_t counts[] = {report->flows, report->positive, report->negative, report->hosts,
                               report->positive_hosts};
    char text[5][ODDI_NUM_MAX];

    for (int i = 0; i < 5; i++)
        text[i][oddi_format_u64_grouped(text[i], counts[i])] = '\0';
    oddi_terminal_escape(out, report->data, strlen(report->data));
    oddi_buf_printf(out, ": %s flows, %s positive, %s negative; %s hosts, %s positive\n", text[0], text[1],
                    text[2], text[3], text[4]);
    if (report->intervals)
        oddi_buf_printf(out, "[low high]: %d %% confidence, by drawing %s\n",
                        (int)(100 * report->confidence + 0.5), report->resampled);
    oddi_buf_char(out, '\n');
}

void oddi_eval_table(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    intro(report, out);
    levels(report, out);
    if (report->n == 0)
        return;
    first_hosts(report, out);
    if (!report->results[0].timed)
        return;
    alerts(report, out);
    ctu13(report, out);
}
