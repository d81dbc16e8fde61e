/*
 * Decompression as a pull filter over raw bytes: gzip, zstd, xz, bzip2 and lz4, members one after another read
 * through, every checksum that the format has verified.
 *
 * The only files that name a compression library: inflate_gzip.c (zlib; libarchive's gzip filter does not verify
 * the CRC) and inflate_archive.c (libarchive; all others).
 */
#ifndef ODDFLOW_BASE_INFLATE_H
#define ODDFLOW_BASE_INFLATE_H

#include "base/error.h"

struct oddi_inflate;

/* Raw bytes for the filter: *got = 0 at the end. */
typedef enum odd_status (*oddi_inflate_source)(void *ctx, void *to, size_t n, size_t *got,
                                               struct odd_error *err);

/* Name of the compression that these first bytes (n >= 6 where there are that many) show, or NULL: "gzip", "zstd",
 * "xz", "bzip2", "lz4". Works in builds without the libraries too, so that the error can say what is missing. */
const char *oddi_inflate_sniff(const uint8_t *head, size_t n);
/* Whether this build can read it. */
bool oddi_inflate_can(const char *compression);
/* Whether it can read all of them. */
bool oddi_inflate_available(void);

/* `compression` is a name that oddi_inflate_sniff() gave; `name` is the source's, for messages. Nothing is read
 * yet. ODD_ERR_FORMAT if this build cannot read it. */
enum odd_status oddi_inflate_new(oddi_inflate_source source, void *ctx, const char *name,
                                 const char *compression, struct oddi_inflate **out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_inflate_free(struct oddi_inflate *z); /* NULL is allowed */
/* Fills `to` unless the data ends or is damaged; *got == 0 means the end. Damaged or cut off data:
 * ODD_ERR_FORMAT with the offset in the uncompressed stream, after all bytes before it have been given out;
 * every later call fails the same way. An error of the source is passed on. */
enum odd_status oddi_inflate_read(struct oddi_inflate *z, void *to, size_t n, size_t *got,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
