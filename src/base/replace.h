/* A file replaced whole: whoever opens it sees the old bytes or the new ones, never a part. */
#ifndef ODDFLOW_BASE_REPLACE_H
#define ODDFLOW_BASE_REPLACE_H

#include <stddef.h>

#include "base/error.h"

#define ODDI_REPLACED_SUFFIX ".prev"

/* Writes n bytes to a new file beside `path`, syncs it to the disk, keeps what `path` was as `path` + ".prev" (in place of an
 * older one; only a regular file is kept) and renames the new one to `path`. ODD_ERR_IO: `path` is as it was, and nothing is left
 * behind. */
enum odd_status oddi_replace_file(const char *path, const void *bytes, size_t n,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
