/*
 * Bytes in: a regular file, a pipe or standard input, compressed or not (gz zst xz bz2 lz4, known by content).
 *
 * Sequential reading for everybody; reading again at an offset only where `oddi_input_seekable`. The offset is
 * always that of the uncompressed stream. input.c names no optional library: inflate.c does.
 */
#ifndef ODDFLOW_BASE_INPUT_H
#define ODDFLOW_BASE_INPUT_H

#include "base/error.h"

struct oddi_input;

/* Opens `path` ("-" = standard input). Directories, block and character devices other than a terminal or
 * /dev/null are refused. Nothing is read yet. O_CLOEXEC. */
enum odd_status oddi_input_open(const char *path, struct oddi_input **out,
                                struct odd_error *err) ODD_MUST_CHECK;
/* Takes a descriptor that stays the caller's. */
enum odd_status oddi_input_open_fd(int fd, const char *name, struct oddi_input **out,
                                   struct odd_error *err) ODD_MUST_CHECK;
void oddi_input_close(struct oddi_input *in); /* NULL is allowed */

/* Reads up to n bytes of the uncompressed stream into `to`; *got == 0 means end of input. Short reads happen.
 * Interrupted calls are retried. Errors carry the source's name and, for damaged compressed data, the
 * uncompressed offset ("compressed data ends early"). */
enum odd_status oddi_input_read(struct oddi_input *in, void *to, size_t n, size_t *got,
                                struct odd_error *err) ODD_MUST_CHECK;

/* True while a read would have to wait for whoever writes the other end of a pipe, socket or terminal. False of files, and
 * of compressed data, where it cannot be told. */
bool oddi_input_waits(const struct oddi_input *in);

/* True for an uncompressed regular file: oddi_input_pread works (from any thread). Valid after the first read. */
bool oddi_input_seekable(const struct oddi_input *in);
enum odd_status oddi_input_pread(const struct oddi_input *in, void *to, size_t n, uint64_t offset,
                                 size_t *got, struct odd_error *err) ODD_MUST_CHECK;

const char *oddi_input_name(const struct oddi_input *in); /* as given; "-" becomes "stdin" */
const char *
oddi_input_compression(const struct oddi_input *in); /* "none", "gzip", ...; after the first read */
/* Bytes consumed of the underlying (compressed) file and its size (0 = unknown), for progress. */
void oddi_input_progress(const struct oddi_input *in, uint64_t *done, uint64_t *total);

#endif
