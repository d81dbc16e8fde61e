#include "read_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define MAX_TEXT ((size_t)64 << 20)

static enum odd_status cannot(const char *what, const char *path, struct odd_error *err)
{
    return cli_fail(err, ODD_ERR_IO, "cannot read the %s '%s': %s", what, path, strerror(errno));
}

/* Doubles the room until the file is in it. */
static enum odd_status read_all(FILE *f, const char *what, const char *path, char **text,
                                struct odd_error *err)
{
    size_t n = 0, room = 4096;

    for (;;) {
        char *more = realloc(*text, room + 1);

        if (!more)
            return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
        *text = more;
        n += fread(more + n, 1, room - n, f);
        if (ferror(f))
            return cannot(what, path, err);
        if (n < room)
            break;
        if (room >= MAX_TEXT)
            return cli_fail(err, ODD_ERR_LIMIT, "the %s '%s' is longer than 64 MiB", what, path);
        room *= 2;
    }
    if (memchr(*text, '\0', n))
        return cli_fail(err, ODD_ERR_USAGE, "the %s '%s' is not text: it has a NUL byte", what, path);
    (*text)[n] = '\0';
    return ODD_OK;
}

enum odd_status cli_read_text(const char *what, const char *path, char **out, struct odd_error *err)
{
    FILE *f = fopen(path, "re");
    enum odd_status st;

    *out = NULL;
    if (!f)
        return cannot(what, path, err);
    st = read_all(f, what, path, out, err);
    fclose(f);
    if (st) {
        free(*out);
        *out = NULL;
    }
    return st;
}

enum odd_status cli_read_text_if_there(const char *what, const char *path, char **out, struct odd_error *err)
{
    FILE *f = fopen(path, "re");

    if (f) {
        fclose(f);
        return cli_read_text(what, path, out, err);
    }
    *out = errno == ENOENT ? calloc(1, 1) : NULL;
    if (*out)
        return ODD_OK;
    return errno == ENOENT ? cli_fail(err, ODD_ERR_MEMORY, "out of memory") : cannot(what, path, err);
}
