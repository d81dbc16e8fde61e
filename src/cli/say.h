/* Sentences for people: messages on standard error, numbers with thousands separators, wrapped text. */
#ifndef ODDFLOW_CLI_SAY_H
#define ODDFLOW_CLI_SAY_H

#include <stdio.h>

#include <oddflow/oddflow.h>

#if defined(__GNUC__)
#define CLI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CLI_PRINTF(fmt, args)
#endif

/* Fills *err (may be NULL) and returns `status`. */
enum odd_status cli_fail(struct odd_error *err, enum odd_status status, const char *fmt, ...)
    CLI_PRINTF(3, 4);

/* Writes bytes so that a terminal is safe from them: control characters, C1, bidi controls and what is not UTF-8 become
 * \xHH. */
void cli_escape(FILE *to, const char *s, size_t n);

/* "oddflow: MESSAGE\n" on standard error, escaped; a progress bar is cleared first. */
void cli_say(const char *fmt, ...) CLI_PRINTF(1, 2);
/* "oddflow: SOURCE:LINE: offset N: MESSAGE\n". */
void cli_say_error(const struct odd_error *err);
/* The line without "oddflow: ". */
void cli_tell(const char *fmt, ...) CLI_PRINTF(1, 2);

/* 7,071,867; the text lives in `out`, which is returned. */
#define CLI_NUMBER_MAX 32
const char *cli_number(char out[CLI_NUMBER_MAX], uint64_t v);

/* Writes `text` in lines of at most `width` columns, broken at blanks; the first line starts at column `at`, the others
 * are indented by `indent`. Ends with a newline. */
void cli_wrap(FILE *to, const char *text, int at, int indent, int width);

#endif
