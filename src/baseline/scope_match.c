#include "baseline/scope_match.h"

#include <string.h>

#include "base/mem.h"
#include "baseline/scope_text.h"

struct match {
    const struct oddi_base_plan *plan[2];
    size_t n[2];          /* models */
    uint32_t first[2];    /* that are scopes */
    char **condition[2];  /* per model */
    uint64_t *rows[2];    /* per model: of both samples */
    uint64_t *both;       /* n[0] x n[1] */
    uint32_t *partner[2]; /* per model, or ODDI_NO_NODE */
};

static void match_clear(struct match *m)
{
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; m->condition[k] && i < m->n[k]; i++)
            free(m->condition[k][i]);
        free(m->condition[k]);
        free(m->rows[k]);
        free(m->partner[k]);
    }
    free(m->both);
}

static bool add_condition(struct match *m, int k, uint32_t model)
{
    static const struct oddi_scope_names names = {"src_ip", "service"};
    struct oddi_buf text;

    oddi_buf_init(&text, 0);
    oddi_scope_expression(&m->plan[k]->tree, model, &names, &text);
    m->condition[k][model] = oddi_buf_ok(&text) ? strdup(oddi_buf_cstr(&text)) : NULL;
    oddi_buf_free(&text);
    return m->condition[k][model] != NULL;
}

static bool match_init(struct match *m)
{
    for (int k = 0; k < 2; k++) {
        m->n[k] = m->plan[k]->tree.n_models;
        m->first[k] = m->n[k] > 1;
        m->condition[k] = oddi_calloc_array(m->n[k], sizeof **m->condition);
        m->rows[k] = oddi_calloc_array(m->n[k], sizeof **m->rows);
        m->partner[k] = oddi_calloc_array(m->n[k], sizeof **m->partner);
        if (!m->condition[k] || !m->rows[k] || !m->partner[k])
            return false;
        for (uint32_t i = 0; i < m->n[k]; i++) {
            m->partner[k][i] = ODDI_NO_NODE;
            if (!add_condition(m, k, i))
                return false;
        }
    }
    m->both = oddi_calloc_array(m->n[0] * m->n[1], sizeof *m->both);
    return m->both != NULL;
}

static void count_rows(struct match *m)
{
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < m->plan[k]->n_sample; i++) {
            const struct oddi_row_key *key = &m->plan[k]->key[i];
            uint32_t a = oddi_scope_find(&m->plan[0]->tree, key), b = oddi_scope_find(&m->plan[1]->tree, key);

            m->rows[0][a]++;
            m->rows[1][b]++;
            m->both[a * m->n[1] + b]++;
        }
}

static double common(const struct match *m, uint32_t a, uint32_t b)
{
    uint64_t both = m->both[a * m->n[1] + b], either = m->rows[0][a] + m->rows[1][b] - both;

    return either ? (double)both / (double)either : 0;
}

static void join(struct match *m, uint32_t a, uint32_t b)
{
    m->partner[0][a] = b;
    m->partner[1][b] = a;
}

static bool is_free(const struct match *m, uint32_t a, uint32_t b)
{
    return m->partner[0][a] == ODDI_NO_NODE && m->partner[1][b] == ODDI_NO_NODE;
}

static bool is_same(const struct match *m, uint32_t a, uint32_t b)
{
    return strcmp(m->condition[0][a], m->condition[1][b]) == 0;
}

static void join_same(struct match *m)
{
    for (uint32_t a = m->first[0]; a < m->n[0]; a++)
        for (uint32_t b = m->first[1]; b < m->n[1]; b++)
            if (is_free(m, a, b) && is_same(m, a, b))
                join(m, a, b);
}

static bool join_nearest(struct match *m)
{
    double best = 0;
    uint32_t best_a = 0, best_b = 0;

    for (uint32_t a = m->first[0]; a < m->n[0]; a++)
        for (uint32_t b = m->first[1]; b < m->n[1]; b++)
            if (is_free(m, a, b) && common(m, a, b) > best) {
                best = common(m, a, b);
                best_a = a;
                best_b = b;
            }
    if (best < ODDI_SCOPE_LEAST_COMMON)
        return false;
    join(m, best_a, best_b);
    return true;
}

static size_t put_pairs(const struct match *m, struct oddi_scope_pair *out)
{
    size_t n = 0;

    for (uint32_t a = m->first[0]; a < m->n[0]; a++) {
        uint32_t b = m->partner[0][a];

        if (b == ODDI_NO_NODE)
            out[n++] = (struct oddi_scope_pair){ODDI_SCOPE_GONE, a, b, 0};
        else if (is_same(m, a, b))
            out[n++] = (struct oddi_scope_pair){ODDI_SCOPE_SAME, a, b, 1};
        else
            out[n++] = (struct oddi_scope_pair){ODDI_SCOPE_MOVED, a, b, common(m, a, b)};
    }
    for (uint32_t b = m->first[1]; b < m->n[1]; b++)
        if (m->partner[1][b] == ODDI_NO_NODE)
            out[n++] = (struct oddi_scope_pair){ODDI_SCOPE_NEW, ODDI_NO_NODE, b, 0};
    return n;
}

enum odd_status oddi_scope_match(const struct oddi_base_plan *a, const struct oddi_base_plan *b,
                                 struct oddi_scope_pair **out, size_t *n, struct odd_error *err)
{
    struct match m = {.plan = {a, b}};

    *n = 0;
    *out = oddi_malloc_array(a->tree.n_models + b->tree.n_models, sizeof **out);
    if (!*out || !match_init(&m)) {
        match_clear(&m);
        free(*out);
        *out = NULL;
        return oddi_fail_memory(err);
    }
    count_rows(&m);
    join_same(&m);
    while (join_nearest(&m))
        ;
    *n = put_pairs(&m, *out);
    match_clear(&m);
    return ODD_OK;
}
