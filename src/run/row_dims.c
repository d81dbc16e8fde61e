#include "run/row_dims.h"

#include <math.h>
#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "flow/field.h"
#include "run/bound.h"
#include "run/render.h"

#define MOST_VALUES   ((size_t)65536)   /* of a dimension, where their texts are kept */
#define MOST_ENTITIES ((size_t)1 << 20) /* that are remembered; then they are asked again */

/* What one input's records are decoded to. */
struct part {
    struct oddi_batch batch;
    uint32_t *map;
    bool ready;
};

struct dim {
    const char *name;
    struct oddi_expr *expr;
    struct oddi_program *program;
    struct oddi_evaluator *evaluator;
    bool timed, reads; /* it asks for the window's start, for the record */
    struct part *part; /* by source */
    struct oddi_ids values;
    char **text; /* by number of the value */
    size_t cap_text;
};

struct oddi_row_dims {
    const struct oddi_plan *plan;
    size_t n, n_sources;
    bool texts;
    struct dim dim[ODDI_MAX_DIMS];
    struct oddi_ids entities;
    uint64_t *known; /* ODDI_MAX_DIMS by entity: values that no time changes */
    size_t cap_known;
};

/* ---- Making ----------------------------------------------------------------------------------------------------------- */

static bool is_field(const struct oddi_expr *key, enum oddi_field field)
{
    return field != ODDI_NO_FIELD && strcmp(oddi_expr_text(key), oddi_field_row(field)->name) == 0;
}

/* Whether a key of the plan says what is read: it is that field, or a service, which is a protocol and a port. */
static bool keys_say(const struct oddi_by *by, const struct oddi_expr_need *need)
{
    for (size_t k = 0; k < by->n_keys; k++) {
        const struct oddi_expr_need *its;
        size_t n = oddi_expr_needs(by->keys[k], &its);

        if (is_field(by->keys[k], need->field))
            return true;
        for (size_t i = 0; oddi_expr_type(by->keys[k]) == ODDI_EXPR_SERVICE && i < n; i++)
            if (need->field != ODDI_NO_FIELD && its[i].field == need->field)
                return true;
    }
    return false;
}

static enum odd_status parse(const struct oddi_row_dims *d, const struct oddi_scope_dim *from,
                             struct oddi_expr **out, struct odd_error *err)
{
    const struct oddi_expr_options o = {
        .want = ODDI_WANT_VALUE, .zone = d->plan->zone, .home = d->plan->home, .n_home = d->plan->n_home};
    size_t n = strlen(from->expression);
    struct oddi_expr_error fault;
    struct odd_error at = ODD_ERROR_INIT;
    enum odd_status status = oddi_expr_new(from->expression, n, &o, out, &fault);

    if (status == ODD_OK)
        return ODD_OK;
    (void)oddi_expr_fail(&at, status, from->expression, n, &fault);
    return status == ODD_ERR_MEMORY
               ? oddi_fail_memory(err)
               : oddi_fail(err, status, "--scope-dim %.60s: %.400s", from->name, at.message);
}

static enum odd_status add_dim(struct oddi_row_dims *d, const struct oddi_scope_dim *from, int *which,
                               struct odd_error *err)
{
    struct dim *to = &d->dim[d->n];
    const struct oddi_expr_need *needs;
    size_t n;

    *which = -1;
    ODDI_TRY(parse(d, from, &to->expr, err));
    n = oddi_expr_needs(to->expr, &needs);
    for (size_t i = 0; i < n; i++)
        if (!keys_say(d->plan->by, &needs[i])) {
            oddi_expr_free(to->expr);
            to->expr = NULL;
            return ODD_OK;
        }
    *which = (int)d->n++;
    to->name = from->name;
    to->reads = n > 0;
    to->timed = strstr(oddi_expr_text(to->expr), "window_start") != NULL || !to->reads ||
                strstr(oddi_expr_text(to->expr), "hour") != NULL ||
                strstr(oddi_expr_text(to->expr), "weekday") != NULL;
    ODDI_TRY(oddi_program_new((const struct oddi_expr *const *)&to->expr, 1, &to->program, err));
    ODDI_TRY(oddi_evaluator_new(to->program, &to->evaluator, err));
    to->part = oddi_calloc_array(d->n_sources + 1, sizeof *to->part);
    return to->part ? ODD_OK : oddi_fail_memory(err);
}

enum odd_status oddi_row_dims_new(const struct oddi_scope_dims *dims, const struct oddi_plan *plan,
                                  size_t n_sources, bool texts, int which[ODDI_MAX_DIMS],
                                  struct oddi_row_dims **out, struct odd_error *err)
{
    struct oddi_row_dims *d = oddi_calloc_array(1, sizeof *d);
    enum odd_status status = ODD_OK;

    *out = NULL;
    if (!d)
        return oddi_fail_memory(err);
    *d = (struct oddi_row_dims){.plan = plan, .n_sources = n_sources, .texts = texts};
    for (size_t i = 0; i < dims->n && status == ODD_OK; i++)
        status = add_dim(d, &dims->dim[i], &which[i], err);
    if (status != ODD_OK || d->n == 0) {
        oddi_row_dims_free(d);
        return status;
    }
    *out = d;
    return ODD_OK;
}

static void clear_dim(struct dim *d, size_t n_sources)
{
    for (size_t i = 0; d->part && i < n_sources; i++) {
        if (d->part[i].ready)
            oddi_batch_clear(&d->part[i].batch);
        free(d->part[i].map);
    }
    for (size_t i = 0; d->text && i < d->values.n; i++)
        free(d->text[i]);
    free(d->part);
    free(d->text);
    oddi_ids_free(&d->values);
    oddi_evaluator_free(d->evaluator);
    oddi_program_free(d->program);
    oddi_expr_free(d->expr);
}

void oddi_row_dims_free(struct oddi_row_dims *d)
{
    for (size_t i = 0; d && i < ODDI_MAX_DIMS; i++)
        clear_dim(&d->dim[i], d->n_sources);
    if (d) {
        oddi_ids_free(&d->entities);
        free(d->known);
    }
    free(d);
}

/* ---- Values ----------------------------------------------------------------------------------------------------------- */

static enum odd_status prepare(struct dim *d, const struct oddi_source *source, struct part *p,
                               struct odd_error *err)
{
    struct oddi_bound bound = {0};
    enum odd_status status;

    if (p->ready)
        return ODD_OK;
    free(p->map);
    p->map = NULL;
    status = oddi_bound_add(&bound, d->program, oddi_source_schema(source), ODDI_END_SRC, &p->map, err);
    if (status == ODD_OK)
        status = oddi_batch_init(&p->batch, bound.recipes, bound.n, false, err);
    p->ready = status == ODD_OK;
    oddi_bound_clear(&bound);
    return status;
}

/* The key of the value last evaluated. */
static uint64_t key_of(const struct dim *d)
{
    const void *value = oddi_evaluator_result(d->evaluator, 0);

    if (oddi_expr_type(d->expr) == ODDI_EXPR_BOOL) {
        uint8_t truth = *(const uint8_t *)value;

        return truth == ODDI_UNKNOWN ? 0 : truth == ODDI_TRUE ? ODDI_DIM_TRUE : ODDI_DIM_FALSE;
    }
    if (oddi_expr_type(d->expr) == ODDI_EXPR_NUMBER && isnan(*(const double *)value))
        return 0;
    return oddi_key(oddi_expr_type(d->expr), value);
}

/* As the expression language spells it. */
static void put_text(const struct oddi_row_dims *all, const struct dim *d, struct oddi_buf *out)
{
    enum oddi_expr_type type = oddi_expr_type(d->expr);
    bool quoted = type == ODDI_EXPR_TEXT || type == ODDI_EXPR_SERVICE || type == ODDI_EXPR_TIME;
    char text[160];
    size_t n =
        oddi_expr_format(type, oddi_evaluator_result(d->evaluator, 0), all->plan->zone, text, sizeof text);

    if (quoted)
        oddi_buf_char(out, '\'');
    for (size_t i = 0; i < n; i++) {
        if (quoted && (text[i] == '\'' || text[i] == '\\'))
            oddi_buf_char(out, '\\');
        oddi_buf_char(out, text[i]);
    }
    if (quoted)
        oddi_buf_char(out, '\'');
}

static enum odd_status keep_text(const struct oddi_row_dims *all, struct dim *d, uint64_t key,
                                 struct odd_error *err)
{
    size_t known = d->values.n;
    struct oddi_buf text;
    uint32_t id;

    if (!all->texts || key == 0 || oddi_expr_type(d->expr) == ODDI_EXPR_BOOL)
        return ODD_OK;
    if (known == MOST_VALUES && oddi_ids_find(&d->values, key) == ODDI_NO_ID)
        return oddi_fail(err, ODD_ERR_LIMIT, "--scope-dim %.60s has more than %zu values: make it coarser",
                         d->name, MOST_VALUES);
    if (!oddi_grow(&d->text, &d->cap_text, known + 1, sizeof *d->text) || !oddi_ids_add(&d->values, key, &id))
        return oddi_fail_memory(err);
    if (d->values.n == known)
        return ODD_OK;
    oddi_buf_init(&text, 0);
    put_text(all, d, &text);
    d->text[id] = oddi_buf_ok(&text) ? strdup(oddi_buf_cstr(&text)) : NULL;
    oddi_buf_free(&text);
    return d->text[id] ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status evaluate(struct oddi_row_dims *all, struct dim *d, const struct oddi_source *source,
                                uint32_t at, const struct oddi_block *text, int64_t start, uint64_t *key,
                                struct odd_error *err)
{
    struct oddi_expr_input in = {.window_start = start};

    *key = 0;
    if (d->reads) {
        struct part *p = &d->part[at];

        ODDI_TRY(prepare(d, source, p, err));
        oddi_batch_reset(&p->batch);
        ODDI_TRY(oddi_source_decode(source, text, &p->batch, err));
        if (p->batch.n == 0)
            return ODD_OK;
        in.columns = p->batch.columns;
        in.map = p->map;
        in.text = text->data;
    }
    oddi_evaluate(d->evaluator, &in, 0, 1);
    *key = key_of(d);
    return keep_text(all, d, *key, err);
}

/* Where the values of an entity are kept that no time changes; *fresh: they are not there yet. */
static uint64_t *slot_of(struct oddi_row_dims *d, uint64_t entity, bool *fresh)
{
    size_t known;
    uint32_t id;

    if (d->entities.n >= MOST_ENTITIES)
        oddi_ids_clear(&d->entities);
    known = d->entities.n;
    if (!oddi_grow(&d->known, &d->cap_known, known + 1, ODDI_MAX_DIMS * sizeof *d->known) ||
        !oddi_ids_add(&d->entities, entity, &id))
        return NULL;
    *fresh = d->entities.n > known;
    return d->known + id * ODDI_MAX_DIMS;
}

enum odd_status oddi_row_dims_of(struct oddi_row_dims *d, struct oddi_source *const *sources,
                                 struct oddi_text_cache *cache, const struct oddi_window *win, uint32_t first,
                                 uint64_t entity, uint64_t keys[ODDI_MAX_DIMS], struct odd_error *err)
{
    struct oddi_place place = oddi_window_place(win, first, d->plan->windows.d);
    struct oddi_block text = {0};
    bool fresh = false, read = false;
    uint64_t *known = slot_of(d, entity, &fresh);

    if (!known)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < d->n; i++) {
        struct dim *one = &d->dim[i];

        keys[i] = known[i];
        if (!one->timed && !fresh)
            continue;
        if (one->reads && !read)
            ODDI_TRY(oddi_source_text(sources[place.source], place.offset, cache, &text, err));
        read = read || one->reads;
        ODDI_TRY(evaluate(d, one, sources[place.source], place.source, &text, win->start, &keys[i], err));
        known[i] = keys[i];
    }
    return ODD_OK;
}

size_t oddi_row_dims_n(const struct oddi_row_dims *d)
{
    return d->n;
}

const char *oddi_row_dims_text(const struct oddi_row_dims *d, size_t dim, uint64_t key)
{
    const struct dim *one = &d->dim[dim];
    uint32_t id;

    if (oddi_row_dims_truth(d, dim))
        return key == ODDI_DIM_TRUE ? "true" : "false";
    id = oddi_ids_find(&one->values, key);
    return id == ODDI_NO_ID ? "" : one->text[id];
}

bool oddi_row_dims_truth(const struct oddi_row_dims *d, size_t dim)
{
    return oddi_expr_type(d->dim[dim].expr) == ODDI_EXPR_BOOL;
}
