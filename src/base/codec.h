/* Between inflate.c and the files that name a compression library. */
#ifndef ODDFLOW_BASE_CODEC_H
#define ODDFLOW_BASE_CODEC_H

#include "base/inflate.h"

#define ODDI_CODEC_INPUT ((size_t)128 << 10) /* raw bytes asked of the source at a time */

/* What a codec is given: the source of raw bytes, whose name errors carry. */
struct oddi_codec_source {
    oddi_inflate_source read;
    void *ctx;
    const char *name;
};

struct oddi_codec {
    enum odd_status (*open)(const struct oddi_codec_source *source, void **state, struct odd_error *err);
    /* As oddi_inflate_read, but *got may be > 0 together with an error, which then is about what follows. */
    enum odd_status (*read)(void *state, void *to, size_t n, size_t *got, struct odd_error *err);
    void (*close)(void *state);
};

/* NULL in a build without the library. */
const struct oddi_codec *oddi_codec_gzip(void);
const struct oddi_codec *oddi_codec_archive(void);

/* ODD_ERR_FORMAT with one sentence for all codecs; inflate.c adds the offset. `detail` may be NULL. */
enum odd_status oddi_codec_truncated(struct odd_error *err, const char *name);
enum odd_status oddi_codec_damaged(struct odd_error *err, const char *name, const char *detail);
enum odd_status oddi_codec_trailing(struct odd_error *err, const char *name);

#endif
