#include "failalloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_ROUNDS 100000
#define MAX_BLOCKS ((size_t)1 << 16) /* live at once; a power of 2 */

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
int __real_posix_memalign(void **out, size_t align, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void __real_free(void *p);

void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);
int __wrap_posix_memalign(void **out, size_t align, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);
void __wrap_free(void *p);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool active, for_good;
static size_t fail_k, calls, refused, live;
static uintptr_t blocks[MAX_BLOCKS]; /* open addressing; 0 = empty, 1 = deleted */

static size_t slot_of(uintptr_t p)
{
    return (size_t)((p >> 4) * 0x9e3779b97f4a7c15u >> 40) & (MAX_BLOCKS - 1);
}

static void remember(const void *p)
{
    size_t i = slot_of((uintptr_t)p);
    if (!p)
        return;
    if (live >= MAX_BLOCKS / 2) {
        fprintf(stderr, "failalloc: more than %zu blocks live at once\n", MAX_BLOCKS / 2);
        abort();
    }
    while (blocks[i] > 1)
        i = (i + 1) & (MAX_BLOCKS - 1);
    blocks[i] = (uintptr_t)p;
    live++;
}

/* Blocks from before, or from a shared library, are not ours to count. */
static void forget(const void *p)
{
    size_t i = slot_of((uintptr_t)p), tries = 0;
    for (; blocks[i] && tries < MAX_BLOCKS; i = (i + 1) & (MAX_BLOCKS - 1), tries++)
        if (p && blocks[i] == (uintptr_t)p) {
            blocks[i] = 1;
            live--;
            return;
        }
}

static bool refuse(void)
{
    pthread_mutex_lock(&lock);
    bool no = false;
    if (active) {
        calls++;
        no = fail_k > 0 && (for_good ? calls >= fail_k : calls == fail_k);
        refused += no;
    }
    pthread_mutex_unlock(&lock);
    if (no)
        errno = ENOMEM;
    return no;
}

static void *note(void *p)
{
    pthread_mutex_lock(&lock);
    if (active)
        remember(p);
    pthread_mutex_unlock(&lock);
    return p;
}

void *__wrap_malloc(size_t n)
{
    return refuse() ? NULL : note(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : note(__real_calloc(n, size));
}

void *__wrap_aligned_alloc(size_t align, size_t n)
{
    return refuse() ? NULL : note(__real_aligned_alloc(align, n));
}

char *__wrap_strdup(const char *s)
{
    return refuse() ? NULL : note(__real_strdup(s));
}

char *__wrap_strndup(const char *s, size_t n)
{
    return refuse() ? NULL : note(__real_strndup(s, n));
}

int __wrap_posix_memalign(void **out, size_t align, size_t n)
{
    if (refuse())
        return ENOMEM;
    int rc = __real_posix_memalign(out, align, n);
    if (rc == 0)
        note(*out);
    return rc;
}

/* Under the lock as a whole: another thread may be given the old address as soon as it is free. */
void *__wrap_realloc(void *old, size_t n)
{
    uintptr_t was = (uintptr_t)old;
    if (refuse())
        return NULL;
    pthread_mutex_lock(&lock);
    void *p = __real_realloc(old, n);
    if (active && p) {
        forget((void *)was);
        remember(p);
    }
    pthread_mutex_unlock(&lock);
    return p;
}

void __wrap_free(void *p)
{
    pthread_mutex_lock(&lock);
    if (active)
        forget(p);
    pthread_mutex_unlock(&lock);
    __real_free(p);
}

static void arm(size_t k, bool all_after)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < MAX_BLOCKS; i++)
        blocks[i] = 0;
    calls = refused = live = 0;
    fail_k = k;
    for_good = all_after;
    active = true;
    pthread_mutex_unlock(&lock);
}

void failalloc_at(size_t k)
{
    arm(k, false);
}

void failalloc_from(size_t k)
{
    arm(k, true);
}

size_t failalloc_off(void)
{
    pthread_mutex_lock(&lock);
    active = false;
    size_t n = refused;
    pthread_mutex_unlock(&lock);
    return n;
}

size_t failalloc_calls(void)
{
    return calls;
}

size_t failalloc_live(void)
{
    return live;
}

static bool one_round(failalloc_fn fn, void *ctx, size_t k, bool all_after, bool *got_through)
{
    arm(k, all_after);
    enum odd_status status = fn(ctx);
    size_t n = failalloc_off();
    const char *how = all_after ? "and all after it" : "alone";
    *got_through = n == 0;
    if (live != 0) {
        fprintf(stderr, "failalloc: %zu blocks leaked when allocation %zu %s failed\n", live, k, how);
        return false;
    }
    if (status == ODD_OK || (n > 0 && status == ODD_ERR_MEMORY))
        return true;
    fprintf(stderr, "failalloc: status \"%d\" when allocation %zu %s failed (%zu refused)\n", (int)status, k,
            how, n);
    return false;
}

bool failalloc_sweep(failalloc_fn fn, void *ctx)
{
    for (int all_after = 0; all_after < 2; all_after++) {
        bool got_through = false;
        size_t k = 1;
        for (; k <= MAX_ROUNDS && !got_through; k++)
            if (!one_round(fn, ctx, k, all_after, &got_through))
                return false;
        if (!got_through) {
            fprintf(stderr, "failalloc: still failing after %d rounds\n", MAX_ROUNDS);
            return false;
        }
    }
    return true;
}
