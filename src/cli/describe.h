/* What a row says about its values, in words: shared by --help, the manual page and the completions. */
#ifndef ODDFLOW_CLI_DESCRIBE_H
#define ODDFLOW_CLI_DESCRIBE_H

#include <oddflow/oddflow.h>

#define CLI_LIMITS_MAX 160

/* "default 1m; at least 1ms", "default 0; from 0 to 1024", "" where there is nothing to say; the text lives in `out`,
 * which is returned. Bounds that nobody meets are left out. */
const char *cli_limits(const struct odd_param *row, char out[CLI_LIMITS_MAX]);

/* Calls `word` for each alternative of `choices` (may be NULL); "<readers>" stands for the names of that table,
 * "<numbers>" for the numeric fields. */
typedef void (*cli_word_fn)(void *ctx, const char *word, size_t n);
void cli_choices(const char *choices, cli_word_fn word, void *ctx);

/* The tables by name ("fields", "readers", ...): number and rows; cli_table_name is NULL past the end. */
const char *cli_table_name(size_t i);
const char *cli_table_summary(size_t i);
bool cli_table_find(const char *name, size_t n, enum odd_table *table);

#endif
