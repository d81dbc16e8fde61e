#include "eval/report.h"

#include <math.h>
#include <stdio.h>
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

/* ".971", "1.00": what is between 0 and 1 needs no 0 before the point. */
static void add_short(struct oddi_buf *out, double v)
{
    unsigned u = (unsigned)(v * 1000 + 0.5);

    if (u >= 1000)
        oddi_buf_str(out, "1.00");
    else
        oddi_buf_printf(out, ".%03u", u);
}

static void interval_cell(struct cells *c, double v, struct oddi_interval i)
{
    add_fixed(&c->text, v, 3);
    if (!isnan(i.low)) {
        oddi_buf_str(&c->text, " [");
        add_short(&c->text, i.low);
        oddi_buf_char(&c->text, ' ');
        add_short(&c->text, i.high);
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

/* A line of its own over all columns is marked by a byte that escaped text never holds. */
#define OVER '\x01'

static void over_columns(struct cells *c, const char *text)
{
    oddi_buf_char(&c->text, OVER);
    oddi_buf_str(&c->text, text);
    oddi_buf_char(&c->text, '\0');
    c->rows++;
}

static void find_widths(const struct cells *c, size_t width[MAX_COLUMNS])
{
    const char *p = c->text.data;

    for (size_t r = 0; r < c->rows; r++) {
        if (*p == OVER) {
            p += strlen(p) + 1;
            continue;
        }
        for (size_t k = 0; k < c->n_columns; k++, p += strlen(p) + 1)
            width[k] = width_of(p) > width[k] ? width_of(p) : width[k];
    }
}

static void pad(struct oddi_buf *out, size_t n)
{
    for (; n > 0; n--)
        oddi_buf_char(out, ' ');
}

/* One row, whose cells begin at p; returns where those of the next do. */
static const char *row_write(const struct cells *c, const char *p, size_t left, const size_t *width,
                             struct oddi_buf *out)
{
    if (*p == OVER) {
        oddi_buf_str(out, p + 1);
        oddi_buf_char(out, '\n');
        return p + strlen(p) + 1;
    }
    for (size_t k = 0; k < c->n_columns; k++, p += strlen(p) + 1) {
        size_t blank = width[k] - width_of(p);

        pad(out, k ? 2 : 0);
        pad(out, k < left ? 0 : blank);
        oddi_buf_str(out, p);
        pad(out, k < left && k + 1 < c->n_columns ? blank : 0);
    }
    oddi_buf_char(out, '\n');
    return p;
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
        for (size_t r = 0; r < c->rows; r++)
            p = row_write(c, p, left, width, out);
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

static const char *const level_names[ODDI_EVAL_LEVELS] = {
    "flow", "entity", "host in a window", "window", "host by maximum", "host by persistence", "host"};

static const struct oddi_eval_level *find_level(const struct oddi_eval_result *r, const char *name)
{
    for (size_t i = 0; i < r->n_levels; i++)
        if (strcmp(r->level[i].name, name) == 0)
            return &r->level[i];
    return NULL;
}

typedef void (*level_fn)(struct cells *c, const struct oddi_eval_level *l);

/* "flow: 7,899 rows, 3,108 positive", where rows differ from configuration to configuration with each row's own. */
static void level_line(struct cells *c, const char *name, const struct oddi_eval_level *l)
{
    char rows[ODDI_NUM_MAX], positive[ODDI_NUM_MAX];
    char text[160];

    rows[oddi_format_u64_grouped(rows, l->rows)] = '\0';
    positive[oddi_format_u64_grouped(positive, (uint64_t)(l->measures.positives + 0.5))] = '\0';
    snprintf(text, sizeof text, "%s: %s of known truth, %s positive", name, rows, positive);
    over_columns(c, text);
}

/* The configurations of a level under a line with its numbers, which is said again where they change (other windows). */
static void level_rows(struct cells *c, const struct oddi_eval_report *report, const char *name, level_fn fn)
{
    size_t rows = SIZE_MAX;
    double positives = -1;

    for (size_t i = 0; i < report->n; i++) {
        const struct oddi_eval_level *l = find_level(&report->results[i], name);

        if (!l)
            continue;
        if (l->rows != rows || l->measures.positives < positives || l->measures.positives > positives)
            level_line(c, name, l);
        rows = l->rows;
        positives = l->measures.positives;
        oddi_buf_str(&c->text, "  ");
        cell(c, report->results[i].config);
        fn(c, l);
        row_end(c);
    }
}

static void rank_cells(struct cells *c, const struct oddi_eval_level *l)
{
    const struct oddi_measures *m = &l->measures;

    interval_cell(c, m->roc_auc, l->interval.roc_auc);
    interval_cell(c, m->average_precision, l->interval.average_precision);
    share_cell(c, m->adjusted_ap);
    share_cell(c, m->precision_at_n);
    share_cell(c, m->max_f1);
}

static void threshold_cells(struct cells *c, const struct oddi_eval_level *l)
{
    count_cell(c, l->confusion.tp);
    count_cell(c, l->confusion.fp);
    count_cell(c, l->confusion.fn);
    share_cell(c, l->rates.tpr);
    base_cell(c, l->rates.fpr);
    share_cell(c, l->rates.precision);
    share_cell(c, l->rates.f1);
}

static void levels(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const rank[] = {"how the scores rank", "ROC AUC", "AP", "adj. AP", "P@n", "max F1"};
    static const char *const threshold[] = {
        "what is told as odd", "found", "false", "missed", "recall", "FPR", "precision", "F1"};
    struct cells c;

    header(&c, rank, sizeof rank / sizeof *rank);
    for (int k = 0; k < ODDI_EVAL_LEVELS; k++)
        level_rows(&c, report, level_names[k], rank_cells);
    cells_write(&c, 1, out);
    oddi_buf_char(out, '\n');
    header(&c, threshold, sizeof threshold / sizeof *threshold);
    for (int k = 0; k < ODDI_EVAL_LEVELS; k++)
        if (strncmp(level_names[k], "host by", 7) != 0) /* told as odd whatever the score of the host */
            level_rows(&c, report, level_names[k], threshold_cells);
    cells_write(&c, 1, out);
}

/* ---- CTU-13 ----------------------------------------------------------------------------------------------------- */

static void ctu_row(struct cells *c, const char *name, const struct oddi_ctu13_row *row)
{
    const struct oddi_rates *r = &row->rates;
    const double values[] = {row->t.tp, row->t.fp, row->t.tn, row->t.fn, r->tpr, r->fpr, r->precision, r->f1};

    cell(c, name);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        share_cell(c, values[i]);
    row_end(c);
}

static void ctu13(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"", "tTP", "tFP", "tTN", "tFN", "TPR", "FPR", "precision", "F1"};
    char width[ODDI_NUM_MAX], alpha[ODDI_NUM_MAX];
    struct cells c;

    width[oddi_format_duration(width, report->ctu_width)] = '\0';
    alpha[oddi_format_double(alpha, report->alpha, 6)] = '\0';
    oddi_buf_printf(
        out, "\nCTU-13: hosts in windows of %s from their first flow, early counts double (alpha %s)\n",
        width, alpha);
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++)
        if (report->results[i].timed)
            ctu_row(&c, report->results[i].config, &report->results[i].ctu13);
    for (int k = 0; k < ODDI_CTU13_DUMMIES; k++)
        ctu_row(&c, report->results[0].dummies[k].name, &report->results[0].dummies[k]);
    cells_write(&c, 1, out);
}

/* ---- Alerts and hosts ------------------------------------------------------------------------------------------ */

static void found_cell(struct cells *c, const struct oddi_event_measures *e)
{
    oddi_buf_printf(&c->text, "%llu of %llu", (unsigned long long)e->found, (unsigned long long)e->infected);
    cell_end(c);
}

static void alerts(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {"",          "alerts", "false",       "alerts/day",
                                        "false/day", "found",  "time to find"};
    struct cells c;

    oddi_buf_str(out,
                 "\nalerts: a host in windows that follow each other; found: positive hosts told as odd\n");
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++) {
        const struct oddi_event_measures *e = &report->results[i].events;

        if (!report->results[i].timed)
            continue;
        cell(&c, report->results[i].config);
        count_cell(&c, (double)e->alerts);
        count_cell(&c, (double)e->false_alerts);
        count_cell(&c, e->alerts_per_day);
        count_cell(&c, e->false_per_day);
        found_cell(&c, e);
        duration_cell(&c, e->median_delay);
        row_end(&c);
    }
    cells_write(&c, 1, out);
}

/* 0: not ranked so. */
static void rank_cell(struct cells *c, size_t rank)
{
    count_cell(c, rank > 0 ? (double)rank : NAN);
}

static void first_hosts(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    static const char *const names[] = {
        "where the first bad host stands", "host", "rank", "by maximum", "by persistence", "of"};
    struct cells c;

    oddi_buf_char(out, '\n');
    header(&c, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < report->n; i++) {
        const struct oddi_eval_first *f = &report->results[i].first;

        oddi_buf_str(&c.text, "  ");
        cell(&c, report->results[i].config);
        cell(&c, f->host ? f->host : "-");
        rank_cell(&c, f->host ? f->by_better : 0);
        rank_cell(&c, f->host ? f->by_maximum : 0);
        rank_cell(&c, f->host ? f->by_persistence : 0);
        count_cell(&c, (double)f->hosts);
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
    oddi_buf_printf(out, "\n%s flows, %s positive, %s negative; %s hosts, %s positive\n", text[0], text[1],
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
    if (report->results[0].timed) {
        first_hosts(report, out);
        alerts(report, out);
        ctu13(report, out);
    }
}
