#include "run/learn_dims.h"

#include <string.h>

#include "base/mem.h"
#include "run/calendar_file.h"

#define MOST_NAME 40

/* ---- Options --------------------------------------------------------------------------------------------------------- */

static bool is_name(const char *s, size_t n)
{
    bool ok = n > 0 && n <= MOST_NAME && !(*s >= '0' && *s <= '9');

    for (size_t i = 0; i < n; i++)
        ok = ok && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_' ||
                    (s[i] >= '0' && s[i] <= '9'));
    return ok;
}

/* "lab = src_ip in 10.9.0.0/16" */
static enum odd_status add_dim(struct oddi_scope_dims *dims, const char *s, size_t n, struct odd_error *err)
{
    const char *is = memchr(s, '=', n), *text = is ? is + 1 : s, *end = s + n;
    size_t name = is ? (size_t)(is - s) : 0;
    struct oddi_scope_dim *d;

    while (name > 0 && s[name - 1] == ' ')
        name--;
    while (text < end && *text == ' ')
        text++;
    if (!is_name(s, name) || text == end)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "--scope-dim is NAME=EXPR with a name of letters, digits and _, such as 'lab = src_ip in "
            "10.9.0.0/16', not '%.*s'",
            (int)(n < 60 ? n : 60), s);
    for (size_t i = 0; i < dims->n; i++)
        if (strlen(dims->dim[i].name) == name && memcmp(dims->dim[i].name, s, name) == 0)
            return oddi_fail(err, ODD_ERR_USAGE, "--scope-dim names '%s' twice", dims->dim[i].name);
    if (dims->n == ODDI_MAX_DIMS)
        return oddi_fail(err, ODD_ERR_USAGE, "at most %d of --scope-dim", ODDI_MAX_DIMS);
    d = &dims->dim[dims->n++];
    d->name = strndup(s, name);
    d->expression = strndup(text, (size_t)(end - text));
    return d->name && d->expression ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status add_dims(struct odd_run *run, const char *lines, struct odd_error *err)
{
    run->hunt->dims = oddi_calloc_array(1, sizeof *run->hunt->dims);
    if (!run->hunt->dims)
        return oddi_fail_memory(err);
    while (*lines) {
        size_t n = strcspn(lines, "\n");

        ODDI_TRY(add_dim(run->hunt->dims, lines, n, err));
        lines += n + (lines[n] == '\n');
    }
    return ODD_OK;
}

/* What is wrong with a calendar is said before an hour of reading. */
enum odd_status oddi_learn_dims_new(struct odd_run *run, struct odd_error *err)
{
    const char *lines = oddi_options_value(run->options, "scope-dim")->text;
    const char *path = oddi_options_value(run->options, "calendar")->text;
    struct oddi_calendar *c = NULL;

    if (lines)
        ODDI_TRY(add_dims(run, lines, err));
    if (!path)
        return ODD_OK;
    ODDI_TRY(oddi_calendar_read(path, run->plan.zone, 0, 0, &c, err));
    oddi_calendar_free(c);
    return ODD_OK;
}

/* ---- Rows ------------------------------------------------------------------------------------------------------------ */

enum odd_status oddi_learn_dims_start(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    struct oddi_hunt *hunt = lane->run->hunt;

    if (!hunt->dims || lane->accepted)
        return ODD_OK;
    if (lane->plan->by->ends)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--scope-dim and --by host exclude each other: say src_ip or dst_ip instead");
    ODDI_TRY(oddi_row_dims_new(hunt->dims, lane->plan, lane->run->n_inputs, true, lane->dim,
                               &lane->learner->dims, err));
    for (size_t i = 0; i < hunt->dims->n; i++)
        hunt->dims_taken |= (unsigned)(lane->dim[i] >= 0) << i;
    return ODD_OK;
}

enum odd_status oddi_learn_dims_started(struct odd_run *run, struct odd_error *err)
{
    const struct oddi_hunt *hunt = run->hunt;

    for (size_t i = 0; hunt->dims && i < hunt->dims->n; i++)
        if (!(hunt->dims_taken >> i & 1))
            return oddi_fail(err, ODD_ERR_USAGE,
                             "--scope-dim %s: no plan that is learnt has entities that say what '%.200s' "
                             "reads: it may read "
                             "the keys of --by, hour and weekday",
                             hunt->dims->dim[i].name, hunt->dims->dim[i].expression);
    return ODD_OK;
}

enum odd_status oddi_learn_calendar(struct odd_run *run, int64_t first, int64_t last, struct odd_error *err)
{
    const char *path = oddi_options_value(run->options, "calendar")->text;

    if (!path || first > last)
        return ODD_OK;
    return oddi_calendar_read(path, run->plan.zone, first, last, &run->hunt->calendar, err);
}

void oddi_learn_dims_rows(struct oddi_hunt_lane *lane)
{
    struct oddi_learner *l = lane->learner;

    for (size_t i = 0; lane->run->hunt->calendar && i < l->n; i++)
        l->key[i].events = oddi_calendar_at(lane->run->hunt->calendar, l->key[i].start);
}

/* ---- Scopes ---------------------------------------------------------------------------------------------------------- */

static bool has_cut(const struct oddi_scope_tree *t, enum oddi_cut_kind kind)
{
    for (size_t i = 0; i < t->n_nodes; i++)
        if (t->nodes[i].cut.kind == kind)
            return true;
    return false;
}

/* The value's place in the list of its dimension; added if it is not there yet. */
static enum odd_status list_value(const struct oddi_row_dims *rows, struct oddi_scope_dim *d, size_t dim,
                                  struct oddi_cut *cut, struct odd_error *err)
{
    size_t cap = d->n_values;

    for (cut->service = 0; cut->service < d->n_values; cut->service++)
        if (d->value[cut->service].key == cut->value)
            return ODD_OK;
    if (!oddi_grow(&d->value, &cap, d->n_values + 1, sizeof *d->value))
        return oddi_fail_memory(err);
    d->value[d->n_values] =
        (struct oddi_dim_value){cut->value, strdup(oddi_row_dims_text(rows, dim, cut->value))};
    return d->value[d->n_values++].text ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status make_dims(const struct oddi_hunt_lane *lane, struct oddi_base_plan *p,
                                 struct odd_error *err)
{
    const struct oddi_scope_dims *all = lane->run->hunt->dims;
    const struct oddi_row_dims *rows = lane->learner->dims;

    p->dims = oddi_calloc_array(1, sizeof *p->dims);
    if (!p->dims)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < all->n; i++) {
        struct oddi_scope_dim *d = &p->dims->dim[p->dims->n];

        if (lane->dim[i] < 0)
            continue;
        d->truth = oddi_row_dims_truth(rows, p->dims->n++);
        d->name = strdup(all->dim[i].name);
        d->expression = strdup(all->dim[i].expression);
        if (!d->name || !d->expression)
            return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < p->tree.n_nodes; i++) {
        struct oddi_cut *cut = &p->tree.nodes[i].cut;

        if (cut->kind == ODDI_CUT_DIM)
            ODDI_TRY(list_value(rows, &p->dims->dim[cut->from], cut->from, cut, err));
    }
    p->tree.dims = p->dims;
    return ODD_OK;
}

/* What no cut asks for is not kept: neither by the plan nor in the keys of its examples. */
enum odd_status oddi_learn_dims_give(struct oddi_hunt_lane *lane, struct oddi_base_plan *p,
                                     struct odd_error *err)
{
    struct oddi_learner *l = lane->learner;
    bool dims = has_cut(&p->tree, ODDI_CUT_DIM), events = has_cut(&p->tree, ODDI_CUT_EVENT);

    for (size_t i = 0; i < l->n; i++) {
        if (!dims)
            memset(l->key[i].dim, 0, sizeof l->key[i].dim);
        if (!events)
            l->key[i].events = 0;
    }
    if (events)
        p->tree.calendar = lane->run->hunt->calendar;
    return dims ? make_dims(lane, p, err) : ODD_OK;
}

/* ---- The end --------------------------------------------------------------------------------------------------------- */

static enum odd_status tell_dims(struct odd_run *run, struct odd_error *err)
{
    const struct oddi_hunt *hunt = run->hunt;

    for (size_t l = 0; hunt->dims && l < hunt->n_lanes; l++)
        for (size_t i = 0; hunt->lanes[l].learner && !hunt->lanes[l].accepted && i < hunt->dims->n; i++)
            if (hunt->lanes[l].dim[i] < 0)
                ODDI_TRY(oddi_run_note(run, err,
                                       "%s is learnt without %s: its entities do not say what that reads",
                                       hunt->lanes[l].name, hunt->dims->dim[i].name));
    return ODD_OK;
}

static enum odd_status tell_calendar(struct odd_run *run, const struct oddi_calendar *c, bool used,
                                     struct odd_error *err)
{
    char until[ODDI_TIME_TEXT_MAX];

    until[oddi_format_time_plain(until, c->until, run->plan.zone)] = '\0';
    ODDI_TRY(oddi_run_note(run, err, "calendar: %zu kind%s of event in what was learnt from, %s", c->n - 1,
                           c->n == 2 ? "" : "s", used ? "of which scopes ask" : "of which no scope asks"));
    if (c->frequent)
        ODDI_TRY(oddi_run_note(
            run, err, "calendar: %zu more kind%s on over %zu times: hours and weekdays find what they do",
            c->frequent, c->frequent == 1 ? " is" : "s are", ODDI_MAX_EVENT_SPANS));
    return used ? oddi_run_note(run, err, "calendar: events are known until %.10s", until) : ODD_OK;
}

enum odd_status oddi_learn_dims_end(struct odd_run *run, struct oddi_baseline *b, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    bool used = false;

    ODDI_TRY(tell_dims(run, err));
    if (!hunt->calendar)
        return ODD_OK;
    for (size_t i = 0; i < b->n_plans; i++)
        used = used || b->plans[i].tree.calendar;
    ODDI_TRY(tell_calendar(run, hunt->calendar, used, err));
    if (used) {
        b->calendar = hunt->calendar;
        hunt->calendar = NULL;
    }
    return ODD_OK;
}
