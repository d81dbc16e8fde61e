#include "base/codec.h"

#ifndef ODDFLOW_HAVE_ZLIB

const struct oddi_codec *oddi_codec_gzip(void)
{
    return NULL;
}

#else

#include <zlib.h>

#include "base/mem.h"

#define MAX_OUT ((size_t)1 << 30) /* zlib counts in unsigned int */

struct gzip {
    const struct oddi_codec_source *source;
    z_stream z;
    bool in_member; /* bytes of a member have been taken and its trailer has not */
    bool end;       /* the source has ended */
    uint8_t in[ODDI_CODEC_INPUT];
};

static enum odd_status gzip_open(const struct oddi_codec_source *source, void **state, struct odd_error *err)
{
    struct gzip *g = oddi_malloc_array(1, sizeof *g);
    if (!g)
        return oddi_fail_memory(err);
    g->source = source;
    g->z = (z_stream){.zalloc = Z_NULL};
    g->in_member = g->end = false;
    if (inflateInit2(&g->z, 16 + MAX_WBITS) != Z_OK) { /* 16: a gzip header and trailer, checked */
        free(g);
        return oddi_fail_memory(err);
    }
    *state = g;
    return ODD_OK;
}

static void gzip_close(void *state)
{
    struct gzip *g = state;
    inflateEnd(&g->z);
    free(g);
}

static enum odd_status refill(struct gzip *g, struct odd_error *err)
{
    size_t got = 0;
    if (g->z.avail_in > 0 || g->end)
        return ODD_OK;
    ODDI_TRY(g->source->read(g->source->ctx, g->in, sizeof g->in, &got, err));
    g->z.next_in = g->in;
    g->z.avail_in = (uInt)got;
    g->end = got == 0;
    return ODD_OK;
}

/* Tapes pad with zeros after the last member (gzip(1) allows it too); nothing else may follow but a member. */
static enum odd_status skip_padding(struct gzip *g, struct odd_error *err)
{
    while (!g->end) {
        while (g->z.avail_in > 0 && *g->z.next_in == 0) {
            g->z.next_in++;
            g->z.avail_in--;
        }
        if (g->z.avail_in > 0)
            return oddi_codec_trailing(err, g->source->name);
        ODDI_TRY(refill(g, err));
    }
    return ODD_OK;
}

/* Between members: the end, padding, or the next one. */
static enum odd_status next_member(struct gzip *g, struct odd_error *err)
{
    if (g->end)
        return ODD_OK;
    if (*g->z.next_in == 0)
        return skip_padding(g, err);
    if (*g->z.next_in != 0x1f)
        return oddi_codec_trailing(err, g->source->name);
    inflateReset(&g->z);
    g->in_member = true;
    return ODD_OK;
}

/* No progress without more input; only this says that all which came before has been given out. */
static enum odd_status starved(struct gzip *g, struct odd_error *err)
{
    if (g->z.avail_in > 0)
        return oddi_codec_damaged(err, g->source->name, NULL);
    return g->end ? oddi_codec_truncated(err, g->source->name) : refill(g, err);
}

static enum odd_status step(struct gzip *g, struct odd_error *err)
{
    if (!g->in_member) {
        ODDI_TRY(refill(g, err));
        return next_member(g, err);
    }
    switch (inflate(&g->z, Z_NO_FLUSH)) {
    case Z_STREAM_END:
        g->in_member = false;
        return ODD_OK;
    case Z_OK:
        return ODD_OK;
    case Z_BUF_ERROR:
        return starved(g, err);
    case Z_MEM_ERROR:
        return oddi_fail_memory(err);
    default:
        return oddi_codec_damaged(err, g->source->name, g->z.msg);
    }
}

static enum odd_status gzip_read(void *state, void *to, size_t n, size_t *got, struct odd_error *err)
{
    struct gzip *g = state;
    enum odd_status status = ODD_OK;
    size_t room = n < MAX_OUT ? n : MAX_OUT;
    g->z.next_out = to;
    g->z.avail_out = (uInt)room;
    while (status == ODD_OK && g->z.avail_out > 0 && (g->in_member || !g->end))
        status = step(g, err);
    *got = room - g->z.avail_out;
    return status;
}

const struct oddi_codec *oddi_codec_gzip(void)
{
    static const struct oddi_codec codec = {gzip_open, gzip_read, gzip_close};
    return &codec;
}

#endif
