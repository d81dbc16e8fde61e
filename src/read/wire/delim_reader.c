#include "read/wire/delim_reader.h"

#include <string.h>

#include "base/num.h"

const struct oddi_schema *oddi_delim_reader_schema(const void *state)
{
    return &((const struct oddi_delim *)state)->schema;
}

const char *oddi_delim_reader_header(const void *state, size_t *n, char *delimiter)
{
    const struct oddi_delim *d = state;

    *n = d->header_size;
    *delimiter = d->delimiter;
    return d->header;
}

enum odd_status oddi_delim_reader_split(void *state, const char *data, size_t n, bool eof, size_t *end,
                                        struct odd_error *err)
{
    (void)err;
    return oddi_delim_split(state, data, n, eof, end);
}

enum odd_status oddi_delim_reader_measure(const void *state, const char *data, size_t n, bool eof,
                                          size_t *size)
{
    return oddi_delim_measure(state, data, n, eof, size);
}

size_t oddi_delim_reader_resync(const void *state, const char *data, size_t n)
{
    (void)state;
    return oddi_delim_resync(data, n);
}

enum odd_status oddi_delim_reader_decode(const void *state, const struct oddi_block *block,
                                         struct oddi_batch *batch, struct odd_error *err)
{
    return oddi_delim_decode(state, block, batch, err);
}

void oddi_delim_reader_close(void *state)
{
    oddi_delim_clear(state);
}

/* ---- sniffing --------------------------------------------------------------------------------------------------- */

static bool is_utf16(const char *head, size_t n)
{
    return n >= 2 && (!memcmp(head, "\xff\xfe", 2) || !memcmp(head, "\xfe\xff", 2));
}

/* Text in the first line, as a header is: no control characters, and not the start of a JSON, XML or Zeek log. */
static bool is_text(const char *line, size_t n)
{
    if (n == 0 || strchr("{[<#", line[0]))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < ' ' && line[i] != '\t')
            return false;
    return true;
}

/* A table of one column: a name, then a number. */
static bool is_one_column(const char *line, size_t n, const char *end)
{
    const char *next = line + n;
    size_t size = 0;
    double v;

    next += next < end && *next == '\r';
    next += next < end && *next == '\n';
    while (next + size < end && next[size] != '\n' && next[size] != '\r')
        size++;
    return !oddi_parse_double(line, n, &v) && oddi_parse_double(next, size, &v);
}

int oddi_delim_sniff_table(const char *head, size_t n, bool eof, char delimiter)
{
    size_t start, size;
    bool even;
    char guess;

    if (is_utf16(head, n))
        return delimiter ? 0 : 20; /* so that open can say what it is */
    if (!oddi_delim_first_line(head, n, eof, &start, &size) || !is_text(head + start, size))
        return 0;
    guess = oddi_delim_guess(head, n, eof, NULL, &even);
    if (guess && (guess == '\t') == (delimiter == '\t'))
        return even ? 40 : 20;
    return !guess && !delimiter && is_one_column(head + start, size, head + n) ? 10 : 0;
}
