#include "detect/detect.h"

#include <string.h>

/* A new detector is one file and one line here. */
#define DETECTORS(X)                                                                                         \
    X(dbscan)                                                                                                \
    X(ecod)                                                                                                  \
    X(hbos)                                                                                                  \
    X(iforest)                                                                                               \
    X(knn)                                                                                                   \
    X(l2)                                                                                                    \
    X(lof)                                                                                                   \
    X(mad)                                                                                                   \
    X(mahalanobis)                                                                                           \
    X(pca)                                                                                                   \
    X(tail)                                                                                                  \
    /* sorted by name */

#define DECLARE(name) extern const struct oddi_detector oddi_detector_##name;
#define POINTER(name) &oddi_detector_##name,
DETECTORS(DECLARE)
static const struct oddi_detector *const table[] = {DETECTORS(POINTER)};

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
