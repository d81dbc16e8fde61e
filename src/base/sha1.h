/* SHA-1 (RFC 3174), for identifiers that others compute so too. Not for secrets. */
#ifndef ODDFLOW_BASE_SHA1_H
#define ODDFLOW_BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define ODDI_SHA1_SIZE 20

/* The digest of n bytes (data may be NULL if n is 0) into out. */
void oddi_sha1(const void *data, size_t n, uint8_t out[ODDI_SHA1_SIZE]);

/* Base64 of n bytes with padding (RFC 4648), 4 * ((n + 2) / 3) characters and no NUL; returns how many. */
size_t oddi_base64(char *out, const uint8_t *data, size_t n);

#endif
