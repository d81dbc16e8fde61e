#include "read/source_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WINDOW_MIN ((size_t)4 << 10)
#define WINDOW_MAX ((size_t)256 << 10)

void oddi_text_cache_clear(struct oddi_text_cache *cache)
{
    free(cache->data);
    memset(cache, 0, sizeof *cache);
}

/* Reads cache->window bytes at `offset`. */
static enum odd_status load(const struct oddi_source *src, uint64_t offset, struct oddi_text_cache *cache,
                            struct odd_error *err)
{
    size_t n = 0;

    cache->size = 0;
    if (!oddi_grow(&cache->data, &cache->capacity, cache->window + ODDI_BLOCK_PADDING, 1))
        return oddi_fail_memory(err);
    cache->source = src;
    cache->offset = offset;
    cache->eof = false;
    while (n < cache->window && !cache->eof) {
        size_t got;

        ODDI_TRY(oddi_input_pread(src->in, cache->data + n, cache->window - n, offset + n, &got, err));
        n += got;
        cache->eof = got == 0;
    }
    memset(cache->data + n, 0, ODDI_BLOCK_PADDING);
    cache->size = n;
    return ODD_OK;
}

/* Far-apart rows are read with little around them, neighbours with more and more. */
static void choose_window(struct oddi_text_cache *cache, const struct oddi_source *src, uint64_t offset)
{
    uint64_t end = cache->offset + cache->size;

    if (cache->source == src && offset >= cache->offset && offset <= end + cache->window)
        cache->window = cache->window * 2 < WINDOW_MAX ? cache->window * 2 : WINDOW_MAX;
    else
        cache->window = WINDOW_MIN;
}

static enum odd_status vanished(const struct oddi_source *src, uint64_t offset, struct odd_error *err)
{
    return oddi_fail_at(err, ODD_ERR_IO, oddi_source_name(src), ODD_NO_POSITION, offset,
                        "has changed while it was read");
}

static enum odd_status read_text(const struct oddi_source *src, uint64_t offset,
                                 struct oddi_text_cache *cache, struct oddi_block *out, struct odd_error *err)
{
    bool fresh = false;
    size_t size;

    if (cache->source != src || offset < cache->offset || offset - cache->offset >= cache->size) {
        choose_window(cache, src, offset);
        ODDI_TRY(load(src, offset, cache, err));
        fresh = true;
    }
    for (;;) {
        const char *data = cache->data + (offset - cache->offset);
        size_t n = cache->size - (size_t)(offset - cache->offset);

        if (n == 0)
            return vanished(src, offset, err);
        if (src->reader->measure(src->state, data, n, cache->eof, &size) == ODD_OK) {
            *out = (struct oddi_block){data, size, offset};
            return ODD_OK;
        }
        if (fresh && n > ODDI_MAX_RECORD)
            return vanished(src, offset, err);
        if (fresh)
            cache->window *= 2;
        else
            choose_window(cache, src, offset);
        ODDI_TRY(load(src, offset, cache, err));
        fresh = true;
    }
}

/* From a block that the caller keeps from being reused. */
static enum odd_status find_text(const struct oddi_source *src, uint64_t offset, struct oddi_block *out,
                                 struct odd_error *err)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&src->lock;
    const struct oddi_source_buffer *b;
    struct oddi_block block = {0};
    size_t size;

    pthread_mutex_lock(lock);
    b = oddi_source_find_live(src, offset);
    if (b)
        block = b->pub.block;
    pthread_mutex_unlock(lock);
    if (!b)
        return oddi_fail(err, ODD_ERR_INTERNAL,
                         "the text of a row was asked for after its block was released");
    block.data += offset - block.offset;
    block.size -= (size_t)(offset - block.offset);
    (void)src->reader->measure(src->state, block.data, block.size, true, &size);
    *out = (struct oddi_block){block.data, size, offset};
    return ODD_OK;
}

enum odd_status oddi_source_text(const struct oddi_source *src, uint64_t offset,
                                 struct oddi_text_cache *cache, struct oddi_block *out, struct odd_error *err)
{
    return src->seekable ? read_text(src, offset, cache, out, err) : find_text(src, offset, out, err);
}
