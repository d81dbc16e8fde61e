/* UTF-8 from outside: what is valid (RFC 3629), and what must not reach a terminal or a reader's eye as it is. */
#ifndef ODDFLOW_BASE_UTF8_H
#define ODDFLOW_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes (1-4) of the character at s, of which n > 0 bytes are there, and its code point; 0 if it is not UTF-8:
 * overlong forms, surrogates and values above U+10FFFF included. */
unsigned oddi_utf8_decode(const char *s, size_t n, uint32_t *cp);

/* C0 and C1 controls, DEL, and the marks that reorder text (Unicode TR 36: bidi controls). */
bool oddi_is_control(uint32_t cp);

/* The character at s made safe for a terminal: itself, or \xHH for each byte of it. Returns the number of bytes put into
 * out; *used is how many of the n > 0 were taken. */
#define ODDI_TERMINAL_MAX 16
size_t oddi_terminal_char(const char *s, size_t n, char out[ODDI_TERMINAL_MAX], size_t *used);

#endif
