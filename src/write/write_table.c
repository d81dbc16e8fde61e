#include "write/write.h"

#include <string.h>

/* The outputs: one line each. */
#define WRITERS(X)                                                                                           \
    X(csv)                                                                                                   \
    X(ecs)                                                                                                   \
    X(eve)                                                                                                   \
    X(fields)                                                                                                \
    X(ndjson)                                                                                                \
    X(steps)                                                                                                 \
    X(table)                                                                                                 \
    /* sorted by name */

#define DECLARE(name) extern const struct oddi_writer oddi_writer_##name;
#define ADDRESS(name) &oddi_writer_##name,

WRITERS(DECLARE)

static const struct oddi_writer *const writers[] = {WRITERS(ADDRESS)};

const struct oddi_writer *oddi_writer_at(size_t i)
{
    return i < sizeof writers / sizeof *writers ? writers[i] : NULL;
}

const struct oddi_writer *oddi_writer_find(const char *name)
{
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
        if (strcmp(writers[i]->name, name) == 0)
            return writers[i];
    return NULL;
}
