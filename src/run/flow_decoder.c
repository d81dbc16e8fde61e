#include "run/flow_decoder.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

struct oddi_decoder_slot {
    struct oddi_batch batch;
    enum oddi_field fields[ODDI_N_FIELDS + 1]; /* of the batch's columns; the last column is proto as text */
    size_t n;
    bool ready;
};

void oddi_flow_empty(struct oddi_flow *f)
{
    memset(f, 0, sizeof *f);
    for (size_t i = 0; i < ODDI_N_FIELDS; i++) {
        f->number[i] = NAN;
        f->time[i] = ODDI_NO_TIME;
        f->code[i] = UINT32_MAX;
    }
}

static enum odd_status prepare(struct oddi_decoder_slot *s, const struct oddi_source *source,
                               struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(source);
    struct oddi_recipe recipes[ODDI_N_FIELDS + 1];

    s->n = 0;
    for (size_t i = 0; i < ODDI_N_FIELDS; i++) {
        if (schema->recipes[i].how == ODDI_ABSENT)
            continue;
        recipes[s->n] = schema->recipes[i];
        s->fields[s->n++] = (enum oddi_field)i;
    }
    if (schema->recipes[ODDI_PROTO].how == ODDI_COLUMN) {
        recipes[s->n] = schema->recipes[ODDI_PROTO];
        recipes[s->n].type = ODDI_TYPE_TEXT;
        s->fields[s->n++] = ODDI_PROTO;
    }
    ODDI_TRY(oddi_batch_init(&s->batch, recipes, s->n, false, err));
    s->ready = true;
    return ODD_OK;
}

static void take_value(const struct oddi_column *c, enum oddi_field field, const char *data,
                       struct oddi_flow *f)
{
    switch (c->recipe.type) {
    case ODDI_TYPE_NUMBER:
        f->number[field] = c->u.number[0];
        break;
    case ODDI_TYPE_TIME:
        f->time[field] = c->u.time[0];
        break;
    case ODDI_TYPE_PROTO:
    case ODDI_TYPE_PORT:
        f->code[field] = c->u.code[0];
        break;
    case ODDI_TYPE_ADDR:
        f->addr[field] = c->u.addr[0];
        break;
    case ODDI_TYPE_TEXT:
        if (c->u.span[0].len != UINT32_MAX)
            f->text[field] = (struct oddi_text){data + c->u.span[0].off, c->u.span[0].len};
        break;
    }
}

/* A field that the plan did not read is broken: the others are still worth showing. */
static enum odd_status decode_singly(const struct oddi_decoder_slot *s, const struct oddi_source *source,
                                     const struct oddi_block *text, struct oddi_flow *out,
                                     struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    for (size_t i = 0; i < s->n && status == ODD_OK; i++) {
        struct oddi_batch one;

        ODDI_TRY(oddi_batch_init(&one, &s->batch.columns[i].recipe, 1, false, err));
        status = oddi_source_decode(source, text, &one, err);
        if (status == ODD_OK && one.n > 0)
            take_value(&one.columns[0], s->fields[i], text->data, out);
        oddi_batch_clear(&one);
    }
    return status;
}

enum odd_status oddi_flow_decode(struct oddi_flow_decoder *d, const struct oddi_source *source, size_t index,
                                 size_t n_sources, const struct oddi_block *text, struct oddi_flow *out,
                                 struct odd_error *err)
{
    struct oddi_decoder_slot *s;

    oddi_flow_empty(out);
    if (!d->slots) {
        d->slots = oddi_calloc_array(n_sources, sizeof *d->slots);
        if (!d->slots)
            return oddi_fail_memory(err);
        d->n_slots = n_sources;
    }
    s = &d->slots[index];
    if (!s->ready)
        ODDI_TRY(prepare(s, source, err));
    oddi_batch_reset(&s->batch);
    ODDI_TRY(oddi_source_decode(source, text, &s->batch, err));
    if (s->batch.n == 0)
        return decode_singly(s, source, text, out, err);
    for (size_t i = 0; i < s->n; i++)
        take_value(&s->batch.columns[i], s->fields[i], text->data, out);
    return ODD_OK;
}

void oddi_flow_decoder_clear(struct oddi_flow_decoder *d)
{
    for (size_t i = 0; i < d->n_slots; i++)
        if (d->slots[i].ready)
            oddi_batch_clear(&d->slots[i].batch);
    free(d->slots);
    d->slots = NULL;
    d->n_slots = 0;
}
