#include "eval/report.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/num.h"

struct to {
    const char *config, *level;
    oddi_metric_fn fn;
    void *ctx;
};

static const struct oddi_interval none = {NAN, NAN};

static void put(const struct to *t, const char *name, double value, int better, struct oddi_interval interval)
{
    struct oddi_metric m = {t->config, t->level, name, value, interval, better};

    if (!isnan(value))
        t->fn(t->ctx, &m);
}

static void put_plain(const struct to *t, const char *name, double value, int better)
{
    put(t, name, value, better, none);
}

static void put_rates(const struct to *t, const struct oddi_rates *r)
{
    put_plain(t, "recall", r->tpr, 1);
    put_plain(t, "fpr", r->fpr, -1);
    put_plain(t, "precision", r->precision, 1);
    put_plain(t, "accuracy", r->accuracy, 1);
    put_plain(t, "f0.5", r->f05, 1);
    put_plain(t, "f1", r->f1, 1);
    put_plain(t, "f2", r->f2, 1);
}

static void put_level(const struct to *t, const struct oddi_eval_level *l)
{
    const struct oddi_measures *m = &l->measures;

    put_plain(t, "rows", (double)l->rows, 0);
    put_plain(t, "positives", m->positives, 0);
    put_plain(t, "base_rate", m->base_rate, 0);
    put(t, "roc_auc", m->roc_auc, 1, l->interval.roc_auc);
    put(t, "average_precision", m->average_precision, 1, l->interval.average_precision);
    put_plain(t, "adjusted_ap", m->adjusted_ap, 1);
    put(t, "precision_at_n", m->precision_at_n, 1, l->interval.precision_at_n);
    put_plain(t, "adjusted_pn", m->adjusted_pn, 1);
    put(t, "max_f1", m->max_f1, 1, l->interval.max_f1);
    put_plain(t, "tp", l->confusion.tp, 0);
    put_plain(t, "fp", l->confusion.fp, 0);
    put_plain(t, "tn", l->confusion.tn, 0);
    put_plain(t, "fn", l->confusion.fn, 0);
    put_rates(t, &l->rates);
}

static void put_ctu13(const struct to *t, const struct oddi_ctu13_row *row)
{
    put_plain(t, "t_tp", row->t.tp, 0);
    put_plain(t, "t_fp", row->t.fp, 0);
    put_plain(t, "t_tn", row->t.tn, 0);
    put_plain(t, "t_fn", row->t.fn, 0);
    put_rates(t, &row->rates);
}

static void put_events(const struct to *t, const struct oddi_event_measures *e)
{
    put_plain(t, "alerts", (double)e->alerts, 0);
    put_plain(t, "true_alerts", (double)e->true_alerts, 0);
    put_plain(t, "false_alerts", (double)e->false_alerts, 0);
    put_plain(t, "alerts_per_day", e->alerts_per_day, 0);
    put_plain(t, "false_per_day", e->false_per_day, -1);
    put_plain(t, "false_per_day_per_1000", e->false_per_day_per_1000, -1);
    put_plain(t, "infected", (double)e->infected, 0);
    put_plain(t, "found", (double)e->found, 1);
    put_plain(t, "median_delay_s", e->median_delay, -1);
    put_plain(t, "max_delay_s", e->max_delay, -1);
}

static void put_first(const struct to *t, const struct oddi_eval_first *f)
{
    put_plain(t, "hosts", (double)f->hosts, 0);
    if (!f->host)
        return;
    put_plain(t, "rank_by_maximum", f->by_maximum ? (double)f->by_maximum : NAN, -1);
    put_plain(t, "rank_by_persistence", f->by_persistence ? (double)f->by_persistence : NAN, -1);
    put_plain(t, "rank", (double)f->by_better, -1);
}

static void put_result(const struct oddi_eval_result *r, oddi_metric_fn fn, void *ctx)
{
    struct to t = {r->config, NULL, fn, ctx};

    for (size_t i = 0; i < r->n_levels; i++) {
        t.level = r->level[i].name;
        put_level(&t, &r->level[i]);
    }
    t.level = "first positive host";
    put_first(&t, &r->first);
    if (!r->timed)
        return;
    t.level = "ctu13";
    put_ctu13(&t, &r->ctu13);
    t.level = "alerts";
    put_events(&t, &r->events);
}

void oddi_eval_metrics(const struct oddi_eval_report *report, oddi_metric_fn fn, void *ctx)
{
    for (size_t i = 0; i < report->n; i++)
        put_result(&report->results[i], fn, ctx);
    if (report->n == 0 || !report->results[0].timed)
        return;
    for (int k = 0; k < ODDI_CTU13_DUMMIES; k++) {
        struct to t = {report->results[0].dummies[k].name, "ctu13", fn, ctx};

        put_ctu13(&t, &report->results[0].dummies[k]);
    }
}

/* ---- csv and ndjson --------------------------------------------------------------------------------------- */

struct lines {
    const char *data;
    struct oddi_buf *out;
};

void oddi_csv_text(struct oddi_buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        oddi_buf_str(out, text);
        return;
    }
    oddi_buf_char(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            oddi_buf_char(out, '"');
        oddi_buf_char(out, *p);
    }
    oddi_buf_char(out, '"');
}

static void csv_number(struct oddi_buf *out, double v)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_char(out, ',');
    if (!isnan(v))
        oddi_buf_add(out, text, oddi_format_double(text, v, 12));
}

static void csv_line(void *ctx, const struct oddi_metric *m)
{
    const struct lines *l = ctx;
    const char *texts[] = {l->data, m->config, m->level, m->name};

    for (int i = 0; i < 4; i++) {
        if (i)
            oddi_buf_char(l->out, ',');
        oddi_csv_text(l->out, texts[i]);
    }
    csv_number(l->out, m->value);
    csv_number(l->out, m->interval.low);
    csv_number(l->out, m->interval.high);
    oddi_buf_char(l->out, '\n');
}

void oddi_eval_csv(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    struct lines l = {report->data, out};

    oddi_buf_str(out, "data,config,level,metric,value,low,high\n");
    oddi_eval_metrics(report, csv_line, &l);
}

static void member(struct oddi_json *j, const char *key, const char *text)
{
    oddi_json_key(j, key);
    oddi_json_str(j, text, strlen(text));
}

static void number(struct oddi_json *j, const char *key, double v)
{
    if (isnan(v))
        return;
    oddi_json_key(j, key);
    oddi_json_double(j, v, 12);
}

static void json_line(void *ctx, const struct oddi_metric *m)
{
    const struct lines *l = ctx;
    struct oddi_json j;

    oddi_json_init(&j, l->out);
    oddi_json_begin_object(&j);
    member(&j, "data", l->data);
    member(&j, "config", m->config);
    member(&j, "level", m->level);
    member(&j, "metric", m->name);
    number(&j, "value", m->value);
    number(&j, "low", m->interval.low);
    number(&j, "high", m->interval.high);
    oddi_json_end_object(&j);
    oddi_buf_char(l->out, '\n');
}

void oddi_eval_ndjson(const struct oddi_eval_report *report, struct oddi_buf *out)
{
    struct lines l = {report->data, out};

    oddi_eval_metrics(report, json_line, &l);
}
