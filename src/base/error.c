#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Messages quote input and go to terminals: made safe here, once for all, and cut at a whole character. */
static void copy_safe(char *to, size_t room, const char *from)
{
    size_t n = strlen(from), i = 0, size = 0;
    while (i < n) {
        char piece[ODDI_TERMINAL_MAX];
        size_t used, bytes = oddi_terminal_char(from + i, n - i, piece, &used);
        if (bytes >= room - size)
            break;
        memcpy(to + size, piece, bytes);
        size += bytes;
        i += used;
    }
    to[size] = '\0';
}

static void ODDI_PRINTF(6, 0) set(struct odd_error *err, enum odd_status status, const char *source,
                                  uint64_t line, uint64_t offset, const char *fmt, va_list args)
{
    /* Formatted aside, because an argument may point into *err itself. */
    char message[2 * sizeof err->message];
    int n = vsnprintf(message, sizeof message, fmt, args);
    if (n < 0)
        message[0] = '\0';
    if (source != err->source)
        copy_safe(err->source, sizeof err->source, source ? source : "");
    copy_safe(err->message, sizeof err->message, message);
    err->status = status;
    err->line = line;
    err->offset = offset;
}

enum odd_status oddi_fail(struct odd_error *err, enum odd_status status, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        set(err, status, NULL, ODD_NO_POSITION, ODD_NO_POSITION, fmt, args);
        va_end(args);
    }
    return status;
}

enum odd_status oddi_fail_at(struct odd_error *err, enum odd_status status, const char *source, uint64_t line,
                             uint64_t offset, const char *fmt, ...)
{
    if (err) {
        va_list args;
        va_start(args, fmt);
        set(err, status, source, line, offset, fmt, args);
        va_end(args);
    }
    return status;
}

enum odd_status oddi_fail_errno(struct odd_error *err, const char *source, const char *what, int errnum)
{
    enum odd_status status = errnum == EPIPE ? ODD_ERR_CLOSED : ODD_ERR_IO;
    char text[128];
    /* The GNU strerror_r: strerror is not safe with threads. */
    return oddi_fail_at(err, status, source, ODD_NO_POSITION, ODD_NO_POSITION, "cannot %s: %s", what,
                        strerror_r(errnum, text, sizeof text));
}

enum odd_status oddi_fail_memory(struct odd_error *err)
{
    return oddi_fail(err, ODD_ERR_MEMORY, "out of memory");
}
