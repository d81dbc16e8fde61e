/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/pool.h"
#include "failalloc.h"

#define MAX_THREADS 8

struct square {
    struct oddi_job job;
    uint64_t in, out;
    unsigned worker;
};

static atomic_int busy[MAX_THREADS], clashes;

static void nap(long microseconds)
{
    struct timespec t = {.tv_nsec = microseconds * 1000};
    nanosleep(&t, NULL);
}

static void square(struct oddi_job *job, unsigned worker)
{
    struct square *s = (struct square *)job;
    if (atomic_fetch_add(&busy[worker], 1) != 0)
        atomic_fetch_add(&clashes, 1);
    s->out = s->in * s->in;
    s->worker = worker;
    if (s->in % 7 == 0)
        nap(50);
    atomic_fetch_sub(&busy[worker], 1);
}

static struct oddi_pool *make(unsigned n)
{
    struct oddi_pool *pool = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    assert_int_equal(oddi_pool_new(n, &pool, &err), ODD_OK);
    return pool;
}

/* Every job runs once, whatever the number of threads and the order of finishing; no worker number is used twice at a
 * time. */
static void jobs_run_once(void **state)
{
    (void)state;
    enum { JOBS = 500 };
    static struct square jobs[JOBS];
    for (unsigned threads = 0; threads <= MAX_THREADS; threads++) {
        struct oddi_pool *pool = make(threads);
        assert_int_equal(oddi_pool_threads(pool), threads ? threads : 1);
        memset(jobs, 0, sizeof jobs);
        for (unsigned i = 0; i < JOBS; i++) {
            jobs[i].job.run = square;
            jobs[i].in = i + 1;
            oddi_pool_submit(pool, &jobs[i].job);
        }
        for (unsigned k = 0; k < JOBS; k++) {
            unsigned i = threads % 2 ? k : (k * 211 + 5) % JOBS;
            oddi_pool_finish(pool, &jobs[i].job);
            assert_true(oddi_job_done(&jobs[i].job));
            assert_int_equal(jobs[i].out, (uint64_t)(i + 1) * (i + 1));
            assert_in_range(jobs[i].worker, 0, oddi_pool_threads(pool) - 1);
        }
        oddi_pool_free(pool);
    }
    assert_int_equal(atomic_load(&clashes), 0);
}

/* As the run uses it: a ring of jobs, finished and submitted again in order. */
static void ring_of_jobs(void **state)
{
    (void)state;
    enum { RING = 4, ROUNDS = 5000 };
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct square ring[RING] = {{.job = {.run = square}}};
        struct oddi_pool *pool = make(threads);
        uint64_t sum = 0, expected = 0;
        for (unsigned i = 0; i < ROUNDS + RING; i++) {
            struct square *s = &ring[i % RING];
            if (i >= RING) {
                oddi_pool_finish(pool, &s->job);
                sum += s->out;
            }
            if (i < ROUNDS) {
                s->job.run = square;
                s->in = i;
                expected += (uint64_t)i * i;
                oddi_pool_submit(pool, &s->job);
            }
        }
        assert_int_equal(sum, expected);
        oddi_pool_free(pool);
    }
}

static void one_thread_waits_for_finish(void **state)
{
    (void)state;
    struct square a = {.job = {.run = square}, .in = 3}, b = {.job = {.run = square}, .in = 4};
    struct oddi_pool *pool = make(1);
    oddi_pool_submit(pool, &a.job);
    oddi_pool_submit(pool, &b.job);
    assert_false(oddi_job_done(&a.job));
    oddi_pool_finish(pool, &a.job);
    assert_true(oddi_job_done(&a.job));
    assert_false(oddi_job_done(&b.job)); /* first in, first out; no more than needed */
    oddi_pool_finish(pool, &b.job);
    assert_int_equal(b.out, 16);
    oddi_pool_finish(pool, &b.job); /* again is harmless */
    oddi_pool_free(pool);
}

struct gate {
    struct oddi_job job;
    pthread_barrier_t *barrier;
};

static void pass_gate(struct oddi_job *job, unsigned worker)
{
    (void)worker;
    pthread_barrier_wait(((struct gate *)job)->barrier);
}

/* n jobs that all must run at the same time: the pool truly has n threads, the finishing one among them. */
static void all_threads_work_at_once(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 4; n++) {
        pthread_barrier_t barrier;
        struct gate gates[4];
        struct oddi_pool *pool = make(n);
        pthread_barrier_init(&barrier, NULL, n);
        for (unsigned i = 0; i < n; i++) {
            gates[i] = (struct gate){.job = {.run = pass_gate}, .barrier = &barrier};
            oddi_pool_submit(pool, &gates[i].job);
        }
        for (unsigned i = 0; i < n; i++)
            oddi_pool_finish(pool, &gates[i].job);
        oddi_pool_free(pool);
        pthread_barrier_destroy(&barrier);
    }
}

/* Freeing drops what is queued, waits for what runs, and touches no job afterwards. */
static void free_with_jobs_left(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        struct square *jobs = calloc(20, sizeof *jobs);
        struct oddi_pool *pool = make(3);
        for (unsigned i = 0; i < 20; i++) {
            jobs[i].job.run = square;
            jobs[i].in = 7 * i;
            oddi_pool_submit(pool, &jobs[i].job);
        }
        oddi_pool_free(pool);
        free(jobs);
    }
    oddi_pool_free(NULL);
}

static pthread_t signalled;

static void on_signal(int number)
{
    (void)number;
    signalled = pthread_self();
}

/* A signal to the process is handled by the program's thread, never by a worker. */
static void workers_take_no_signals(void **state)
{
    (void)state;
    struct oddi_pool *pool = make(4);
    signal(SIGUSR1, on_signal);
    for (int i = 0; i < 20; i++) {
        signalled = 0;
        kill(getpid(), SIGUSR1);
        for (int wait = 0; wait < 1000 && !signalled; wait++)
            nap(100);
        assert_true(pthread_equal(signalled, pthread_self()));
    }
    signal(SIGUSR1, SIG_DFL);
    oddi_pool_free(pool);
}

static enum odd_status make_and_use(void *ctx)
{
    (void)ctx;
    struct oddi_pool *pool;
    struct odd_error err;
    struct square s = {.job = {.run = square}, .in = 5};
    ODDI_TRY(oddi_pool_new(3, &pool, &err));
    oddi_pool_submit(pool, &s.job);
    oddi_pool_finish(pool, &s.job);
    oddi_pool_free(pool);
    return s.out == 25 ? ODD_OK : ODD_ERR_INTERNAL;
}

static void refusal_leaks_nothing(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(make_and_use, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_once),
        cmocka_unit_test(ring_of_jobs),
        cmocka_unit_test(one_thread_waits_for_finish),
        cmocka_unit_test(all_threads_work_at_once),
        cmocka_unit_test(free_with_jobs_left),
        cmocka_unit_test(workers_take_no_signals),
        cmocka_unit_test(refusal_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
