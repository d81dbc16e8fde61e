#include "read/wire/delim_record.h"

#include <string.h>

#include "read/reader.h"

enum field_end {
    FIELD_DELIMITER, /* at `at` */
    FIELD_NEWLINE,   /* at `at` */
    FIELD_OUT,       /* the bytes in reach end within the field, or where it could have ended */
    FIELD_BROKEN,    /* text after the closing quote */
};

struct scan {
    const char *data;
    size_t reach; /* bytes that may be looked at: a record does not go on beyond ODDI_MAX_RECORD */
    bool end;     /* input ends at `reach` */
    char delimiter;
    size_t newlines;
};

static size_t count_newlines(const char *s, size_t n)
{
    size_t count = 0;

    for (const char *p = s; (p = memchr(p, '\n', n - (size_t)(p - s))); p++)
        count++;
    return count;
}

/* What follows the closing quote, at `*at`. */
static enum field_end after_quote(const struct scan *s, size_t *at)
{
    size_t i = *at;

    if (i < s->reach && s->data[i] == s->delimiter)
        return FIELD_DELIMITER;
    if (i < s->reach && s->data[i] == '\r')
        i++;
    *at = i;
    if (i == s->reach)
        return FIELD_OUT;
    return s->data[i] == '\n' ? FIELD_NEWLINE : FIELD_BROKEN;
}

/* A field whose opening quote is at *at. FIELD_OUT with *closed false: no closing quote. */
static enum field_end quoted_field(struct scan *s, size_t *at, bool *closed)
{
    size_t i = *at + 1;

    for (;;) {
        const char *quote = memchr(s->data + i, '"', s->reach - i);

        if (!quote) {
            *closed = false;
            return FIELD_OUT;
        }
        i = (size_t)(quote - s->data) + 1;
        if (i < s->reach && s->data[i] == '"')
            i++;
        else
            break;
    }
    s->newlines += count_newlines(s->data + *at, i - *at);
    *at = i;
    return after_quote(s, at);
}

static enum field_end plain_field(const struct scan *s, size_t *at)
{
    for (size_t i = *at; i < s->reach; i++) {
        char c = s->data[i];

        if (c == s->delimiter || c == '\n') {
            *at = i;
            return c == '\n' ? FIELD_NEWLINE : FIELD_DELIMITER;
        }
    }
    *at = s->reach;
    return FIELD_OUT;
}

/* The record is its first line, whatever follows. */
static enum oddi_record_state first_line(const char *data, size_t n, bool eof, enum oddi_record_state state,
                                         struct oddi_delim_record *out)
{
    const char *newline = memchr(data, '\n', n);
    size_t end = newline ? (size_t)(newline - data) : n;

    if (!newline && !eof)
        return ODDI_RECORD_OPEN;
    out->size = oddi_without_cr(data, end);
    out->next = newline ? end + 1 : n;
    out->newlines = newline != NULL;
    return end > ODDI_MAX_RECORD ? ODDI_RECORD_TOO_LONG : state;
}

enum oddi_record_state oddi_delim_record(const char *data, size_t n, bool eof, char delimiter, uint32_t *pos,
                                         uint32_t max_pos, uint32_t base, struct oddi_delim_record *out)
{
    struct scan s = {.data = data, .delimiter = delimiter};
    enum field_end how;
    size_t at = 0;
    bool closed = true;

    s.reach = n <= ODDI_MAX_RECORD ? n : ODDI_MAX_RECORD + 1;
    s.end = eof && n <= ODDI_MAX_RECORD;
    out->fields = 0;
    for (;; at++) {
        if (at < s.reach && data[at] == '"')
            how = quoted_field(&s, &at, &closed);
        else
            how = plain_field(&s, &at);
        if (out->fields < max_pos)
            pos[out->fields] = base + (uint32_t)at;
        out->fields++;
        if (how != FIELD_DELIMITER)
            break;
    }
    if (how == FIELD_NEWLINE || (how == FIELD_OUT && closed && s.end)) {
        out->size = oddi_without_cr(data, at);
        out->next = how == FIELD_NEWLINE ? at + 1 : at;
        out->newlines = s.newlines + (how == FIELD_NEWLINE);
        return ODDI_RECORD_WHOLE;
    }
    if (how == FIELD_OUT && !eof && n <= ODDI_MAX_RECORD)
        return ODDI_RECORD_OPEN;
    return first_line(data, n, eof, ODDI_RECORD_BAD_QUOTE, out);
}

enum oddi_record_state oddi_delim_line(const char *data, size_t n, char delimiter, uint32_t *pos,
                                       uint32_t max_pos, uint32_t base, struct oddi_delim_record *out)
{
    enum oddi_record_state state = first_line(data, n, true, ODDI_RECORD_WHOLE, out);
    size_t end = out->next - out->newlines;
    const char *p = data;

    for (out->fields = 0; (p = memchr(p, delimiter, end - (size_t)(p - data))); p++, out->fields++)
        if (out->fields < max_pos)
            pos[out->fields] = base + (uint32_t)(p - data);
    if (out->fields < max_pos)
        pos[out->fields] = base + (uint32_t)end;
    out->fields++;
    return state;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

uint32_t oddi_delim_blanks(const char *data, size_t from, size_t size, uint32_t *pos, uint32_t max_pos,
                           uint32_t base)
{
    uint32_t parts = 1;

    while (size > from && is_blank(data[size - 1]))
        size--;
    while (from < size && is_blank(data[from]))
        from++;
    for (size_t i = from + 1; i < size; i++) {
        if (is_blank(data[i]) || !is_blank(data[i - 1]))
            continue;
        if (parts <= max_pos)
            pos[parts - 1] = base + (uint32_t)(i - 1);
        parts++;
    }
    return parts;
}
