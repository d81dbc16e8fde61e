/*
 * Failing allocations, by the linker's --wrap: the test's source must contain the comment
 *     needs: failalloc
 * (between comment marks) for cmake/tests.cmake to link it so. Calls of shared libraries are not seen.
 *
 * Safe with threads: which call is the k-th then depends on the scheduler, but a leak is a leak.
 */
#ifndef TEST_SUPPORT_FAILALLOC_H
#define TEST_SUPPORT_FAILALLOC_H

#include <stdbool.h>
#include <stddef.h>

#include "oddflow/oddflow.h"

/* From here on allocation k (1-based) fails, or it and all after it do. Blocks are counted from here on too. k = 0
 * counts only. */
void failalloc_at(size_t k);
void failalloc_from(size_t k);
/* Back to normal; returns how many allocations were refused. */
size_t failalloc_off(void);
/* Since the last failalloc_at/from: allocations asked for, and blocks not yet freed. */
size_t failalloc_calls(void);
size_t failalloc_live(void);

/* A whole story: allocates, works, frees all. Returns ODD_OK or, if memory was refused, ODD_ERR_MEMORY. */
typedef enum odd_status (*failalloc_fn)(void *ctx);

/* Runs fn with allocation 1, 2, 3 ... failing, once and for good, until it no longer gets that far. False, with the
 * reason on stderr, if a run leaked, returned another status, or never got through. */
bool failalloc_sweep(failalloc_fn fn, void *ctx);

#endif
