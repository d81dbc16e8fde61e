#include "base/pool.h"

#include <pthread.h>
#include <signal.h>

#include "base/mem.h"

struct worker {
    struct oddi_pool *pool;
    pthread_t thread;
    unsigned number;
};

struct oddi_pool {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a job was queued, or stop */
    pthread_cond_t done; /* the awaited job is done */
    struct oddi_job *first, **last;
    const struct oddi_job *awaited; /* what the owner sleeps for */
    unsigned sleeping;              /* workers that wait for work */
    bool stop;
    unsigned n_threads, started;
    struct worker workers[]; /* n_threads - 1 */
};

static struct oddi_job *take(struct oddi_pool *pool)
{
    struct oddi_job *job = pool->first;
    if (job) {
        pool->first = job->next;
        if (!pool->first)
            pool->last = &pool->first;
    }
    return job;
}

/* Called with the lock held and returns with it held. After `done` is set the job may be gone. */
static void run_unlocked(struct oddi_pool *pool, struct oddi_job *job, unsigned worker)
{
    pthread_mutex_unlock(&pool->lock);
    job->run(job, worker);
    pthread_mutex_lock(&pool->lock);
    atomic_store_explicit(&job->done, 1, memory_order_release);
    if (pool->awaited == job)
        pthread_cond_signal(&pool->done);
}

static void *work(void *arg)
{
    const struct worker *self = arg;
    struct oddi_pool *pool = self->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->stop) {
        struct oddi_job *job = take(pool);
        if (job) {
            run_unlocked(pool, job, self->number);
            continue;
        }
        pool->sleeping++;
        pthread_cond_wait(&pool->work, &pool->lock);
        pool->sleeping--;
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Signals belong to the program's own threads: ours block them all. */
static int start_workers(struct oddi_pool *pool)
{
    sigset_t all, before;
    int rc = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (rc == 0 && pool->started < pool->n_threads - 1) {
        struct worker *w = &pool->workers[pool->started];
        *w = (struct worker){.pool = pool, .number = pool->started};
        rc = pthread_create(&w->thread, NULL, work, w);
        if (rc == 0)
            pool->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return rc;
}

enum odd_status oddi_pool_new(unsigned n_threads, struct oddi_pool **out, struct odd_error *err)
{
    if (n_threads == 0)
        n_threads = 1;
    struct oddi_pool *pool = oddi_calloc_array(1, sizeof *pool + (n_threads - 1) * sizeof pool->workers[0]);
    if (!pool)
        return oddi_fail_memory(err);
    pool->n_threads = n_threads;
    pool->last = &pool->first;
    /* With default attributes on Linux these cannot fail. */
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    int rc = start_workers(pool);
    if (rc != 0) {
        oddi_pool_free(pool);
        return oddi_fail_errno(err, NULL, "start a thread", rc);
    }
    *out = pool;
    return ODD_OK;
}

void oddi_pool_free(struct oddi_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->workers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

unsigned oddi_pool_threads(const struct oddi_pool *pool)
{
    return pool->n_threads;
}

void oddi_pool_submit(struct oddi_pool *pool, struct oddi_job *job)
{
    job->next = NULL;
    atomic_store_explicit(&job->done, 0, memory_order_relaxed);
    pthread_mutex_lock(&pool->lock);
    *pool->last = job;
    pool->last = &job->next;
    if (pool->sleeping > 0)
        pthread_cond_signal(&pool->work);
    pthread_mutex_unlock(&pool->lock);
}

void oddi_pool_finish(struct oddi_pool *pool, struct oddi_job *job)
{
    if (oddi_job_done(job))
        return;
    pthread_mutex_lock(&pool->lock);
    while (!oddi_job_done(job)) {
        struct oddi_job *next = take(pool);
        if (next) {
            run_unlocked(pool, next, pool->n_threads - 1);
            continue;
        }
        pool->awaited = job;
        pthread_cond_wait(&pool->done, &pool->lock);
        pool->awaited = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
}

bool oddi_job_done(struct oddi_job *job)
{
    return atomic_load_explicit(&job->done, memory_order_acquire) != 0;
}
