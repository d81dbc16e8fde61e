#include "read/wire/delim.h"

#include <string.h>

#include "read/wire/delim_record.h"

/* Behind the last newline of data[0, n); 0 if there is none. */
static size_t behind_last_newline(const char *data, size_t n)
{
    const char *newline = memrchr(data, '\n', n);

    return newline ? (size_t)(newline - data) + 1 : 0;
}

static size_t find_quote(const char *data, size_t from, size_t n)
{
    const char *quote = memchr(data + from, '"', n - from);

    return quote ? (size_t)(quote - data) : n;
}

enum odd_status oddi_delim_split(const struct oddi_delim *d, const char *data, size_t n, bool eof,
                                 size_t *end)
{
    size_t at = 0, quote = find_quote(data, 0, n);
    struct oddi_delim_index index = {.pos = NULL};
    struct oddi_delim_record rec;

    /* No line end within quotes: every line is a record, as in a text without quotes. */
    if (quote < n && d->quoted_index(data, 0, n, d->delimiter, &index))
        quote = n;
    while (at < n) {
        /* Lines before the one with the quote are records each. */
        at += behind_last_newline(data + at, quote - at);
        if (quote == n)
            break;
        if (oddi_delim_record(data + at, n - at, eof, d->delimiter, NULL, 0, 0, &rec) == ODDI_RECORD_OPEN)
            break;
        at += rec.next;
        if (quote < at)
            quote = find_quote(data, at, n);
    }
    *end = eof ? n : at;
    return *end ? ODD_OK : ODD_AGAIN;
}

enum odd_status oddi_delim_measure(const struct oddi_delim *d, const char *data, size_t n, bool eof,
                                   size_t *size)
{
    const char *newline = memchr(data, '\n', n);
    size_t line = newline ? (size_t)(newline - data) : n;
    struct oddi_delim_record rec;

    if (!memchr(data, '"', line)) {
        *size = oddi_without_cr(data, line);
        return newline || eof ? ODD_OK : ODD_AGAIN;
    }
    if (oddi_delim_record(data, n, eof, d->delimiter, NULL, 0, 0, &rec) == ODDI_RECORD_OPEN)
        return ODD_AGAIN;
    *size = rec.size;
    return ODD_OK;
}

size_t oddi_delim_resync(const char *data, size_t n)
{
    const char *newline = memchr(data, '\n', n);

    return newline ? (size_t)(newline - data) + 1 : 0;
}
