#include "run/novel_row.h"

#include <string.h>

#include "base/mem.h"
#include "baseline/scope_text.h"
#include "run/accepted.h"
#include "run/novel.h"

/* ---- Life ----------------------------------------------------------------------------------------------------------- */

enum odd_status oddi_novel_teller_init(struct oddi_novel_teller *t, const struct oddi_hunt_lane *lane,
                                       struct odd_error *err)
{
    size_t models = lane->learnt->tree.n_models, keys = lane->plan->by->n_keys, d = lane->plan->d;

    *t = (struct oddi_novel_teller){.lane = lane};
    oddi_buf_init(&t->near, 0);
    oddi_buf_init(&t->command, 0);
    t->words = oddi_calloc_array(models, sizeof *t->words);
    t->conditions = oddi_calloc_array(models, sizeof *t->conditions);
    t->values = oddi_calloc_array(2 * keys + d, sizeof *t->values);
    t->reasons = oddi_calloc_array(d, sizeof *t->reasons);
    if (!t->words || !t->conditions || !t->values || !t->reasons)
        return oddi_fail_memory(err);
    t->nearest = t->values + keys;
    t->witness = t->nearest + keys;
    return ODD_OK;
}

void oddi_novel_teller_clear(struct oddi_novel_teller *t)
{
    size_t n = t->lane ? t->lane->learnt->tree.n_models : 0;

    for (size_t m = 0; m < n; m++) {
        if (t->words)
            free(t->words[m]);
        if (t->conditions)
            free(t->conditions[m]);
    }
    free(t->words);
    free(t->conditions);
    free(t->values);
    free(t->reasons);
    oddi_buf_free(&t->near);
    oddi_buf_free(&t->command);
    memset(t, 0, sizeof *t);
}

/* ---- Scopes --------------------------------------------------------------------------------------------------------- */

/* The key of a type as the user wrote it; NULL if the entities have none. */
static const char *key_of(const struct oddi_by *by, enum oddi_expr_type type)
{
    for (size_t k = 0; k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == type)
            return by->key_names[k];
    return NULL;
}

static char *text_of(struct oddi_buf *b)
{
    char *text = oddi_buf_ok(b) ? strdup(oddi_buf_cstr(b)) : NULL;

    oddi_buf_free(b);
    return text;
}

/* Once for each model: its words are looked for in the sample. */
static bool name_scope(const struct oddi_novel_teller *t, uint32_t model)
{
    const struct oddi_base_plan *p = t->lane->learnt;
    struct oddi_scope_names names = {key_of(t->lane->plan->by, ODDI_EXPR_ADDR),
                                     key_of(t->lane->plan->by, ODDI_EXPR_SERVICE)};
    struct oddi_buf words, condition;

    if (t->words[model] && t->conditions[model])
        return true;
    names.addr = names.addr ? names.addr : "src_ip";
    names.service = names.service ? names.service : "service";
    oddi_buf_init(&words, 0);
    oddi_buf_init(&condition, 0);
    if (t->lane->accepted) {
        oddi_buf_printf(&words, "accepted scope %u, %s", t->lane->accepted->id,
                        oddi_accepted_words(t->lane->accepted));
        oddi_buf_str(&condition, t->lane->accepted->expression);
    } else {
        oddi_scope_words(&p->tree, model, p->key, p->n_sample, &words);
        oddi_scope_expression(&p->tree, model, &names, &condition);
    }
    free(t->words[model]);
    free(t->conditions[model]);
    t->words[model] = text_of(&words);
    t->conditions[model] = text_of(&condition);
    return t->words[model] && t->conditions[model];
}

/* ---- Rows ----------------------------------------------------------------------------------------------------------- */

/* Who the nearest row is of, where its address and service say it all. */
static const char *const *name_nearest(struct oddi_novel_teller *t, size_t at)
{
    const struct oddi_by *by = t->lane->plan->by;
    const struct oddi_row_key *key = &t->lane->learnt->key[at];
    bool addr = false, service = false;
    char text[ODDI_ENTITY_VALUE_MAX];

    oddi_buf_clear(&t->near);
    for (size_t k = 0; k < by->n_keys; k++) {
        enum oddi_expr_type type = oddi_expr_type(by->keys[k]);
        bool *seen = type == ODDI_EXPR_ADDR ? &addr : &service;

        if ((type != ODDI_EXPR_ADDR && type != ODDI_EXPR_SERVICE) || *seen)
            return NULL;
        *seen = true;
        t->nearest[k] = NULL;
        (void)oddi_expr_format(
            type, type == ODDI_EXPR_ADDR ? (const void *)&key->addr : (const void *)&key->service, NULL, text,
            sizeof text);
        oddi_buf_add(&t->near, text, strlen(text) + 1);
    }
    if (!oddi_buf_ok(&t->near))
        return NULL;
    for (size_t k = 0, from = 0; k < by->n_keys; from += strlen(t->near.data + from) + 1)
        t->nearest[k++] = t->near.data + from;
    return t->nearest;
}

static void fill_novelty(const struct oddi_novel_teller *t, const struct oddi_row_key *key,
                         const struct oddi_judgement *j, struct oddi_novelty *out)
{
    const struct oddi_base_plan *p = t->lane->learnt;
    const struct oddi_support *s = &oddi_base_models(p, key)[j->model].support;

    *out = (struct oddi_novelty){.plan = t->lane->learnt->name,
                                 .ln_p = j->ln_p,
                                 .extrapolated = j->extrapolated,
                                 .scope = t->words[j->model],
                                 .condition = t->conditions[j->model],
                                 .rows = s->rows,
                                 .hosts = s->hosts,
                                 .days = s->days};
}

static void explain(struct oddi_novel_teller *t, size_t row, const struct oddi_judgement *judged,
                    struct oddi_novel_row *x)
{
    const struct oddi_population *p = &t->lane->rows;
    size_t nearest = 0;

    oddi_novel_explain(t->lane, t->lane->run->hunt->baseline.kappa, row, judged, t->reasons, &nearest);
    x->verdict.reasons = t->reasons;
    x->entity.witness = t->witness;
    x->entity.nearest = nearest < t->lane->learnt->n_sample ? name_nearest(t, nearest) : NULL;
    oddi_population_command(p, row, &t->command);
    x->entity.command = t->command.size ? oddi_buf_cstr(&t->command) : NULL;
}

enum odd_status oddi_novel_row(struct oddi_novel_teller *t, size_t row, bool odd, struct oddi_novel_row *x,
                               struct odd_error *err)
{
    const struct oddi_base_plan *learnt = t->lane->learnt;
    const struct oddi_population *p = &t->lane->rows;
    struct oddi_row_key key = oddi_novel_key(t->lane, row);
    struct oddi_judgement judged;

    odd = odd || oddi_population_odd(p, row);
    x->entity = (struct oddi_entity){.values = t->values, .flows = p->flows[row]};
    x->verdict = (struct oddi_verdict){.kind = odd ? ODDI_NOVELTY : ODDI_NORMAL,
                                       .cluster = p->muted && p->muted[row] ? ODDI_MUTED
                                                  : odd                     ? ODDI_NOISE
                                                                            : 0,
                                       .score = p->score[row],
                                       .entity = &x->entity,
                                       .novelty = &x->novelty};
    oddi_base_judge(learnt, t->lane->run->hunt->baseline.kappa, &key, p->x + row * learnt->d, &judged);
    if (!name_scope(t, judged.model))
        return oddi_fail_memory(err);
    fill_novelty(t, &key, &judged, &x->novelty);
    oddi_population_entity(p, row, t->values, t->witness);
    if (odd)
        explain(t, row, &judged, x);
    return oddi_buf_ok(&t->command) ? ODD_OK : oddi_fail_memory(err);
}
