/*
 * A pool of threads that run jobs; the submitting thread helps.
 *
 * With n_threads = 1 there is no thread: oddi_pool_finish() runs the queue itself. With n there are n - 1 workers
 * and the thread that waits is the n-th, so that -j2 uses two cores. Jobs are intrusive, pure towards each other,
 * and finished in any order; whoever needs order calls oddi_pool_finish() in that order.
 *
 * One thread (the owner) calls everything but the job functions.
 */
#ifndef ODDFLOW_BASE_POOL_H
#define ODDFLOW_BASE_POOL_H

#include <stdatomic.h>

#include "base/error.h"

struct oddi_job {
    /* `worker` is in 0..n_threads-1 and names per-thread scratch: no two jobs run with the same one at once. */
    void (*run)(struct oddi_job *job, unsigned worker);
    struct oddi_job *next; /* the pool's */
    atomic_int done;       /* the pool's */
};

struct oddi_pool;

enum odd_status oddi_pool_new(unsigned n_threads, struct oddi_pool **out,
                              struct odd_error *err) ODD_MUST_CHECK;
/* Waits for running jobs; queued ones are dropped, so finish what must be finished first. NULL is allowed. */
void oddi_pool_free(struct oddi_pool *pool);
unsigned oddi_pool_threads(const struct oddi_pool *pool);
/* Queues a job (first in, first out). The job must stay valid until finished. Allocates nothing. */
void oddi_pool_submit(struct oddi_pool *pool, struct oddi_job *job);
/* Returns when `job` is done, running queued jobs meanwhile; sleeps only when the queue is empty. */
void oddi_pool_finish(struct oddi_pool *pool, struct oddi_job *job);
/* True if the job is done, without waiting. */
bool oddi_job_done(struct oddi_job *job);

#endif
