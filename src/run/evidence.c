#include "run/evidence.h"

#include <math.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "flow/addr.h"
#include "flow/time.h"

enum { OTHER, DISMISSED, CONFIRMED, OPEN };

/* ---- What an alert names -------------------------------------------------------------------------------------------- */

static bool parse_service(const char *s, size_t n, uint32_t *out)
{
    const char *slash = memchr(s, '/', n);
    size_t name = slash ? (size_t)(slash - s) : n;
    uint32_t proto, port = 0;

    if (!oddi_parse_proto(s, name, &proto))
        return false;
    if (!slash) {
        *out = proto << 17;
        return true;
    }
    if (n - name < 2 || n - name > 6)
        return false;
    for (size_t i = name + 1; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        port = port * 10 + (uint32_t)(s[i] - '0');
    }
    *out = proto << 17 | (port + 1);
    return port <= 65535;
}

/* What key number `at` of the alert's plan is called; "" if the plan is not one of the baseline's. */
static size_t key_name(const struct oddi_baseline *b, const char *plan, size_t at, const char **out)
{
    const char *by = NULL;
    size_t n, from = 0, end;

    *out = "";
    for (size_t i = 0; i < b->n_plans; i++)
        if (strncmp(b->plans[i].name, plan, strcspn(plan, ":")) == 0 &&
            b->plans[i].name[strcspn(plan, ":")] == '\0')
            by = oddi_base_option(&b->plans[i], "by");
    if (!by)
        return 0;
    n = strlen(by);
    for (end = oddi_expr_item_end(by, n); at-- > 0 && end < n;) {
        from = end + 1;
        end = from + oddi_expr_item_end(by + from, n - from);
    }
    while (by[from] == ' ')
        from++;
    *out = by + from;
    return end - from;
}

static bool is_named(const char *name, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(name, word, n) == 0;
}

/* One value of an alert's key. Of a plan that is not known an address is the host. */
static void take_value(struct oddi_evidence_alert *a, const struct oddi_baseline *b, size_t at, const char *s,
                       size_t n)
{
    const char *name;
    size_t size = key_name(b, a->preset, at, &name);
    struct oddi_addr addr;
    uint32_t service;

    if (oddi_parse_addr(s, n, &addr)) {
        if (!a->host && (size == 0 || is_named(name, size, "src_ip") || is_named(name, size, "host")))
            a->host = oddi_key(ODDI_EXPR_ADDR, &addr);
    } else if ((size == 0 || is_named(name, size, "service")) && parse_service(s, n, &service)) {
        a->service = service;
    }
}

static void read_alert(struct oddi_evidence_alert *a, const struct oddi_baseline *b,
                       const struct oddi_stored_alert *from)
{
    const char *at = from->key;

    *a = (struct oddi_evidence_alert){.status = from->status,
                                      .preset = from->preset,
                                      .service = ODDI_NO_SERVICE,
                                      .telling = ODDI_NO_SERVICE};
    for (size_t k = 0; *at; k++) {
        size_t n = strcspn(at, " ");

        take_value(a, b, k, at, n);
        at += n + (at[n] == ' ');
    }
    a->foreign = (!a->host && a->service == ODDI_NO_SERVICE) ||
                 !oddi_parse_time(from->start, strlen(from->start), NULL, &a->start) ||
                 !oddi_parse_time(from->end, strlen(from->end), NULL, &a->end) || a->start == ODDI_NO_TIME ||
                 a->end == ODDI_NO_TIME;
}

/* ---- Rows ------------------------------------------------------------------------------------------------------------- */

static int by_place(const void *pa, const void *pb)
{
    const struct oddi_row_key *a = pa, *b = pb;

    if (a->host != b->host)
        return a->host < b->host ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->service < b->service ? -1 : a->service > b->service;
}

static enum odd_status take_rows(struct oddi_evidence *e, const struct oddi_population *p,
                                 struct odd_error *err)
{
    e->row = oddi_malloc_array(p->n + 1, sizeof *e->row);
    e->state = oddi_calloc_array(p->n + 1, 1);
    e->key = oddi_malloc_array(p->n + 1, sizeof *e->key);
    if (!e->row || !e->state || !e->key)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < p->n; i++) {
        uint32_t entity = p->entity[i];

        e->row[i] = oddi_row_key(&p->who[entity], p->ids.key[entity], p->start[p->window[i]], p->plan->zone);
        e->row[i].flows = p->flows[i];
    }
    e->n_rows = p->n;
    e->window = p->n_windows ? p->end[0] - p->start[0] : 0;
    qsort(e->row, e->n_rows, sizeof *e->row, by_place);
    return ODD_OK;
}

/* The first row of a host whose window ends after `start`. */
static size_t first_row(const struct oddi_evidence *e, uint64_t host, int64_t start)
{
    size_t low = 0, high = e->n_rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct oddi_row_key *k = &e->row[middle];

        if (k->host < host || (k->host == host && k->start + e->window <= start))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_of(const struct oddi_evidence *e, const struct oddi_evidence_alert *a, size_t i)
{
    const struct oddi_row_key *k = &e->row[i];

    return (a->host == 0 || k->host == a->host) &&
           (a->service == ODDI_NO_SERVICE || k->service == a->service) && k->start < a->end &&
           k->start + e->window > a->start;
}

/* The next row of an alert at or after *i; *i is then behind it. False at the end. */
static bool next_row(const struct oddi_evidence *e, const struct oddi_evidence_alert *a, size_t *i,
                     size_t *row)
{
    for (; *i < e->n_rows; ++*i) {
        if (a->host != 0 && (e->row[*i].host != a->host || e->row[*i].start >= a->end))
            return false;
        if (is_of(e, a, *i)) {
            *row = (*i)++;
            return true;
        }
    }
    return false;
}

static size_t rows_of(const struct oddi_evidence *e, const struct oddi_evidence_alert *a)
{
    return a->host ? first_row(e, a->host, a->start) : 0;
}

/* ---- Which service tells ------------------------------------------------------------------------------------------------- */

/* How often services are met, by number. */
struct census {
    struct oddi_ids services;
    size_t *alerts, *elsewhere; /* dismissed alerts, hours of hosts that no alert is about */
    size_t *last;               /* 1 + the alert that was counted last */
    size_t n_alerts, n_elsewhere;
};

static bool grow_census(struct census *c, size_t *cap)
{
    size_t old = *cap, cap_alerts = old, cap_last = old, cap_elsewhere = old;

    if (c->services.n <= old)
        return true;
    if (!oddi_grow(&c->alerts, &cap_alerts, c->services.n, sizeof *c->alerts) ||
        !oddi_grow(&c->elsewhere, &cap_elsewhere, c->services.n, sizeof *c->elsewhere) ||
        !oddi_grow(&c->last, &cap_last, c->services.n, sizeof *c->last))
        return false;
    *cap = cap_alerts < cap_last ? cap_alerts : cap_last;
    *cap = cap_elsewhere < *cap ? cap_elsewhere : *cap;
    for (size_t i = old; i < *cap; i++)
        c->alerts[i] = c->elsewhere[i] = c->last[i] = 0;
    return true;
}

static bool count_alert(struct census *c, const struct oddi_evidence *e, size_t which, size_t *cap)
{
    const struct oddi_evidence_alert *a = &e->alert[which];
    size_t row;
    bool any = false;

    for (size_t i = rows_of(e, a); next_row(e, a, &i, &row);) {
        uint32_t s;

        if (!oddi_ids_add(&c->services, e->row[row].service, &s) || !grow_census(c, cap))
            return false;
        c->alerts[s] += c->last[s] != which + 1;
        c->last[s] = which + 1;
        any = true;
    }
    c->n_alerts += any;
    return true;
}

/* Marks the rows of all alerts, whatever their status: what is left is "other". */
static void mark_alerts(struct oddi_evidence *e)
{
    size_t row;

    for (size_t k = 0; k < e->n_alerts; k++)
        for (size_t i = rows_of(e, &e->alert[k]);
             !e->alert[k].foreign && next_row(e, &e->alert[k], &i, &row);)
            e->state[row] = OPEN;
}

static bool count_elsewhere(struct census *c, const struct oddi_evidence *e)
{
    for (size_t i = 0; i < e->n_rows; i++) {
        const struct oddi_row_key *k = &e->row[i];
        uint32_t s = e->state[i] == OTHER ? oddi_ids_find(&c->services, k->service) : ODDI_NO_ID;

        if (s != ODDI_NO_ID)
            c->elsewhere[s]++;
        if (e->state[i] == OTHER && (i == 0 || k[-1].host != k->host || k[-1].start != k->start))
            c->n_elsewhere++;
    }
    return true;
}

static double telling(const struct census *c, uint32_t s)
{
    double p = (double)c->alerts[s] / (double)(c->n_alerts ? c->n_alerts : 1);
    double q = ((double)c->elsewhere[s] + 1) / ((double)c->n_elsewhere + 1);

    return p > 0 ? p * log(p / (q < 1 ? q : 1)) : 0;
}

static void choose_service(const struct census *c, const struct oddi_evidence *e,
                           struct oddi_evidence_alert *a)
{
    double best = -INFINITY;
    size_t row;

    a->telling = a->service;
    for (size_t i = rows_of(e, a); a->service == ODDI_NO_SERVICE && next_row(e, a, &i, &row);) {
        uint32_t s = oddi_ids_find(&c->services, e->row[row].service);
        double t = s == ODDI_NO_ID ? 0 : telling(c, s);

        if (t > best || (t == best && e->row[row].service < a->telling)) {
            best = t;
            a->telling = e->row[row].service;
        }
    }
    for (size_t i = rows_of(e, a); next_row(e, a, &i, &row);)
        a->rows += e->row[row].service == a->telling;
}

static enum odd_status find_services(struct oddi_evidence *e, struct odd_error *err)
{
    struct census c = {.n_alerts = 0};
    size_t cap = 0;
    bool ok = true;

    for (size_t k = 0; ok && k < e->n_alerts; k++)
        if (e->alert[k].status == ODDI_ALERT_DISMISSED && !e->alert[k].foreign)
            ok = count_alert(&c, e, k, &cap);
    mark_alerts(e);
    ok = ok && count_elsewhere(&c, e);
    for (size_t k = 0; ok && k < e->n_alerts; k++)
        if (!e->alert[k].foreign && e->alert[k].status != ODDI_ALERT_OPEN)
            choose_service(&c, e, &e->alert[k]);
    oddi_ids_free(&c.services);
    free(c.alerts);
    free(c.elsewhere);
    free(c.last);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

/* ---- The rows of the search ------------------------------------------------------------------------------------------------ */

/* A confirmed alert that names no service says of no row that it is the attacker's. Other rows of dismissed alerts are of hosts that do what
 * they always do, but for those that another alert is about. */
static void mark_rows(struct oddi_evidence *e, enum oddi_alert_status status, uint8_t state)
{
    size_t row;

    for (size_t k = 0; k < e->n_alerts; k++) {
        const struct oddi_evidence_alert *a = &e->alert[k];

        if (a->foreign || a->status != status)
            continue;
        if (status == ODDI_ALERT_CONFIRMED && a->service == ODDI_NO_SERVICE)
            continue;
        for (size_t i = rows_of(e, a); next_row(e, a, &i, &row);)
            if (status == ODDI_ALERT_OPEN || e->row[row].service == a->telling)
                e->state[row] = state;
    }
}

static void part_rows(struct oddi_evidence *e)
{
    size_t n = 0, from[3] = {0};
    static const uint8_t order[] = {DISMISSED, CONFIRMED, OTHER};

    for (size_t o = 0; o < 3; o++) {
        from[o] = n;
        for (size_t i = 0; i < e->n_rows; i++)
            if (e->state[i] == order[o])
                e->key[n++] = e->row[i];
    }
    e->rows = (struct oddi_propose_rows){.dismissed = e->key + from[0],
                                         .confirmed = e->key + from[1],
                                         .other = e->key + from[2],
                                         .n_dismissed = from[1] - from[0],
                                         .n_confirmed = from[2] - from[1],
                                         .n_other = n - from[2]};
}

static void count_alerts(struct oddi_evidence *e)
{
    for (size_t k = 0; k < e->n_alerts; k++) {
        const struct oddi_evidence_alert *a = &e->alert[k];

        if (a->status == ODDI_ALERT_OPEN)
            continue;
        e->foreign += a->foreign;
        e->rowless += !a->foreign && a->rows == 0;
        e->n_dismissed += a->status == ODDI_ALERT_DISMISSED && !a->foreign && a->rows > 0;
        e->n_confirmed += a->status == ODDI_ALERT_CONFIRMED && !a->foreign && a->rows > 0;
    }
}

enum odd_status oddi_evidence_make(struct oddi_evidence *e, const struct oddi_alert_store *alerts,
                                   const struct oddi_baseline *b, const struct oddi_population *p,
                                   struct odd_error *err)
{
    size_t n = oddi_alert_store_size(alerts);

    memset(e, 0, sizeof *e);
    e->alert = oddi_calloc_array(n + 1, sizeof *e->alert);
    if (!e->alert)
        return oddi_fail_memory(err);
    for (; e->n_alerts < n; e->n_alerts++)
        read_alert(&e->alert[e->n_alerts], b, oddi_alert_store_at(alerts, e->n_alerts));
    ODDI_TRY(take_rows(e, p, err));
    ODDI_TRY(find_services(e, err));
    memset(e->state, OTHER, e->n_rows);
    mark_rows(e, ODDI_ALERT_OPEN, OPEN);
    mark_rows(e, ODDI_ALERT_DISMISSED, DISMISSED);
    mark_rows(e, ODDI_ALERT_CONFIRMED, CONFIRMED);
    part_rows(e);
    count_alerts(e);
    return ODD_OK;
}

void oddi_evidence_clear(struct oddi_evidence *e)
{
    free(e->alert);
    free(e->row);
    free(e->state);
    free(e->key);
    memset(e, 0, sizeof *e);
}

/* ---- Rules ------------------------------------------------------------------------------------------------------------------ */

void oddi_evidence_ask(struct oddi_evidence *e, const struct oddi_rule *rule)
{
    for (size_t k = 0; k < e->n_alerts; k++) {
        struct oddi_evidence_alert *a = &e->alert[k];
        size_t row;

        a->held = 0;
        if (a->foreign || a->rows == 0)
            continue;
        for (size_t i = rows_of(e, a); next_row(e, a, &i, &row);)
            a->held += e->row[row].service == a->telling && oddi_rule_holds(rule, &e->row[row]);
    }
}

bool oddi_evidence_touches(const struct oddi_evidence *e, const struct oddi_evidence_alert *a,
                           const struct oddi_rule *rule)
{
    size_t row;

    if (a->foreign)
        return false;
    for (size_t i = rows_of(e, a); next_row(e, a, &i, &row);)
        if (oddi_rule_holds(rule, &e->row[row]))
            return true;
    return false;
}

bool oddi_evidence_covers(const struct oddi_evidence_alert *a)
{
    return a->rows > 0 && 2 * a->held >= a->rows;
}
