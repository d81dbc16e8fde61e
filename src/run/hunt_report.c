/* One line a host, oddest first: what each preset thinks of it, and why. */
#include "run/hunt.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "eval/hosts.h"
#include "run/hunt_alerts.h"
#include "run/novel_row.h"
#include "write/reason.h"

#define SPOKEN 3 /* presets that a reason quotes at most */

/* A preset's view of the hosts. */
struct view {
    struct oddi_hosts hosts;
    struct oddi_host_score *score; /* by host */
    uint32_t *peak;                /* by host: its oddest row, UINT32_MAX = none */
    uint32_t *host;                /* by entity */
};

struct report {
    struct odd_run *run;
    struct oddi_hunt *hunt;
    struct oddi_ids ids; /* keys of hosts */
    const char **name;   /* by host */
    uint64_t *flows;     /* by host: most that a preset counted */
    uint64_t *alerts;    /* by host; NULL: not asked for */
    bool *muted, *heard; /* by host: rows of it are muted, are not */
    size_t cap_name, n_hosts;
    struct view *views; /* by lane */
    double *total;
    uint32_t *order;
    struct oddi_novel_teller *tellers; /* by lane; of those that a baseline judges */
    struct oddi_buf out, said, command;
    size_t said_from; /* where what the presets say begins */
    bool days;        /* the run spans days: times are told with their date */
    struct odd_error *err;
};

/* ---- Hosts ------------------------------------------------------------------------------------------------------ */

static size_t host_key_index(const struct oddi_by *by)
{
    size_t k = 0;

    while (k + 1 < by->n_keys && oddi_expr_type(by->keys[k]) != ODDI_EXPR_ADDR)
        k++;
    return k;
}

/* Numbers the hosts of a lane's entities: *host by entity. */
static enum odd_status number_hosts(struct report *r, const struct oddi_population *p, uint32_t **host)
{
    size_t key = host_key_index(p->plan->by);

    *host = oddi_malloc_array(p->ids.n + 1, sizeof **host);
    if (!*host)
        return oddi_fail_memory(r->err);
    for (uint32_t e = 0; e < p->ids.n; e++) {
        size_t known = r->ids.n;

        if (!oddi_ids_add(&r->ids, p->host[e], &(*host)[e]) ||
            !oddi_grow(&r->name, &r->cap_name, r->ids.n, sizeof *r->name))
            return oddi_fail_memory(r->err);
        if (r->ids.n > known)
            r->name[(*host)[e]] = oddi_population_value(p, e, key);
    }
    return ODD_OK;
}

/* The surprise of a row that no rule mutes. */
static double heard_surprise(const struct oddi_population *p, size_t row)
{
    return p->muted && p->muted[row] ? NAN : p->surprise[row];
}

static enum odd_status add_windows(struct report *r, struct view *v, const struct oddi_population *p,
                                   uint32_t *scratch, double *surprise)
{
    for (size_t w = 0; w < p->n_windows; w++) {
        size_t from = p->first[w], n = p->first[w + 1] - from;

        for (size_t i = 0; i < n; i++) {
            scratch[i] = v->host[p->entity[from + i]];
            surprise[i] = heard_surprise(p, from + i);
        }
        if (!oddi_hosts_window(&v->hosts, p->start[w], scratch, surprise, n))
            return oddi_fail_memory(r->err);
    }
    return ODD_OK;
}

static enum odd_status view_lane(struct report *r, size_t l)
{
    const struct oddi_population *p = &r->hunt->lanes[l].rows;
    uint32_t *scratch = oddi_malloc_array(p->n + 1, sizeof *scratch);
    double *surprise = oddi_malloc_array(p->n + 1, sizeof *surprise);
    enum odd_status status =
        scratch && surprise ? number_hosts(r, p, &r->views[l].host) : oddi_fail_memory(r->err);

    if (status == ODD_OK)
        status = add_windows(r, &r->views[l], p, scratch, surprise);
    free(scratch);
    free(surprise);
    return status;
}

/* The oddest row of each host in a lane, and its flows there. */
static enum odd_status find_peaks(struct report *r, size_t l)
{
    const struct oddi_population *p = &r->hunt->lanes[l].rows;
    struct view *v = &r->views[l];
    uint64_t *flows = oddi_calloc_array(r->n_hosts + 1, sizeof *flows);

    v->peak = oddi_malloc_array(r->n_hosts + 1, sizeof *v->peak);
    v->score = oddi_calloc_array(r->n_hosts + 1, sizeof *v->score);
    if (!flows || !v->peak || !v->score) {
        free(flows);
        return oddi_fail_memory(r->err);
    }
    memset(v->peak, 0xff, (r->n_hosts + 1) * sizeof *v->peak);
    for (size_t i = 0; i < p->n; i++) {
        uint32_t h = v->host[p->entity[i]];
        bool muted = p->muted && p->muted[i];

        flows[h] += p->flows[i];
        r->muted[h] = r->muted[h] || muted;
        r->heard[h] = r->heard[h] || !muted;
        if (muted || isnan(p->surprise[i]))
            continue;
        if (v->peak[h] == UINT32_MAX || p->surprise[i] > p->surprise[v->peak[h]])
            v->peak[h] = (uint32_t)i;
    }
    for (size_t h = 0; h < r->n_hosts; h++)
        if (flows[h] > r->flows[h])
            r->flows[h] = flows[h];
    free(flows);
    return oddi_hosts_score(&v->hosts, r->n_hosts, v->score) ? ODD_OK : oddi_fail_memory(r->err);
}

static enum odd_status fuse(struct report *r)
{
    const struct oddi_host_score **scores = oddi_calloc_array(r->hunt->n_lanes, sizeof *scores);
    bool ok = scores != NULL;

    for (size_t l = 0; ok && l < r->hunt->n_lanes; l++)
        scores[l] = r->views[l].score;
    ok = ok && oddi_hosts_fuse(scores, r->hunt->n_lanes, r->n_hosts, r->name, r->total, r->order);
    free(scores);
    return ok ? ODD_OK : oddi_fail_memory(r->err);
}

static enum odd_status score_hosts(struct report *r)
{
    enum odd_status status = ODD_OK;

    r->views = oddi_calloc_array(r->hunt->n_lanes, sizeof *r->views);
    if (!r->views)
        status = oddi_fail_memory(r->err);
    for (size_t l = 0; status == ODD_OK && l < r->hunt->n_lanes; l++)
        status = view_lane(r, l);
    r->n_hosts = r->ids.n;
    r->total = oddi_calloc_array(r->n_hosts + 1, sizeof *r->total);
    r->order = oddi_calloc_array(r->n_hosts + 1, sizeof *r->order);
    r->flows = oddi_calloc_array(r->n_hosts + 1, sizeof *r->flows);
    r->muted = oddi_calloc_array(r->n_hosts + 1, sizeof *r->muted);
    r->heard = oddi_calloc_array(r->n_hosts + 1, sizeof *r->heard);
    if (status == ODD_OK && (!r->total || !r->order || !r->flows || !r->muted || !r->heard))
        status = oddi_fail_memory(r->err);
    for (size_t l = 0; status == ODD_OK && l < r->hunt->n_lanes; l++)
        status = find_peaks(r, l);
    return status == ODD_OK ? fuse(r) : status;
}

/* ---- Alerts ------------------------------------------------------------------------------------------------------ */

static enum odd_status alert(struct report *r)
{
    const uint32_t **host;
    enum odd_status status;

    if (!r->run->alerting)
        return ODD_OK;
    host = oddi_calloc_array(r->hunt->n_lanes + 1, sizeof *host);
    r->alerts = oddi_calloc_array(r->n_hosts + 1, sizeof *r->alerts);
    for (size_t l = 0; host && l < r->hunt->n_lanes; l++)
        host[l] = r->views[l].host;
    status = host && r->alerts ? oddi_hunt_alert(r->run, host, r->n_hosts, r->alerts, r->err)
                               : oddi_fail_memory(r->err);
    free(host);
    return status;
}

/* ---- What is said of a host ----------------------------------------------------------------------------------------- */

static double better_rank(const struct report *r, size_t l, uint32_t h)
{
    const struct oddi_host_score *s = &r->views[l].score[h];

    return s->maximum_rank > s->persistence_rank ? s->maximum_rank : s->persistence_rank;
}

/* The lane after `last` in the order of what it adds to the host's score; n_lanes at the end. */
static size_t next_lane(const struct report *r, uint32_t h, size_t last)
{
    size_t n = r->hunt->n_lanes, best = n;

    for (size_t l = 0; l < n; l++) {
        double x = better_rank(r, l, h);

        if (r->views[l].peak[h] == UINT32_MAX || !(x > 0))
            continue;
        if (last < n && (x > better_rank(r, last, h) || (x == better_rank(r, last, h) && l <= last)))
            continue;
        if (best == n || x > better_rank(r, best, h))
            best = l;
    }
    return best;
}

/* Whether a value lies beyond what other entities show; the first preset speaks in any case. */
static bool is_telling(const struct oddi_reason *reasons, size_t d, bool first)
{
    for (size_t j = 0; j < d; j++)
        if (reasons[j].value > reasons[j].expected_high || reasons[j].value < reasons[j].expected_low)
            return true;
    return first;
}

/* "hosts 11:05: ", in a run of days "hosts 08-16 11:05: " */
static void say_when(struct report *r, size_t l, size_t row)
{
    const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    const struct oddi_population *p = &lane->rows;
    char time[ODDI_TIME_TEXT_MAX];

    (void)oddi_format_time_plain(time, p->start[p->window[row]], lane->plan->zone);
    oddi_buf_printf(&r->said, "%s%s%s ", r->said.size ? "; " : "", lane->learnt ? "novelty " : "",
                    lane->name);
    if (r->days)
        oddi_buf_printf(&r->said, "%.5s ", time + 5);
    oddi_buf_printf(&r->said, "%.5s: ", time + 11);
}

static void say_verdict(struct report *r, size_t l, const struct oddi_verdict *v)
{
    const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    struct oddi_window_result w = {.n_rows = lane->rows.n};
    struct oddi_write_options o = {0};

    oddi_run_write_options(r->run, lane->plan, &o);
    o.clauses = 2;
    oddi_write_reason(&r->said, &o, &w, v);
}

/* "hosts 11:05: 127 peers that never answered on tcp/25, expected at most 3" */
static enum odd_status say_preset(struct report *r, size_t l, uint32_t h)
{
    struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    struct oddi_population *p = &lane->rows;
    size_t row = r->views[l].peak[h], nearest = 0, d = lane->plan->d, keys = lane->plan->by->n_keys;
    struct oddi_reason *reasons = oddi_calloc_array(d, sizeof *reasons);
    const char **texts = oddi_calloc_array(keys + d, sizeof *texts);
    enum odd_status status = reasons && texts ? ODD_OK : oddi_fail_memory(r->err);

    if (status == ODD_OK)
        status = oddi_population_explain(p, row, reasons, &nearest, r->err);
    if (status == ODD_OK && is_telling(reasons, d, r->said.size == r->said_from)) {
        struct oddi_entity entity = {.values = texts, .flows = p->flows[row], .witness = texts + keys};
        struct oddi_verdict v = {.kind = ODDI_OUTLIER, .reasons = reasons, .entity = &entity};

        oddi_population_entity(p, row, texts, texts + keys);
        say_when(r, l, row);
        say_verdict(r, l, &v);
    }
    free(reasons);
    free(texts);
    return status == ODD_END ? ODD_OK : status;
}

static bool is_novel(const struct report *r, size_t l, uint32_t h)
{
    const struct oddi_hunt_lane *lane = &r->hunt->lanes[l];
    uint32_t peak = r->views[l].peak[h];

    return lane->learnt && peak != UINT32_MAX && oddi_population_odd(&lane->rows, peak);
}

/* "novelty host-hours 14:00: 315 peers that are new to it, expected at most 1 (p about 3e-33 in 172.27.0.0/16)" */
static enum odd_status say_novelty(struct report *r, size_t l, uint32_t h)
{
    struct oddi_novel_teller *t = &r->tellers[l];
    char p[ODDI_NUM_MAX];
    struct oddi_novel_row x;

    if (!is_novel(r, l, h))
        return ODD_OK;
    if (!t->lane)
        ODDI_TRY(oddi_novel_teller_init(t, &r->hunt->lanes[l], r->err));
    ODDI_TRY(oddi_novel_row(t, r->views[l].peak[h], true, &x, r->err));
    say_when(r, l, r->views[l].peak[h]);
    say_verdict(r, l, &x.verdict);
    p[oddi_format_double(p, fmax(exp(x.novelty.ln_p), 1e-300), 2)] = '\0';
    oddi_buf_printf(&r->said, " (p %s%s in %s)", x.novelty.extrapolated ? "about " : "", p, x.novelty.scope);
    return ODD_OK;
}

static enum odd_status say_lane(struct report *r, size_t l, uint32_t h)
{
    return r->hunt->lanes[l].learnt ? say_novelty(r, l, h) : say_preset(r, l, h);
}

/* The first of the baseline's plans to which the host is novel, in the order of what they add to its score; n_lanes: there is none. */
static size_t first_novel(const struct report *r, uint32_t h)
{
    size_t n = r->hunt->n_lanes, l = n;

    while ((l = next_lane(r, h, l)) < n)
        if (is_novel(r, l, h))
            return l;
    return n;
}

/* The presets that add most, and the novelty that does. */
static enum odd_status say_host(struct report *r, uint32_t h)
{
    size_t n = r->hunt->n_lanes, l = n, novel = first_novel(r, h);
    bool told = novel == n;

    oddi_buf_clear(&r->said);
    oddi_buf_clear(&r->command);
    if (r->alerts && r->alerts[h])
        oddi_buf_printf(&r->said, "%llu alert%s", (unsigned long long)r->alerts[h],
                        r->alerts[h] == 1 ? "" : "s");
    r->said_from = r->said.size;
    for (int said = 0; said < SPOKEN && (l = next_lane(r, h, l)) < n; said++) {
        if (said == 0)
            oddi_population_command(&r->hunt->lanes[l].rows, r->views[l].peak[h], &r->command);
        told = told || l == novel;
        ODDI_TRY(say_lane(r, l, h));
    }
    return told ? ODD_OK : say_lane(r, novel, h);
}

/* ---- Output ------------------------------------------------------------------------------------------------------------ */

/* Two columns a preset, its two scores of the host; then the number of its alerts, if they are asked for. */
static enum odd_status name_columns(struct report *r)
{
    struct oddi_hunt *hunt = r->hunt;
    size_t d = 2 * hunt->n_lanes + (r->alerts != NULL);

    hunt->names = oddi_calloc_array(d, sizeof *hunt->names);
    if (!hunt->names)
        return oddi_fail_memory(r->err);
    hunt->write = r->run->plan.write;
    hunt->write.n_features = d;
    for (size_t j = 0; j < d; j++) {
        char name[128];

        if (j == 2 * hunt->n_lanes)
            snprintf(name, sizeof name, "alerts");
        else
            snprintf(name, sizeof name, "%s%s_%s", hunt->lanes[j / 2].learnt ? "novelty_" : "",
                     hunt->lanes[j / 2].name, j % 2 ? "persistence" : "maximum");
        hunt->names[j] = strdup(name);
        if (!hunt->names[j])
            return oddi_fail_memory(r->err);
    }
    return ODD_OK;
}

static enum odd_status open_writer(struct report *r)
{
    static const char *const host[] = {"host"};
    static const bool whole[2 * ODDI_MAX_LANES + 1];
    struct oddi_write_options *w = &r->hunt->write;

    ODDI_TRY(name_columns(r));
    w->features = (const char *const *)r->hunt->names;
    w->whole = whole;
    w->n_keys = 1;
    w->keys = host;
    w->top = true;
    w->ranking = true;
    w->delimiter = ',';
    w->n_sources = r->run->n_inputs;
    w->sources = r->run->source_names;
    return oddi_run_open_writer(r->run, w, r->err);
}

/* The whole run as one window. */
static struct oddi_window_result whole_run(const struct report *r)
{
    struct oddi_window_result w = {.start = INT64_MAX, .end = INT64_MIN, .n_rows = r->n_hosts, .eps = NAN};

    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        const struct oddi_population *p = &r->hunt->lanes[l].rows;

        for (size_t i = 0; i < p->n_windows; i++) {
            w.start = p->start[i] < w.start ? p->start[i] : w.start;
            w.end = p->end[i] > w.end ? p->end[i] : w.end;
        }
    }
    w.n_features = r->hunt->write.n_features;
    return w;
}

/* 100 for the host that is first of all in every preset. */
static double percent(const struct report *r, double total)
{
    double most = (double)r->hunt->n_lanes * log((double)r->n_hosts);

    return most > 0 ? fmin(100 * total / most, 100) : 0;
}

/* Whether rules mute all that there is to say of a host. */
static bool is_silent(const struct report *r, uint32_t h)
{
    return r->muted[h] && !r->heard[h];
}

static enum odd_status write_host(struct report *r, const struct oddi_window_result *w, size_t rank,
                                  size_t shown)
{
    uint32_t h = r->order[rank];
    const char *values[1] = {r->name[h]};
    double scores[2 * ODDI_MAX_LANES + 1];
    struct oddi_entity entity = {.values = values, .flows = r->flows[h]};
    struct oddi_verdict v = {
        .kind = ODDI_OUTLIER, .cluster = -1, .score = percent(r, r->total[h]), .entity = &entity};
    struct oddi_write_row row = {.window = w, .verdict = &v, .values = scores, .shown = shown};

    for (size_t l = 0; l < r->hunt->n_lanes; l++) {
        scores[2 * l] = r->views[l].score[h].maximum;
        scores[2 * l + 1] = r->views[l].score[h].persistence;
    }
    if (r->alerts)
        scores[2 * r->hunt->n_lanes] = (double)r->alerts[h];
    ODDI_TRY(say_host(r, h));
    if (r->said.size == r->said_from) { /* a lone host, or one below all others in every preset */
        v.kind = ODDI_NORMAL;
        oddi_buf_str(&r->said, r->n_hosts < 2 ? "nothing to compare with" : "nothing odd");
    }
    v.said = oddi_buf_cstr(&r->said);
    entity.command = r->command.size ? oddi_buf_cstr(&r->command) : NULL;
    oddi_buf_clear(&r->out);
    r->run->plan.writer->row(r->run->writer_state, &row, &r->out);
    if (!oddi_buf_ok(&r->out) || !oddi_buf_ok(&r->said) || !oddi_buf_ok(&r->command))
        return oddi_fail_memory(r->err);
    return oddi_run_put(r->run, r->out.data, r->out.size, r->err);
}

static enum odd_status write_hosts(struct report *r)
{
    uint64_t top = (uint64_t)oddi_options_value(r->run->options, "top")->i;
    struct oddi_window_result w;
    size_t shown = 0, muted = 0;

    ODDI_TRY(open_writer(r));
    w = whole_run(r);
    r->days = w.end > w.start && w.end / ODDI_DAY - w.start / ODDI_DAY > 1;
    r->run->plan.writer->begin(r->run->writer_state, &r->run->out);
    for (size_t i = 0; i < r->n_hosts; i++) {
        if (is_silent(r, r->order[i]))
            muted++;
        else if (shown < top)
            ODDI_TRY(write_host(r, &w, i, shown++));
    }
    r->run->ledger.outliers = 0;
    for (size_t l = 0; l < r->hunt->n_lanes; l++)
        r->run->ledger.muted += r->hunt->lanes[l].rows.n_muted;
    if (muted)
        ODDI_TRY(oddi_run_note(r->run, r->err, "%zu host%s not shown: all that is said of %s is muted", muted,
                               muted == 1 ? " is" : "s are", muted == 1 ? "it" : "them"));
    if (r->n_hosts == 0 && r->run->ledger.read > r->run->ledger.bad)
        return oddi_run_note(
            r->run, r->err,
            "no flow starts inside: say with --home which networks are yours, such as 10.0.0.0/8");
    return ODD_OK;
}

static void clear(struct report *r)
{
    for (size_t l = 0; r->views && l < r->hunt->n_lanes; l++) {
        oddi_hosts_free(&r->views[l].hosts);
        free(r->views[l].score);
        free(r->views[l].peak);
        free(r->views[l].host);
    }
    free(r->views);
    for (size_t l = 0; r->tellers && l < r->hunt->n_lanes; l++)
        oddi_novel_teller_clear(&r->tellers[l]);
    free(r->tellers);
    oddi_ids_free(&r->ids);
    free(r->name);
    free(r->flows);
    free(r->alerts);
    free(r->muted);
    free(r->heard);
    free(r->total);
    free(r->order);
    oddi_buf_free(&r->out);
    oddi_buf_free(&r->said);
    oddi_buf_free(&r->command);
}

enum odd_status oddi_hunt_report(struct odd_run *run, struct odd_error *err)
{
    struct report r = {.run = run, .hunt = run->hunt, .err = err};
    enum odd_status status;

    oddi_buf_init(&r.out, 0);
    oddi_buf_init(&r.said, 0);
    oddi_buf_init(&r.command, 0);
    r.tellers = oddi_calloc_array(run->hunt->n_lanes, sizeof *r.tellers);
    status = r.tellers ? score_hosts(&r) : oddi_fail_memory(err);
    if (status == ODD_OK)
        status = alert(&r);
    if (status == ODD_OK)
        status = write_hosts(&r);
    clear(&r);
    return status;
}
