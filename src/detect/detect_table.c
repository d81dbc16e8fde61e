#include "detect/detect.h"

#include <string.h>

extern const struct oddi_detector oddi_detector_dbscan;

/* Sorted by name. A new detector is one file and one line here. */
static const struct oddi_detector *const table[] = {
    &oddi_detector_dbscan,
};

const struct oddi_detector *oddi_detector_at(size_t i)
{
    return i < sizeof table / sizeof *table ? table[i] : NULL;
}

const struct oddi_detector *oddi_detector_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    }
    return NULL;
}
