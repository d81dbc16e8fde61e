/* Damaged compressed data: ends, fails for good with a position, and comes out the same in whatever pieces it is read.
 * The first byte says how large these are. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/inflate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_OUT ((size_t)1 << 20) /* a bomb is only begun */

struct source {
    const uint8_t *p;
    size_t n, piece;
};

struct outcome {
    enum odd_status status;
    size_t size;
    uint64_t hash;
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static enum odd_status feed(void *ctx, void *to, size_t n, size_t *got, struct odd_error *err)
{
    struct source *s = ctx;
    (void)err;
    *got = s->n < n ? s->n : n;
    if (s->piece && *got > s->piece)
        *got = s->piece;
    memcpy(to, s->p, *got);
    s->p += *got;
    s->n -= *got;
    return ODD_OK;
}

static struct outcome inflate_all(struct source s, const char *compression, size_t step)
{
    static uint8_t block[1 << 16];
    struct outcome o = {.hash = 14695981039346656037u};
    struct oddi_inflate *z;
    struct odd_error err = ODD_ERROR_INIT, again = ODD_ERROR_INIT;
    size_t got = 1;
    if (oddi_inflate_new(feed, &s, "fuzz", compression, &z, &err) != ODD_OK)
        return o; /* a build without this compression */
    while (o.status == ODD_OK && got > 0 && o.size < MAX_OUT) {
        o.status = oddi_inflate_read(z, block, step, &got, &err);
        require(got <= step && (o.status == ODD_OK || got == 0));
        for (size_t i = 0; i < got && o.size + i < MAX_OUT; i++)
            o.hash = (o.hash ^ block[i]) * 1099511628211u;
        o.size += got;
    }
    if (o.status != ODD_OK) {
        require(err.offset == o.size && *err.message);
        require(oddi_inflate_read(z, block, step, &got, &again) == o.status && again.offset == err.offset);
    }
    if (o.size > MAX_OUT)
        o.size = MAX_OUT;
    oddi_inflate_free(z);
    return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *compression = oddi_inflate_sniff(data + 1, size - 1);
    if (!compression)
        return 0;
    struct source whole = {data + 1, size - 1, 0}, pieces = {data + 1, size - 1, 1 + data[0] % 64};
    struct outcome a = inflate_all(whole, compression, 1 << 16),
                   b = inflate_all(pieces, compression, 1 + data[0] * 13);
    require(a.status == ODD_OK || a.status == ODD_ERR_FORMAT || a.status == ODD_ERR_MEMORY);
    if (a.size < MAX_OUT && b.size < MAX_OUT)
        require(a.status == b.status && a.size == b.size && a.hash == b.hash);
    return 0;
}
