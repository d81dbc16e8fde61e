/* Temporary files of tests, in a directory of this process that is removed at exit. Failures abort the test. */
#ifndef TEST_SUPPORT_TMP_H
#define TEST_SUPPORT_TMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The directory, made at the first call. */
const char *tmp_dir(void);
/* A new path in it, nothing there yet; lives until exit. */
const char *tmp_path(void);
/* A new file with these bytes; its path. */
const char *tmp_file(const void *bytes, size_t n);
const char *tmp_text(const char *text);
/* The whole of a file, NUL-terminated; free() it. *n may be NULL. */
char *tmp_read(const char *path, size_t *n);

/* A descriptor from which these bytes are read through a pipe, in pieces of `piece` bytes (0 = as they come) by a child
 * process. The child ends by itself when the descriptor is closed. */
int tmp_pipe(const void *bytes, size_t n, size_t piece);

/* Whether the program is in PATH; if not, prints "SKIP: no PROGRAM" once. */
bool tmp_have(const char *program);
/* Runs a shell command in tmp_dir(); its exit code. */
int tmp_run(const char *command);

#endif
