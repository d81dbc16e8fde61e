/*
 * Decompression as a pull filter over raw bytes. The only file that names a compression library is inflate.c.
 */
#ifndef ODDFLOW_BASE_INFLATE_H
#define ODDFLOW_BASE_INFLATE_H

#include "base/error.h"

struct oddi_inflate;

/* Raw bytes for the filter: *got = 0 at the end. */
typedef enum odd_status (*oddi_inflate_source)(void *ctx, void *to, size_t n, size_t *got,
                                               struct odd_error *err);

/* Name of the compression that these first bytes (n >= 6 where there are that many) show, or NULL. Works in
 * builds without the library too, so that the error can say what is missing. */
const char *oddi_inflate_sniff(const uint8_t *head, size_t n);
bool oddi_inflate_available(void);

enum odd_status oddi_inflate_new(oddi_inflate_source source, void *ctx, const char *name,
                                 struct oddi_inflate **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_inflate_free(struct oddi_inflate *z); /* NULL is allowed */
enum odd_status oddi_inflate_read(struct oddi_inflate *z, void *to, size_t n, size_t *got,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
