#include "baseline/scope_alike.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const double levels[] = {0.1, 0.02};

#define N_LEVELS  (sizeof levels / sizeof *levels)
#define TOLERANCE 0.25
#define ERRORS    2.0

/* below[(i * n + j) * N_LEVELS + l]: rows of scope i with p <= level l by model j. */
struct table {
    size_t n;
    uint64_t *rows, *below;
};

/* Rows of hosts without memory are of the other view: the example's features are those of hosts that it knows. */
static bool is_judged(const struct oddi_base_plan *p, const struct oddi_row_key *key)
{
    return !p->blind || key->host == 0 ||
           oddi_known_count(&p->memory.hosts, oddi_memory_key(0, key->host)) > 1;
}

static void count(const struct oddi_base_plan *p, const struct oddi_model *models, struct table *t)
{
    for (size_t r = 0; r < p->n_sample; r++) {
        uint32_t i = oddi_scope_find(&p->tree, &p->key[r]);
        bool beyond;

        if (!is_judged(p, &p->key[r]))
            continue;
        t->rows[i]++;
        for (uint32_t j = 0; j < t->n; j++) {
            double score, ln_p;

            if (models[j].cal.n_kept == 0)
                continue;
            score = oddi_model_score(&models[j], p->x + r * p->d, p->d, NULL);
            ln_p = oddi_calibration_ln_p(&models[j].cal, score, &beyond);
            for (size_t l = 0; l < N_LEVELS; l++)
                t->below[(i * t->n + j) * N_LEVELS + l] += ln_p <= log(levels[l]);
        }
    }
}

static double share(const struct table *t, uint32_t i, uint32_t j, size_t l)
{
    return (double)t->below[(i * t->n + j) * N_LEVELS + l] / (double)t->rows[i];
}

static bool looks_normal(const struct table *t, uint32_t i, uint32_t j)
{
    for (size_t l = 0; l < N_LEVELS; l++) {
        double q = levels[l], off = ERRORS * sqrt(q * (1 - q) / (double)t->rows[i]);

        if (fabs(share(t, i, j, l) - q) > TOLERANCE * q + off)
            return false;
    }
    return true;
}

static size_t find(const struct table *t, const struct oddi_model *models, struct oddi_alike *out)
{
    size_t n = 0;

    for (uint32_t a = 1; a < t->n; a++)
        for (uint32_t b = a + 1; b < t->n; b++) {
            if (models[a].cal.n_kept == 0 || models[b].cal.n_kept == 0 || t->rows[a] < ODDI_ALIKE_LEAST ||
                t->rows[b] < ODDI_ALIKE_LEAST || !looks_normal(t, a, b) || !looks_normal(t, b, a))
                continue;
            out[n++] =
                (struct oddi_alike){a, b, {share(t, a, b, 0), share(t, b, a, 0)}, {t->rows[a], t->rows[b]}};
        }
    return n;
}

enum odd_status oddi_scopes_alike(const struct oddi_base_plan *p, const struct oddi_model *models,
                                  struct oddi_alike **out, size_t *n, struct odd_error *err)
{
    size_t m = p->tree.n_models;
    struct table t = {.n = m};
    bool ok;

    t.rows = oddi_calloc_array(m, sizeof *t.rows);
    t.below = oddi_calloc_array(m * m, N_LEVELS * sizeof *t.below);
    *out = oddi_malloc_array(m * m, sizeof **out);
    *n = 0;
    ok = t.rows && t.below && *out;
    if (ok) {
        if (models != p->blind) /* examples have the features of hosts that are known */
            count(p, models, &t);
        *n = find(&t, models, *out);
    }
    free(t.rows);
    free(t.below);
    if (ok)
        return ODD_OK;
    free(*out);
    *out = NULL;
    return oddi_fail_memory(err);
}
