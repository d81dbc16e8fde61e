/*
 * The baseline file: docs/formats/baseline.md. Little-endian, checksummed; the same baseline gives the same bytes.
 */
#ifndef ODDFLOW_BASELINE_FILE_H
#define ODDFLOW_BASELINE_FILE_H

#include "base/buf.h"
#include "baseline/baseline.h"

/* A byte that no text has, the name, and the line ends that a transfer as text would change. */
#define ODDI_BASE_MAGIC    "\x8bODD\r\n\x1a\n"
#define ODDI_BASE_HEADER   ((size_t)24) /* magic, version, checksum, size */
#define ODDI_BASE_VERSION  2u           /* 1, without accepted scopes and changes, is still read */
#define ODDI_BASE_MAX_FILE ((size_t)1 << 30)

/* Appends the file to `out`. ODD_ERR_MEMORY, or ODD_ERR_LIMIT where the baseline is larger than a file may be. */
enum odd_status oddi_baseline_write(const struct oddi_baseline *b, struct oddi_buf *out,
                                    struct odd_error *err) ODD_MUST_CHECK;

/* *b (zeroed first) from the bytes of a file. ODD_ERR_FORMAT with a sentence about `name` where they are no baseline, a damaged
 * one, or one of a newer oddflow. Whatever the bytes are, what is returned is safe to judge by: numbers are finite, indices
 * within their arrays, counts within the caps. On failure nothing needs clearing. */
enum odd_status oddi_baseline_read(struct oddi_baseline *b, const char *name, const void *bytes, size_t n,
                                   struct odd_error *err) ODD_MUST_CHECK;

#endif
