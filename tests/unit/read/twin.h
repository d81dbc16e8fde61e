/*
 * The slow, obvious twin of the delimited-text engine: one byte at a time over the whole text, straight from the rules
 * in read/wire/delim.h and delim_record.h. Shares no code with the engine but the number parser.
 */
#ifndef TEST_UNIT_READ_TWIN_H
#define TEST_UNIT_READ_TWIN_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "read/reader.h"

#define TWIN_COLUMNS 8

struct twin_text {
    size_t off, len;
};

struct twin_record {
    bool good;
    enum oddi_bad_reason reason;
    size_t off, len, line;
    size_t found;                         /* COLUMNS */
    struct twin_text field[TWIN_COLUMNS]; /* trimmed, unquoted */
};

struct twin {
    struct twin_record *records;
    size_t n, capacity, lines;
};

static inline bool twin_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline void twin_trim_blanks(const char *s, struct twin_text *t)
{
    while (t->len && twin_blank(s[t->off])) {
        t->off++;
        t->len--;
    }
    while (t->len && twin_blank(s[t->off + t->len - 1]))
        t->len--;
}

static inline struct twin_text twin_trim(const char *s, size_t from, size_t to)
{
    struct twin_text t = {from, to - from};

    twin_trim_blanks(s, &t);
    if (t.len >= 2 && s[t.off] == '"' && s[t.off + t.len - 1] == '"') {
        t.off++;
        t.len -= 2;
        twin_trim_blanks(s, &t);
    }
    return t;
}

enum twin_state { TWIN_START, TWIN_PLAIN, TWIN_QUOTED, TWIN_AFTER };

/* The record at s[at]: where it ends (the newline or n) if it is well-formed; SIZE_MAX if its quoting is broken or it is
 * too long. ends[k] = where field k ends. */
static inline size_t twin_scan(const char *s, size_t n, size_t at, char delimiter, size_t *ends,
                               size_t *fields)
{
    enum twin_state state = TWIN_START;
    size_t i = at;

    *fields = 0;
    for (;; i++) {
        bool end = i == n || s[i] == '\n';

        if (i - at > ODDI_MAX_RECORD)
            return SIZE_MAX;
        if (i == n && state == TWIN_QUOTED)
            return SIZE_MAX;
        if (state == TWIN_QUOTED) {
            if (s[i] == '"' && i + 1 < n && s[i + 1] == '"')
                i++;
            else if (s[i] == '"')
                state = TWIN_AFTER;
            continue;
        }
        if (state == TWIN_START && !end && s[i] == '"') {
            state = TWIN_QUOTED;
            continue;
        }
        if (state == TWIN_AFTER && !end && s[i] == '\r' && (i + 1 == n || s[i + 1] == '\n'))
            continue;
        if (end || s[i] == delimiter) {
            if (*fields < TWIN_COLUMNS)
                ends[*fields] = i;
            ++*fields;
            if (end)
                return i;
            state = TWIN_START;
            continue;
        }
        if (state == TWIN_AFTER)
            return SIZE_MAX;
        state = TWIN_PLAIN;
    }
}

static inline size_t twin_count_newlines(const char *s, size_t from, size_t to)
{
    size_t n = 0;

    for (; from < to; from++)
        n += s[from] == '\n';
    return n;
}

static inline bool twin_has_nul(const char *s, size_t from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!s[from + i])
            return true;
    return false;
}

static inline void twin_add(struct twin *t, const struct twin_record *r)
{
    if (t->n == t->capacity) {
        t->capacity = t->capacity ? 2 * t->capacity : 64;
        t->records = realloc(t->records, t->capacity * sizeof *t->records);
        if (!t->records)
            abort();
    }
    t->records[t->n++] = *r;
}

/* What the text after the header is, for a header line `header` of `columns` columns. */
static inline void twin_parse(struct twin *t, const char *s, size_t n, char delimiter, size_t columns,
                              const char *header)
{
    memset(t, 0, sizeof *t);
    for (size_t at = 0; at < n;) {
        size_t ends[TWIN_COLUMNS], fields = 0, first = at, end, next;
        struct twin_record r = {.off = at, .line = t->lines, .good = true};

        while (first < n && s[first] != '\n')
            first++;
        end = twin_scan(s, n, at, delimiter, ends, &fields);
        if (end == SIZE_MAX) {
            end = first;
            r.good = false;
            r.reason = end - at > ODDI_MAX_RECORD ? ODDI_BAD_TOO_LONG : ODDI_BAD_QUOTE;
        }
        next = end < n ? end + 1 : n;
        r.len = end - at;
        if (r.len && s[end - 1] == '\r')
            r.len--;
        if ((r.good || r.reason == ODDI_BAD_QUOTE) && twin_has_nul(s, at, r.len)) {
            r.good = false;
            r.reason = ODDI_BAD_NUL;
        }
        if (r.good && fields != columns) {
            r.good = false;
            r.reason = ODDI_BAD_COLUMNS;
            r.found = fields;
        }
        if (r.good && r.len == strlen(header) && !memcmp(s + at, header, r.len)) {
            r.good = false;
            r.reason = ODDI_BAD_HEADER_AGAIN;
        }
        for (size_t k = 0; r.good && k < columns; k++) {
            size_t from = k ? ends[k - 1] + 1 : at, to = ends[k];

            if (k + 1 == columns && to > from && s[to - 1] == '\r')
                to--;
            r.field[k] = twin_trim(s, from, to);
        }
        if (r.len)
            twin_add(t, &r);
        t->lines += twin_count_newlines(s, at, next) + (next == n && s[n - 1] != '\n');
        at = next;
    }
}

static inline bool twin_word(const char *s, size_t n, const char *word)
{
    if (n != strlen(word))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((s[i] | 0x20) != word[i])
            return false;
    return true;
}

/* The value of a number field; false if it is none. */
static inline bool twin_number(const char *s, struct twin_text t, double *out)
{
    const char *p = s + t.off;
    size_t sign = t.len && (p[0] == '-' || p[0] == '+');

    *out = NAN;
    if (t.len == 0 || (t.len == 1 && p[0] == '-') || twin_word(p, t.len, "nan") ||
        twin_word(p, t.len, "null"))
        return true;
    if (twin_word(p + sign, t.len - sign, "inf") || twin_word(p + sign, t.len - sign, "infinity"))
        return true;
    return oddi_parse_double(p, t.len, out);
}

static inline void twin_free(struct twin *t)
{
    free(t->records);
    memset(t, 0, sizeof *t);
}

#endif
