#include "run/entity.h"

#include <string.h>

#include "base/mem.h"

/* An input: what its records are decoded to for the keys and for each feature's witness. */
struct oddi_entity_part {
    struct oddi_batch batch;
    uint32_t *map[ODDI_N_ENDS]; /* the second only with by->ends */
    bool ready;
};

struct oddi_entity_slot {
    struct oddi_entity_part keys, *witness; /* n_features */
};

static void clear_part(struct oddi_entity_part *p)
{
    if (p->ready)
        oddi_batch_clear(&p->batch);
    for (int end = 0; end < ODDI_N_ENDS; end++)
        free(p->map[end]);
    memset(p, 0, sizeof *p);
}

static enum odd_status prepare_part(struct oddi_entity_part *p, const struct oddi_by *by,
                                    const struct oddi_program *program, const struct oddi_source *source,
                                    struct odd_error *err)
{
    struct oddi_bound bound = {0};
    enum odd_status status = ODD_OK;

    if (p->ready)
        return ODD_OK;
    for (int end = 0; end < (by->ends ? ODDI_N_ENDS : 1) && status == ODD_OK; end++) {
        free(p->map[end]);
        status = oddi_bound_add(&bound, program, oddi_source_schema(source), (enum oddi_end)end, &p->map[end],
                                err);
    }
    if (status == ODD_OK)
        status = oddi_batch_init(&p->batch, bound.recipes, bound.n, false, err);
    p->ready = status == ODD_OK;
    oddi_bound_clear(&bound);
    return status;
}

static enum odd_status slot_of(struct oddi_entity_decoder *d, const struct oddi_by *by, size_t index,
                               size_t n_sources, struct oddi_entity_slot **out, struct odd_error *err)
{
    if (!d->slots) {
        d->slots = oddi_calloc_array(n_sources, sizeof *d->slots);
        d->witness = oddi_calloc_array(by->n_features, sizeof *d->witness);
        if (!d->slots || !d->witness)
            return oddi_fail_memory(err);
        d->n_slots = n_sources;
        d->n_features = by->n_features;
    }
    *out = &d->slots[index];
    if (!(*out)->witness)
        (*out)->witness = oddi_calloc_array(by->n_features, sizeof *(*out)->witness);
    return (*out)->witness ? ODD_OK : oddi_fail_memory(err);
}

/* Decodes the record; *known is false if it does not decode (it did when it was counted). */
static enum odd_status decode(struct oddi_entity_part *p, const struct oddi_by *by,
                              const struct oddi_program *program, struct oddi_evaluator **evaluator,
                              const struct oddi_source *source, const struct oddi_block *text, bool *known,
                              struct odd_error *err)
{
    ODDI_TRY(prepare_part(p, by, program, source, err));
    if (!*evaluator)
        ODDI_TRY(oddi_evaluator_new(program, evaluator, err));
    oddi_batch_reset(&p->batch);
    ODDI_TRY(oddi_source_decode(source, text, &p->batch, err));
    *known = p->batch.n > 0;
    return ODD_OK;
}

static void evaluate(const struct oddi_entity_part *p, enum oddi_end end, struct oddi_evaluator *evaluator,
                     const struct oddi_block *text)
{
    const struct oddi_expr_input in = {
        .columns = p->batch.columns, .map = p->map[end], .text = text->data, .window_start = ODDI_NO_TIME};

    oddi_evaluate(evaluator, &in, 0, 1);
}

/* Evaluates the keys of the record from the end that has this key. */
static enum odd_status find_end(struct oddi_entity_decoder *d, const struct oddi_by *by,
                                struct oddi_entity_part *p, const struct oddi_source *source,
                                const struct oddi_block *text, uint64_t key, enum oddi_end *end,
                                struct odd_error *err)
{
    *end = ODDI_END_SRC;
    ODDI_TRY(decode(p, by, by->key_program, &d->evaluator, source, text, &d->known, err));
    if (!d->known)
        return ODD_OK;
    evaluate(p, ODDI_END_SRC, d->evaluator, text);
    if (!by->ends || oddi_by_key(by, d->evaluator) == key)
        return ODD_OK;
    *end = ODDI_END_DST;
    evaluate(p, ODDI_END_DST, d->evaluator, text);
    return ODD_OK;
}

enum odd_status oddi_entity_values(struct oddi_entity_decoder *d, const struct oddi_by *by,
                                   const struct oddi_source *source, size_t index, size_t n_sources,
                                   const struct oddi_block *text, uint64_t key, char *values,
                                   struct odd_error *err)
{
    struct oddi_entity_slot *slot = NULL;
    enum oddi_end end;

    memset(values, 0, by->n_keys * ODDI_ENTITY_VALUE_MAX);
    ODDI_TRY(slot_of(d, by, index, n_sources, &slot, err));
    ODDI_TRY(find_end(d, by, &slot->keys, source, text, key, &end, err));
    for (size_t k = 0; d->known && k < by->n_keys; k++)
        (void)oddi_expr_format(oddi_expr_type(by->keys[k]), oddi_evaluator_result(d->evaluator, k), by->zone,
                               values + k * ODDI_ENTITY_VALUE_MAX, ODDI_ENTITY_VALUE_MAX);
    return ODD_OK;
}

/* The value of the first key of a type; NULL if there is none. */
static const void *first_of(const struct oddi_entity_decoder *d, const struct oddi_by *by,
                            enum oddi_expr_type type)
{
    for (size_t k = 0; d->known && k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == type)
            return oddi_evaluator_result(d->evaluator, k);
    return NULL;
}

uint64_t oddi_entity_host(const struct oddi_entity_decoder *d, const struct oddi_by *by)
{
    const void *addr = first_of(d, by, ODDI_EXPR_ADDR);

    return addr ? oddi_key(ODDI_EXPR_ADDR, addr) : 0;
}

void oddi_entity_who(const struct oddi_entity_decoder *d, const struct oddi_by *by,
                     struct oddi_entity_who *out)
{
    const struct oddi_addr *addr = first_of(d, by, ODDI_EXPR_ADDR);
    const uint32_t *service = first_of(d, by, ODDI_EXPR_SERVICE);

    memset(out, 0, sizeof *out);
    out->host = oddi_entity_host(d, by);
    if (addr)
        out->addr = *addr;
    out->service = service ? *service : UINT32_MAX;
}

enum odd_status oddi_entity_witness(struct oddi_entity_decoder *d, const struct oddi_by *by, size_t j,
                                    const struct oddi_source *source, size_t index, size_t n_sources,
                                    const struct oddi_block *text, uint64_t key, char *value,
                                    struct odd_error *err)
{
    const struct oddi_by_feature *f = &by->features[j];
    struct oddi_entity_slot *slot = NULL;
    enum oddi_end end = ODDI_END_SRC;
    bool known;

    value[0] = '\0';
    if (!f->witness_program)
        return ODD_OK;
    ODDI_TRY(slot_of(d, by, index, n_sources, &slot, err));
    if (by->ends)
        ODDI_TRY(find_end(d, by, &slot->keys, source, text, key, &end, err));
    ODDI_TRY(decode(&slot->witness[j], by, f->witness_program, &d->witness[j], source, text, &known, err));
    if (!known)
        return ODD_OK;
    evaluate(&slot->witness[j], end, d->witness[j], text);
    (void)oddi_expr_format(oddi_expr_type(f->witness), oddi_evaluator_result(d->witness[j], 0), by->zone,
                           value, ODDI_ENTITY_VALUE_MAX);
    return ODD_OK;
}

void oddi_entity_decoder_clear(struct oddi_entity_decoder *d)
{
    for (size_t i = 0; i < d->n_slots; i++) {
        clear_part(&d->slots[i].keys);
        for (size_t j = 0; d->slots[i].witness && j < d->n_features; j++)
            clear_part(&d->slots[i].witness[j]);
        free(d->slots[i].witness);
    }
    free(d->slots);
    for (size_t j = 0; d->witness && j < d->n_features; j++)
        oddi_evaluator_free(d->witness[j]);
    free(d->witness);
    oddi_evaluator_free(d->evaluator);
    memset(d, 0, sizeof *d);
}
