/* CRC-32C (Castagnoli; RFC 3720 appendix B.4 has test vectors): finds damaged files, not forged ones. */
#ifndef ODDFLOW_BASE_CRC32C_H
#define ODDFLOW_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Of n bytes (data may be NULL if n is 0). */
uint32_t oddi_crc32c(const void *data, size_t n);
/* Of bytes that come in parts: `crc` is that of those before (0: none). */
uint32_t oddi_crc32c_more(uint32_t crc, const void *data, size_t n);
/* The same without special instructions, for machines that have none and for tests. */
uint32_t oddi_crc32c_portable(uint32_t crc, const void *data, size_t n);

#endif
