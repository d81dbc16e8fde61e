#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts at a whole UTF-8 character, so that a long name never leaves half a one behind. */
static size_t whole_chars(const char *s, size_t n)
{
    size_t cut = n;
    while (cut > 0 && ((unsigned char)s[cut] & 0xc0) == 0x80)
        cut--;
    return n - cut > 3 ? n : cut; /* no UTF-8 character has more than 3 such bytes: not UTF-8, cut anywhere */
}

static void copy_cut(char *to, size_t room, const char *from)
{
    size_t n = strlen(from);
    if (n >= room)
        n = whole_chars(from, room - 1);
    memcpy(to, from, n);
    to[n] = '\0';
}

static void set(struct odd_error *err, enum odd_status status, const char *source, uint64_t line,
                uint64_t offset, const char *fmt, va_list args)
{
    /* Formatted aside, because an argument may point into *err itself. One byte over, to see where a cut falls. */
    char message[sizeof err->message + 1];
    int n = vsnprintf(message, sizeof message, fmt, args);
    if (n < 0)
        message[0] = '\0';
    for (char *p = message; *p; p++)
        if (*p == '\n' || *p == '\r')
            *p = ' ';
    if (source != err->source)
        copy_cut(err->source, sizeof err->source, source ? source : "");
    copy_cut(err->message, sizeof err->message, message);
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
