#include "base/inflate.h"

#include <string.h>

#include "base/codec.h"
#include "base/mem.h"

struct oddi_inflate {
    struct oddi_codec_source source;
    const struct oddi_codec *codec;
    void *state;
    uint64_t offset;        /* bytes given out */
    enum odd_status failed; /* sticky */
    struct odd_error error; /* why */
};

static bool starts(const uint8_t *head, size_t n, const void *magic, size_t size)
{
    return n >= size && memcmp(head, magic, size) == 0;
}

/* "BZh" may begin a text; the block or end marker that follows the level digit does not. */
static bool is_bzip2(const uint8_t *head, size_t n)
{
    return starts(head, n, "BZh", 3) && n >= 6 && head[3] >= '1' && head[3] <= '9' &&
           (memcmp(head + 4, "\x31\x41", 2) == 0 || memcmp(head + 4, "\x17\x72", 2) == 0);
}

/* RFC 8878 section 3.1.2: pzstd and the seekable format begin with such a frame. */
static bool is_skippable(const uint8_t *head, size_t n)
{
    return n >= 4 && (head[0] & 0xf0) == 0x50 && memcmp(head + 1, "\x2a\x4d\x18", 3) == 0;
}

const char *oddi_inflate_sniff(const uint8_t *head, size_t n)
{
    if (starts(head, n, "\x1f\x8b", 2))
        return "gzip";
    if (starts(head, n, "\x28\xb5\x2f\xfd", 4) || is_skippable(head, n))
        return "zstd";
    if (starts(head, n, "\xfd\x37zXZ\x00", 6))
        return "xz";
    if (is_bzip2(head, n))
        return "bzip2";
    if (starts(head, n, "\x04\x22\x4d\x18", 4) || starts(head, n, "\x02\x21\x4c\x18", 4)) /* or lz4 -l */
        return "lz4";
    return NULL;
}

static bool is_gzip(const char *compression)
{
    return strcmp(compression, "gzip") == 0;
}

static const struct oddi_codec *codec_of(const char *compression)
{
    return is_gzip(compression) ? oddi_codec_gzip() : oddi_codec_archive();
}

bool oddi_inflate_can(const char *compression)
{
    return codec_of(compression) != NULL;
}

bool oddi_inflate_available(void)
{
    return oddi_codec_gzip() && oddi_codec_archive();
}

enum odd_status oddi_codec_truncated(struct odd_error *err, const char *name)
{
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                        "compressed data ends early");
}

enum odd_status oddi_codec_damaged(struct odd_error *err, const char *name, const char *detail)
{
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                        "compressed data is damaged%s%s", detail ? ": " : "", detail ? detail : "");
}

enum odd_status oddi_codec_trailing(struct odd_error *err, const char *name)
{
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                        "something else follows the compressed data");
}

enum odd_status oddi_inflate_new(oddi_inflate_source source, void *ctx, const char *name,
                                 const char *compression, struct oddi_inflate **out, struct odd_error *err)
{
    const struct oddi_codec *codec = codec_of(compression);
    if (!codec)
        return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                            "this build cannot read %s: rebuild with %s", compression,
                            is_gzip(compression) ? "zlib" : "libarchive");
    struct oddi_inflate *z = oddi_calloc_array(1, sizeof *z);
    if (!z)
        return oddi_fail_memory(err);
    z->source = (struct oddi_codec_source){source, ctx, name};
    z->codec = codec;
    enum odd_status status = codec->open(&z->source, &z->state, err);
    if (status != ODD_OK) {
        free(z);
        return status;
    }
    *out = z;
    return ODD_OK;
}

void oddi_inflate_free(struct oddi_inflate *z)
{
    if (!z)
        return;
    z->codec->close(z->state);
    free(z);
}

enum odd_status oddi_inflate_read(struct oddi_inflate *z, void *to, size_t n, size_t *got,
                                  struct odd_error *err)
{
    *got = 0;
    if (z->failed == ODD_OK) {
        z->failed = z->codec->read(z->state, to, n, got, &z->error);
        z->offset += *got;
        z->error.offset = z->offset;
        /* What came before the damage is good: the failure waits for the next call. */
        if (*got > 0)
            return ODD_OK;
    }
    if (z->failed != ODD_OK && err)
        *err = z->error;
    return z->failed;
}
