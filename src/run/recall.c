#include "run/recall.h"

#include <string.h>

#include "base/mem.h"

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Whether a canonical text names a key, as "unseen(src_ip, dst_ip)" does src_ip. */
static bool names(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (const char *at = strstr(text, key); at; at = strstr(at + 1, key))
        if ((at == text || !is_word(at[-1])) && !is_word(at[n]))
            return true;
    return false;
}

static const char *host_key(const struct oddi_by *by)
{
    for (size_t k = 0; k < by->n_keys; k++)
        if (oddi_expr_type(by->keys[k]) == ODDI_EXPR_ADDR)
            return by->key_names[k];
    return NULL;
}

enum odd_status oddi_recall_init(struct oddi_recall *r, const struct oddi_by *by, struct odd_error *err)
{
    const char *host = host_key(by);

    memset(r, 0, sizeof *r);
    r->n = oddi_group_memories(by->plan, &r->kinds);
    if (r->n > ODDI_MEMORY_MAX_KINDS)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d kinds of memory: is_new(), unseen(), new_share()",
                         ODDI_MEMORY_MAX_KINDS);
    for (size_t i = 0; i < r->n; i++)
        r->of_host[i] = r->kinds[i].scope == ODDI_MEMORY_ENTITY || (host && names(r->kinds[i].text, host));
    return ODD_OK;
}

static bool met_nothing_twice(const struct oddi_known *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (k->key[i] & 1)
            return false;
    return true;
}

enum odd_status oddi_recall_fits(struct oddi_recall *r, const struct oddi_base_memory *m, const char *path,
                                 const char *plan, struct odd_error *err)
{
    bool same = r->n == m->n_kinds;

    for (size_t i = 0; same && i < m->n_kinds; i++)
        same = strcmp(r->kinds[i].text, m->text[i]) == 0;
    for (size_t i = 0; same && i < m->n_kinds; i++)
        r->says_nothing[i] = met_nothing_twice(&m->kinds[i]);
    if (same)
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                        "holds a memory that is not that of its plan '%.60s'", plan);
}

void oddi_recall_clear(struct oddi_recall *r)
{
    free(r->host);
    free(r->key);
    memset(r, 0, sizeof *r);
}

enum odd_status oddi_recall_hosts(struct oddi_recall *r, size_t n_groups, struct odd_error *err)
{
    return oddi_grow(&r->host, &r->cap_host, n_groups, sizeof *r->host) ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status reserve(const struct oddi_recall *r, struct oddi_grouped *g, struct odd_error *err)
{
    size_t need = g->n_rows * r->n;

    if (need <= g->cap_memory)
        return ODD_OK;
    free(g->memory);
    g->memory = oddi_malloc_array(need, 1);
    g->cap_memory = g->memory ? need : 0;
    return g->memory ? ODD_OK : oddi_fail_memory(err);
}

enum odd_status oddi_recall_nothing(const struct oddi_recall *r, struct oddi_grouped *g,
                                    struct odd_error *err)
{
    ODDI_TRY(reserve(r, g, err));
    if (g->n_rows * r->n > 0)
        memset(g->memory, ODDI_TRUE, g->n_rows * r->n);
    return ODD_OK;
}

bool oddi_host_is_known(const struct oddi_base_memory *m, uint64_t host)
{
    return host == 0 || oddi_known_count(&m->hosts, oddi_memory_key(0, host)) > 1;
}

void oddi_recall_keys(const struct oddi_group_memory *kind, size_t n_groups, const uint32_t *off,
                      const uint64_t *entity, const uint64_t *value, uint64_t *out)
{
    for (size_t k = 0; k < n_groups; k++) {
        uint64_t of = kind->scope == ODDI_MEMORY_ENTITY ? entity[k] : 0;

        for (uint32_t row = off[k]; row < off[k + 1]; row++)
            out[row] = oddi_memory_key(of, value[row]);
    }
}

/* From the days of each row's key to whether it is new to the row. */
static void tell_new(const struct oddi_recall *r, const struct oddi_base_memory *known, size_t i,
                     const struct oddi_grouped *g, uint8_t *memory)
{
    for (size_t k = 0; k < g->n_groups; k++) {
        bool is_known = !r->blind && oddi_host_is_known(known, r->host[k]);
        bool all = r->says_nothing[i] || (r->of_host[i] && !is_known);

        for (uint32_t row = g->off[k]; row < g->off[k + 1]; row++) {
            bool is_new = all || memory[row] == 0;

            memory[row] = r->key[row] == 0 ? ODDI_UNKNOWN : is_new ? ODDI_TRUE : ODDI_FALSE;
        }
    }
}

enum odd_status oddi_recall_known(struct oddi_recall *r, const struct oddi_base_memory *known,
                                  struct oddi_grouped *g, struct odd_error *err)
{
    ODDI_TRY(reserve(r, g, err));
    if (!oddi_grow(&r->key, &r->cap_key, g->n_rows, sizeof *r->key))
        return oddi_fail_memory(err);
    for (size_t i = 0; i < r->n; i++) {
        uint8_t *memory = g->memory + i * g->n_rows;

        oddi_recall_keys(&r->kinds[i], g->n_groups, g->off, g->key, g->slots[r->kinds[i].key], r->key);
        oddi_known_count_all(&known->kinds[i], r->key, g->n_rows, memory);
        tell_new(r, known, i, g, memory);
    }
    return ODD_OK;
}
