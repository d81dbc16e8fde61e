#include "feature/feature.h"

#include <string.h>

/* A new family is one file and one line here. */
#define FAMILIES(X)                                                                                          \
    X(count)                                                                                                 \
    X(sum)                                                                                                   \
    X(order)                                                                                                 \
    X(distinct)                                                                                              \
    X(gaps)

#define DECLARE(name) extern const struct oddi_aggregate_family oddi_aggregates_##name;
#define POINTER(name) &oddi_aggregates_##name,
FAMILIES(DECLARE)
static const struct oddi_aggregate_family *const table[] = {FAMILIES(POINTER)};

const struct oddi_aggregate *oddi_aggregate_at(size_t i)
{
    for (size_t f = 0; f < sizeof table / sizeof table[0]; f++) {
        if (i < table[f]->n)
            return &table[f]->rows[i];
        i -= table[f]->n;
    }
    return NULL;
}

uint16_t oddi_aggregate_find(const char *name, size_t n)
{
    const struct oddi_aggregate *a;

    for (size_t i = 0; (a = oddi_aggregate_at(i)); i++)
        if (strlen(a->name) == n && memcmp(a->name, name, n) == 0)
            return (uint16_t)i;
    return UINT16_MAX;
}

void oddi_feature_scratch_free(struct oddi_feature_scratch *s)
{
    oddi_room_free(&s->table);
    oddi_room_free(&s->ids);
    oddi_room_free(&s->counts);
    oddi_room_free(&s->values);
    oddi_room_free(&s->hll);
}
