#include "run/eval.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct measuring {
    const struct oddi_eval_measuring *m;
    const struct oddi_ground *t;
    const struct oddi_eval_lane *lanes;
    size_t n_lanes;
    struct oddi_eval_units units;
    struct oddi_host_score **score; /* by lane, by host */
    bool **judged;                  /* by lane, by host */
    uint8_t *label, *said;          /* by host */
    struct oddi_eval_result *out;
    struct odd_error *err;
};

/* Rows of one level. */
struct level {
    const char *name;
    size_t n, n_groups;
    const double *score;
    const uint8_t *label, *said;
    const uint32_t *group;
};

static enum odd_status add_level(struct measuring *m, const struct level *in)
{
    struct oddi_eval_level *l = &m->out->level[m->out->n_levels];
    struct oddi_eval_rows rows = {in->n, in->score, in->label, NULL};
    struct oddi_ranking ranking = {0};
    struct oddi_interval none = {NAN, NAN};
    bool ok = oddi_ranking_fit(&ranking, &rows);

    *l = (struct oddi_eval_level){.name = in->name, .rows = ranking.n};
    l->interval = (struct oddi_bootstrap_result){0, 0, none, none, none, none};
    if (ok) {
        oddi_ranking_measure(&ranking, NULL, &l->measures);
        oddi_confusion_of(&rows, in->said, &l->confusion);
        oddi_rates(&l->confusion, &l->rates);
        if (m->m->bootstrap.replicates > 0 && in->group && ranking.n > 0)
            ok = oddi_bootstrap(&m->m->bootstrap, &ranking, in->group, in->n_groups, &l->interval);
    }
    oddi_ranking_free(&ranking);
    m->out->n_levels++;
    return ok ? ODD_OK : oddi_fail_memory(m->err);
}

/* ---- Flows ------------------------------------------------------------------------------------------------------- */

static uint8_t known(uint8_t label)
{
    return label == ODDI_GROUND_ABSENT ? ODDI_LABEL_IGNORE : label;
}

/* Flows without a host are one group. */
static void group_flows(const struct measuring *m, uint32_t *group, size_t *n_groups)
{
    size_t kind = oddi_eval_base(m->lanes, m->n_lanes)->kind;

    for (size_t r = 0; r < m->t->n; r++) {
        uint32_t host = kind == SIZE_MAX ? ODDI_NO_HOST : m->t->kinds[kind].host[r];

        group[r] = host == ODDI_NO_HOST ? (uint32_t)m->t->ids.n : host;
    }
    *n_groups = m->t->ids.n + 1;
}

static enum odd_status measure_flows(struct measuring *m)
{
    size_t n = m->t->n;
    double *score = oddi_malloc_array(n + 1, sizeof *score);
    uint8_t *label = oddi_malloc_array(n + 1, 1), *said = oddi_malloc_array(n + 1, 1);
    uint32_t *group = oddi_malloc_array(n + 1, sizeof *group);
    struct level level = {"flow", n, 0, score, label, said, group};
    enum odd_status status = ODD_OK;

    if (!score || !label || !said || !group)
        status = oddi_fail_memory(m->err);
    for (size_t r = 0; r < n && status == ODD_OK; r++) {
        score[r] = oddi_eval_score(m->lanes, m->n_lanes, r);
        said[r] = oddi_eval_said(m->lanes, m->n_lanes, r);
        label[r] = known(m->t->label[r]);
    }
    if (status == ODD_OK) {
        group_flows(m, group, &level.n_groups);
        status = add_level(m, &level);
    }
    free(score);
    free(label);
    free(said);
    free(group);
    return status;
}

/* ---- Entities in a window --------------------------------------------------------------------------------------------- */

static enum odd_status measure_entities(struct measuring *m)
{
    const struct oddi_eval_lane *lane = &m->lanes[0];
    size_t kind = lane->kind;
    uint8_t *label = oddi_calloc_array(lane->n + 1, 1);
    uint32_t *group = oddi_calloc_array(lane->n + 1, sizeof *group);
    struct level level = {"entity", lane->n, m->t->ids.n + 1, lane->score, label, lane->said, group};
    enum odd_status status;

    if (!label || !group) {
        free(label);
        free(group);
        return oddi_fail_memory(m->err);
    }
    for (size_t at = 0; at < m->t->n * lane->slots; at++) {
        size_t r = at / lane->slots;
        uint32_t row = lane->row_of[at];

        if (row == ODDI_NO_ROW)
            continue;
        label[row] = known(m->t->label[r]) > label[row] ? m->t->label[r] : label[row];
        group[row] = kind == SIZE_MAX || m->t->kinds[kind].host[r] == ODDI_NO_HOST
                         ? (uint32_t)m->t->ids.n
                         : m->t->kinds[kind].host[r];
    }
    status = add_level(m, &level);
    free(label);
    free(group);
    return status;
}

/* ---- Hosts in a window, windows --------------------------------------------------------------------------------------- */

static enum odd_status measure_units(struct measuring *m)
{
    const struct oddi_eval_units *u = &m->units;
    bool windows = m->m->by_windows;
    struct level level = {"host in a window", u->n,    windows ? u->n_windows : u->n_hosts, u->score,
                          u->label,           u->said, windows ? u->window : u->host};

    return add_level(m, &level);
}

static enum odd_status measure_windows(struct measuring *m)
{
    const struct oddi_eval_units *u = &m->units;
    size_t n = u->n_windows;
    double *score = oddi_malloc_array(n + 1, sizeof *score);
    uint8_t *label = oddi_calloc_array(n + 1, 1), *said = oddi_calloc_array(n + 1, 1);
    uint32_t *group = oddi_malloc_array(n + 1, sizeof *group);
    struct level level = {"window", n, n, score, label, said, group};
    enum odd_status status = ODD_OK;

    if (!score || !label || !said || !group)
        status = oddi_fail_memory(m->err);
    for (size_t w = 0; w < n && status == ODD_OK; w++) {
        score[w] = NAN;
        group[w] = (uint32_t)w;
        for (size_t i = u->first[w]; i < u->first[w + 1]; i++) {
            score[w] = fmax(score[w], u->score[i]);
            label[w] = u->label[i] > label[w] ? u->label[i] : label[w];
            said[w] |= u->said[i];
        }
    }
    if (status == ODD_OK)
        status = add_level(m, &level);
    free(score);
    free(label);
    free(said);
    free(group);
    return status;
}

/* ---- Hosts -------------------------------------------------------------------------------------------------------------- */

static enum odd_status score_hosts(struct measuring *m, size_t l, const struct oddi_eval_units *u)
{
    struct oddi_hosts hosts = {0};
    bool ok = true;

    m->score[l] = oddi_calloc_array(u->n_hosts + 1, sizeof **m->score);
    m->judged[l] = oddi_calloc_array(u->n_hosts + 1, sizeof **m->judged);
    if (!m->score[l] || !m->judged[l])
        return oddi_fail_memory(m->err);
    for (size_t w = 0; ok && w < u->n_windows; w++)
        ok = oddi_hosts_window(&hosts, u->start[w], u->host + u->first[w], u->surprise + u->first[w],
                               u->first[w + 1] - u->first[w]);
    ok = ok && oddi_hosts_score(&hosts, u->n_hosts, m->score[l]);
    for (size_t h = 0; h < hosts.n; h++)
        m->judged[l][h] = hosts.sum[h].windows > 0;
    oddi_hosts_free(&hosts);
    return ok ? ODD_OK : oddi_fail_memory(m->err);
}

/* The hosts of every lane by that lane's own windows. */
static enum odd_status score_lanes(struct measuring *m)
{
    m->score = oddi_calloc_array(m->n_lanes, sizeof *m->score);
    m->judged = oddi_calloc_array(m->n_lanes, sizeof *m->judged);
    if (!m->score || !m->judged)
        return oddi_fail_memory(m->err);
    if (m->n_lanes == 1)
        return score_hosts(m, 0, &m->units);
    for (size_t l = 0; l < m->n_lanes; l++) {
        struct oddi_eval_units u;
        enum odd_status status;

        if (m->lanes[l].kind == SIZE_MAX)
            continue;
        status = oddi_eval_units_make(&u, m->t, &m->lanes[l], 1, m->err);
        if (status == ODD_OK)
            status = score_hosts(m, l, &u);
        oddi_eval_units_clear(&u);
        ODDI_TRY(status);
    }
    return ODD_OK;
}

/* A host is what the worst of its flows is. */
static enum odd_status label_hosts(struct measuring *m)
{
    const struct oddi_eval_units *u = &m->units;

    m->label = oddi_calloc_array(u->n_hosts + 1, 1);
    m->said = oddi_calloc_array(u->n_hosts + 1, 1);
    if (!m->label || !m->said)
        return oddi_fail_memory(m->err);
    for (size_t i = 0; i < u->n; i++) {
        uint32_t h = u->host[i];

        m->label[h] = u->label[i] > m->label[h] ? u->label[i] : m->label[h];
        m->said[h] |= u->said[i];
    }
    return ODD_OK;
}

static bool any_judged(const struct measuring *m, size_t h)
{
    for (size_t l = 0; l < m->n_lanes; l++)
        if (m->judged[l] && m->judged[l][h])
            return true;
    return false;
}

static size_t rank_of(const double *score, size_t n, size_t host)
{
    size_t rank = 1;

    for (size_t h = 0; h < n; h++)
        rank += score[h] > score[host];
    return rank;
}

/* Ranks of the positive host that comes first by `total`, whose order is `order`. */
static void find_first(struct measuring *m, const double *maximum, const double *persistence,
                       const double *total, const uint32_t *order)
{
    struct oddi_eval_first *f = &m->out->first;
    size_t n = m->units.n_hosts;

    for (size_t h = 0; h < n; h++)
        f->hosts += !isnan(total[h]);
    for (size_t i = 0, place = 0; i < n && !f->host; i++) {
        uint32_t h = order[i];

        place += !isnan(total[h]);
        if (isnan(total[h]) || m->label[h] != ODDI_LABEL_POSITIVE)
            continue;
        f->host = oddi_ground_name(m->t, h);
        f->by_better = place;
        if (m->n_lanes == 1) {
            f->by_maximum = rank_of(maximum, n, h);
            f->by_persistence = rank_of(persistence, n, h);
        }
    }
}

static enum odd_status measure_hosts(struct measuring *m, double *maximum, double *persistence, double *total,
                                     const uint32_t *order, const uint32_t *group)
{
    size_t n = m->units.n_hosts;
    const char *const names[] = {"host by maximum", "host by persistence", "host"};
    const double *const scores[] = {maximum, persistence, total};

    for (size_t h = 0; h < n; h++) {
        if (!any_judged(m, h))
            total[h] = NAN;
        maximum[h] = isnan(total[h]) || m->n_lanes > 1 ? NAN : m->score[0][h].maximum;
        persistence[h] = isnan(total[h]) || m->n_lanes > 1 ? NAN : m->score[0][h].persistence;
    }
    for (int k = m->n_lanes > 1 ? 2 : 0; k < 3; k++) {
        struct level level = {names[k], n, n, scores[k], m->label, m->said, group};

        ODDI_TRY(add_level(m, &level));
    }
    find_first(m, maximum, persistence, total, order);
    return ODD_OK;
}

static enum odd_status fuse_hosts(struct measuring *m, double *total, uint32_t *order, uint32_t *group)
{
    size_t n = m->units.n_hosts;
    const struct oddi_host_score **scores = oddi_calloc_array(m->n_lanes, sizeof *scores);
    const char **names = oddi_calloc_array(n + 1, sizeof *names);
    bool ok = scores && names;
    size_t k = 0;

    for (size_t l = 0; ok && l < m->n_lanes; l++)
        if (m->score[l])
            scores[k++] = m->score[l];
    for (size_t h = 0; ok && h < n; h++) {
        names[h] = oddi_ground_name(m->t, (uint32_t)h);
        group[h] = (uint32_t)h;
    }
    ok = ok && oddi_hosts_fuse(scores, k, n, names, total, order);
    free(scores);
    free(names);
    return ok ? ODD_OK : oddi_fail_memory(m->err);
}

static enum odd_status hosts(struct measuring *m)
{
    size_t n = m->units.n_hosts + 1;
    double *score = oddi_malloc_array(3 * n, sizeof *score);
    uint32_t *order = oddi_malloc_array(2 * n, sizeof *order);
    enum odd_status status = score && order ? score_lanes(m) : oddi_fail_memory(m->err);

    if (status == ODD_OK)
        status = label_hosts(m);
    if (status == ODD_OK)
        status = fuse_hosts(m, score + 2 * n, order, order + n);
    if (status == ODD_OK)
        status = measure_hosts(m, score, score + n, score + 2 * n, order, order + n);
    free(score);
    free(order);
    return status;
}

/* ---- Alerts, CTU-13 -------------------------------------------------------------------------------------------------- */

#define ALERT_GAP 0 /* windows between, as an alert of detect and hunt has none */

static enum odd_status alerts(struct measuring *m)
{
    const struct oddi_eval_units *u = &m->units;
    struct oddi_events events;
    struct oddi_ids numbers = {0};
    bool ok = true;

    oddi_events_init(&events, ALERT_GAP);
    for (size_t i = 0; ok && i < u->n; i++) {
        uint32_t id, w = u->window[i];

        ok = oddi_ids_add(&numbers, u->host[i], &id) &&
             oddi_events_add(&events, id, u->start[w], u->end[w], u->label[i], u->said[i]);
    }
    ok = ok && oddi_events_result(&events, &m->out->events);
    oddi_events_free(&events);
    oddi_ids_free(&numbers);
    return ok ? ODD_OK : oddi_fail_memory(m->err);
}

static unsigned class_of(uint8_t label)
{
    return label == ODDI_LABEL_POSITIVE   ? ODDI_CTU13_BOTNET
           : label == ODDI_LABEL_NEGATIVE ? ODDI_CTU13_NORMAL
                                          : ODDI_CTU13_BACKGROUND;
}

static enum odd_status ctu13(struct measuring *m)
{
    const struct oddi_ground *t = m->t;
    const uint32_t *host = t->kinds[oddi_eval_base(m->lanes, m->n_lanes)->kind].host;
    struct oddi_ctu13 c;
    bool ok = true;

    oddi_ctu13_init(&c, ODDI_CTU13_WIDTH, ODDI_CTU13_ALPHA);
    for (size_t i = 0; ok && i < t->n; i++) {
        size_t r = t->order ? t->order[i] : i;

        if (t->label[r] != ODDI_GROUND_ABSENT && host[r] != ODDI_NO_HOST)
            ok = oddi_ctu13_add(&c, t->ts[r], t->ids.key[host[r]], class_of(t->label[r]),
                                oddi_eval_said(m->lanes, m->n_lanes, r) ? ODDI_CTU13_SAID_POSITIVE
                                                                        : ODDI_CTU13_SAID_NEGATIVE);
    }
    oddi_ctu13_flush(&c);
    oddi_ctu13_result(&c, &m->out->ctu13, m->out->dummies);
    oddi_ctu13_free(&c);
    return ok ? ODD_OK : oddi_fail_memory(m->err);
}

/* ---- The whole ----------------------------------------------------------------------------------------------------------- */

static enum odd_status with_hosts(struct measuring *m)
{
    ODDI_TRY(oddi_eval_units_make(&m->units, m->t, m->lanes, m->n_lanes, m->err));
    if (m->n_lanes == 1 && m->lanes[0].entities && !m->lanes[0].of_hosts)
        ODDI_TRY(measure_entities(m));
    ODDI_TRY(measure_units(m));
    ODDI_TRY(measure_windows(m));
    ODDI_TRY(hosts(m));
    ODDI_TRY(alerts(m));
    ODDI_TRY(ctu13(m));
    m->out->timed = true;
    return ODD_OK;
}

enum odd_status oddi_eval_measure(const struct oddi_eval_measuring *in, const struct oddi_eval_lane *lanes,
                                  size_t n_lanes, struct oddi_eval_result *out, struct odd_error *err)
{
    struct measuring m = {
        .m = in, .t = in->truth, .lanes = lanes, .n_lanes = n_lanes, .out = out, .err = err};
    enum odd_status status = measure_flows(&m);

    if (status == ODD_OK && oddi_eval_base(lanes, n_lanes)->kind != SIZE_MAX)
        status = with_hosts(&m);
    else if (status == ODD_OK && lanes[0].entities)
        status = measure_entities(&m);
    oddi_eval_units_clear(&m.units);
    for (size_t l = 0; l < n_lanes; l++) {
        free(m.score ? m.score[l] : NULL);
        free(m.judged ? m.judged[l] : NULL);
    }
    free(m.score);
    free(m.judged);
    free(m.label);
    free(m.said);
    return status;
}
