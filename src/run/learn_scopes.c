#include "run/learn_scopes.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "run/accepted.h"
#include "run/learn.h"

/* ---- The option --------------------------------------------------------------------------------------------------------- */

/* The next item of the list, without blanks around it; false at the end. */
static bool next_item(const char **list, const char **item, size_t *n)
{
    size_t size = strlen(*list), end = oddi_expr_item_end(*list, size);

    if (size == 0)
        return false;
    *item = *list;
    *n = end;
    while (*n > 0 && (**item == ' ' || **item == '\t')) {
        ++*item;
        --*n;
    }
    while (*n > 0 && ((*item)[*n - 1] == ' ' || (*item)[*n - 1] == '\t'))
        --*n;
    *list += end < size ? end + 1 : end;
    return true;
}

static bool is_word(const char *item, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(item, word, n) == 0;
}

static bool is_condition(const char *item, size_t n)
{
    return n > 0 && !is_word(item, n, "auto") && !is_word(item, n, "none");
}

bool oddi_learn_scopes_searched(const odd_options *opt)
{
    const char *list = oddi_options_value(opt, "scope")->text, *item;
    size_t n;

    while (next_item(&list, &item, &n))
        if (is_word(item, n, "auto"))
            return true;
    return false;
}

/* Empty texts are texts too. */
static enum odd_status fill(struct oddi_accepted *a, uint32_t id, const char *item, size_t n, size_t plans,
                            struct odd_error *err)
{
    *a = (struct oddi_accepted){.id = id,
                                .name = strdup(""),
                                .expression = strndup(item, n),
                                .owner = strdup(""),
                                .reason = strdup(""),
                                .when = ODDI_BASE_NEVER,
                                .expires = ODDI_BASE_NEVER,
                                .command = strdup(""),
                                .inputs = oddi_calloc_array(1, sizeof *a->inputs),
                                .plans = oddi_calloc_array(plans, sizeof *a->plans)};
    if (!a->name || !a->expression || !a->owner || !a->reason || !a->command || !a->inputs || !a->plans)
        return oddi_fail_memory(err);
    return oddi_accepted_check(a->expression, err);
}

static size_t count(const char *list)
{
    const char *item;
    size_t n, conditions = 0;

    while (next_item(&list, &item, &n))
        conditions += is_condition(item, n);
    return conditions;
}

/* The first that is true of a flow takes it, so that it is the newest. */
static enum odd_status parse(struct oddi_hunt *hunt, const char *list, struct odd_error *err)
{
    size_t all = count(list), n, left = all;
    const char *item;

    hunt->fresh = oddi_calloc_array(all, sizeof *hunt->fresh);
    if (!hunt->fresh)
        return oddi_fail_memory(err);
    hunt->n_fresh = all;
    while (next_item(&list, &item, &n)) {
        if (n == 0)
            return oddi_fail(err, ODD_ERR_USAGE, "--scope names nothing between two commas");
        if (!is_condition(item, n))
            continue;
        left--;
        ODDI_TRY(fill(&hunt->fresh[left], (uint32_t)left + 1, item, n, hunt->n_lanes, err));
    }
    return ODD_OK;
}

/* ---- Lanes ---------------------------------------------------------------------------------------------------------------- */

static enum odd_status add_lane(struct oddi_hunt *hunt, size_t plan, size_t scope, struct odd_error *err)
{
    const struct oddi_hunt_lane *of = &hunt->lanes[plan];
    struct oddi_hunt_lane *lane = &hunt->lanes[hunt->n_lanes];

    hunt->n_lanes++;
    lane->name = "";
    lane->plan_index = plan;
    lane->accepted = &hunt->fresh[scope];
    ODDI_TRY(oddi_options_copy(of->options, &lane->options, err));
    ODDI_TRY(oddi_accepted_narrow(hunt->fresh, hunt->n_fresh, scope, lane->options, err));
    lane->own_name = oddi_accepted_lane(lane->accepted, of->name);
    if (!lane->own_name)
        return oddi_fail_memory(err);
    lane->name = lane->own_name;
    return ODD_OK;
}

enum odd_status oddi_learn_scopes_new(struct odd_run *run, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;
    const char *list = oddi_options_value(run->options, "scope")->text;
    size_t plans = hunt->n_lanes, scopes = count(list);

    for (size_t l = 0; l < plans; l++)
        hunt->lanes[l].plan_index = l;
    if (strlen(list) == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "--scope must be auto, none or conditions on flows");
    if (scopes == 0)
        return ODD_OK;
    if ((scopes + 1) * plans > ODDI_MAX_LANES)
        return oddi_fail(
            err, ODD_ERR_LIMIT,
            "%zu scopes of %zu plans are %zu tables of rows, and at most %d can be learnt at once", scopes,
            plans, (scopes + 1) * plans, ODDI_MAX_LANES);
    ODDI_TRY(parse(hunt, list, err));
    for (size_t s = 0; s < scopes; s++)
        for (size_t l = 0; l < plans; l++)
            ODDI_TRY(add_lane(hunt, l, s, err));
    for (size_t l = 0; l < plans; l++)
        ODDI_TRY(oddi_accepted_narrow(hunt->fresh, scopes, scopes, hunt->lanes[l].options, err));
    return ODD_OK;
}

/* ---- At the end ------------------------------------------------------------------------------------------------------------ */

/* Rows of all lanes that are shaped by plan j, into arrays of *out; their room is counted first. */
static enum odd_status join(const struct oddi_hunt *hunt, const struct oddi_day_rows *days, size_t j,
                            struct oddi_day_rows *out, struct odd_error *err)
{
    struct oddi_row_key *key;
    double *ln_p;
    size_t n = 0;

    for (size_t l = 0; l < hunt->n_lanes; l++)
        n += hunt->lanes[l].plan_index == j ? days[l].n : 0;
    key = oddi_malloc_array(n + 1, sizeof *key);
    ln_p = oddi_malloc_array(n + 1, sizeof *ln_p);
    *out = (struct oddi_day_rows){0, key, ln_p};
    if (!key || !ln_p)
        return oddi_fail_memory(err);
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        if (hunt->lanes[l].plan_index != j || days[l].n == 0)
            continue;
        memcpy(key + out->n, days[l].key, days[l].n * sizeof *key);
        memcpy(ln_p + out->n, days[l].ln_p, days[l].n * sizeof *ln_p);
        out->n += days[l].n;
    }
    return ODD_OK;
}

enum odd_status oddi_learn_scopes_stage(const struct oddi_hunt *hunt, const struct oddi_day_rows *days,
                                        size_t n_plans, struct oddi_day_stage *out, struct odd_error *err)
{
    struct oddi_day_rows *joined;
    enum odd_status status = ODD_OK;

    if (hunt->n_fresh == 0)
        return oddi_day_stage_make(days, n_plans, out, err);
    joined = oddi_calloc_array(n_plans, sizeof *joined);
    if (!joined)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < n_plans && status == ODD_OK; j++)
        status = join(hunt, days, j, &joined[j], err);
    if (status == ODD_OK)
        status = oddi_day_stage_make(joined, n_plans, out, err);
    for (size_t j = 0; j < n_plans; j++) {
        free((void *)(uintptr_t)joined[j].key);
        free((void *)(uintptr_t)joined[j].ln_p);
    }
    free(joined);
    return status;
}

enum odd_status oddi_learn_scopes_give(struct odd_run *run, struct oddi_baseline *b, struct odd_error *err)
{
    struct oddi_hunt *hunt = run->hunt;

    for (size_t i = 0; i < hunt->n_fresh; i++)
        if (hunt->fresh[i].n_plans == 0)
            return oddi_fail(err, ODD_ERR_NO_DATA,
                             "too little to learn the scope '%.200s' from: %zu rows of a plan are needed",
                             hunt->fresh[i].expression, 2 * ODDI_LEAST_HALF);
    b->accepted = hunt->fresh;
    b->n_accepted = hunt->n_fresh;
    b->last_id = (uint32_t)hunt->n_fresh;
    hunt->fresh = NULL;
    hunt->n_fresh = 0;
    return ODD_OK;
}

/* ---- Notes ------------------------------------------------------------------------------------------------------------------ */

static enum odd_status tell_plan(struct odd_run *run, const struct oddi_hunt_lane *lane,
                                 const struct oddi_accepted *a, const char *name, struct odd_error *err)
{
    const struct oddi_base_plan *p = oddi_base_find(a->plans, a->n_plans, name);
    const struct oddi_support *s;
    char rows[ODDI_NUM_MAX];

    rows[oddi_format_u64_grouped(rows, lane->learner->rows)] = '\0';
    if (!p)
        return oddi_run_note(run, err,
                             "  %s: %s rows, too few for a model (%zu): it does not judge these flows", name,
                             rows, 2 * ODDI_LEAST_HALF);
    s = p->blind ? &p->blind[0].support : &p->model[0].support;
    return oddi_run_note(run, err, "  %s: %s rows of %u hosts on %u day%s", name, rows, s->hosts, s->days,
                         s->days == 1 ? "" : "s");
}

enum odd_status oddi_learn_tell_scope(struct odd_run *run, const struct oddi_baseline *b,
                                      const struct oddi_accepted *a, struct odd_error *err)
{
    const struct oddi_hunt *hunt = run->hunt;

    ODDI_TRY(oddi_run_note(run, err, "scope %u: %.400s", a->id, a->expression));
    for (size_t l = 0; l < hunt->n_lanes; l++) {
        const struct oddi_hunt_lane *lane = &hunt->lanes[l];

        if (lane->accepted == a)
            ODDI_TRY(tell_plan(run, lane, a, b->plans[lane->plan_index].name, err));
    }
    return ODD_OK;
}
