/*
 * Zeek's tab-separated logs (conn.log and its kin), with what IoT-23 made of them.
 *
 * A log describes itself in lines that begin with '#': https://docs.zeek.org/en/master/log-formats.html. Names come from
 * #fields. IoT-23 appended two columns to the last with blanks instead of the separator, in the names and in the rows.
 * Logs that were put together describe themselves again: that is fine as long as nothing changes.
 */
#include "read/wire/delim_reader.h"

#include <string.h>

#include "read/wire/delim_record.h"

struct text {
    const char *s;
    size_t n;
};

/* The lines that say how to read the log. Types (#types) are not among them: a column's use says what it is. */
enum key { SEPARATOR, UNSET, EMPTY, FIELDS, N_KEYS };
static const char *const keys[N_KEYS] = {"#separator", "#unset_field", "#empty_field", "#fields"};

/* ---- lines that describe ----------------------------------------------------------------------------------------- */

static struct text line_at(const char *data, size_t n, size_t at)
{
    const char *newline = memchr(data + at, '\n', n - at);
    size_t end = newline ? (size_t)(newline - data) : n;

    return (struct text){data + at, oddi_without_cr(data + at, end - at)};
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

/* Which key a line has, and what follows the one byte behind it; N_KEYS if it is another line. */
static enum key read_key(struct text line, struct text *value)
{
    for (enum key k = 0; k < N_KEYS; k++) {
        size_t n = strlen(keys[k]);

        if (line.n < n || memcmp(line.s, keys[k], n) || (line.n > n && in_word(line.s[n])))
            continue;
        n += line.n > n;
        *value = (struct text){line.s + n, line.n - n};
        return k;
    }
    return N_KEYS;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = memchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c, sizeof digits - 1);

    return at ? (int)(at - digits) : -1;
}

/* "\x09", or the byte itself. False if it is not one byte that can separate. */
static bool read_separator(struct text value, char *out)
{
    if (value.n == 4 && value.s[0] == '\\' && value.s[1] == 'x' && hex_digit(value.s[2]) >= 0 &&
        hex_digit(value.s[3]) >= 0)
        *out = (char)(hex_digit(value.s[2]) * 16 + hex_digit(value.s[3]));
    else if (value.n == 1)
        *out = value.s[0];
    else
        return false;
    return *out && !strchr("\n\r#", *out);
}

/* ---- the header -------------------------------------------------------------------------------------------------- */

struct header {
    struct text values[N_KEYS]; /* s NULL: not told */
    size_t size, lines;         /* of all lines that describe */
};

/* The lines up to the first that does not begin with '#'. False if their end is beyond what is at hand. */
static bool scan_header(const char *head, size_t n, bool eof, struct header *h)
{
    memset(h, 0, sizeof *h);
    while (h->size < n) {
        struct text line = line_at(head, n, h->size), value;
        size_t end = (size_t)(line.s - head) + line.n;
        enum key key;

        if (line.n && line.s[0] != '#')
            return true;
        end += end < n && head[end] == '\r';
        if (end == n && !eof)
            return false;
        key = read_key(line, &value);
        if (key < N_KEYS)
            h->values[key] = value;
        h->lines++;
        h->size = end + (end < n);
    }
    return eof;
}

static enum odd_status refuse(struct odd_error *err, const char *what)
{
    return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, 1, 0, "%s", what);
}

static enum odd_status take_word(const struct text *value, const char *usual, struct oddi_delim_word *out,
                                 struct odd_error *err)
{
    struct text word = value->s ? *value : (struct text){usual, strlen(usual)};

    if (word.n > sizeof out->s)
        return refuse(err, "its #unset_field or #empty_field is too long");
    if (word.n)
        memcpy(out->s, word.s, word.n);
    out->n = (uint8_t)word.n;
    return ODD_OK;
}

static enum odd_status open_header(struct oddi_delim *d, const struct header *h,
                                   const struct oddi_reader_options *options, struct odd_error *err)
{
    struct oddi_delim_style style = {.lines = true, .comment = '#', .blank_tail = true};
    const struct text *fields = &h->values[FIELDS];
    char separator = '\t';

    if (h->values[SEPARATOR].s && !read_separator(h->values[SEPARATOR], &separator))
        return refuse(err, "its #separator is not one byte that can separate");
    if (!fields->n)
        return refuse(err, "has no line #fields that names its columns");
    if (fields->n > ODDI_MAX_RECORD)
        return refuse(err, "its line #fields is too long");
    if (memchr(fields->s, 0, fields->n))
        return refuse(err, "its line #fields has NUL bytes: this is not text");
    ODDI_TRY(take_word(&h->values[UNSET], "-", &style.missing[0], err));
    ODDI_TRY(take_word(&h->values[EMPTY], "(empty)", &style.missing[1], err));
    return oddi_delim_open_names(d, fields->s, fields->n, separator, &style, options, err);
}

static enum odd_status open_zeek(void *state, const char *head, size_t n, bool eof,
                                 const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                 struct odd_error *err)
{
    struct header h;

    if (!scan_header(head, n, eof, &h)) {
        if (n < 2 * (size_t)ODDI_MAX_RECORD)
            return ODD_AGAIN;
        return refuse(err, "the lines that begin with '#' do not end");
    }
    ODDI_TRY(open_header(state, &h, options, err));
    *used = h.size;
    *lines = h.lines;
    return ODD_OK;
}

/* Sure of it by the first line that only Zeek writes. */
static int sniff(const char *head, size_t n, bool eof)
{
    struct text value;

    (void)eof;
    for (size_t at = 0; at < n && (head[at] == '#' || head[at] == '\n' || head[at] == '\r');) {
        struct text line = line_at(head, n, at);

        if (read_key(line, &value) < N_KEYS)
            return 95;
        at += line.n;
        at += at < n && head[at] == '\r';
        at += at < n && head[at] == '\n';
    }
    return 0;
}

/* ---- among the rows ---------------------------------------------------------------------------------------------- */

static bool same_word(const struct oddi_delim_word *word, struct text value)
{
    return word->n == value.n && !memcmp(word->s, value.s, value.n);
}

/* What a line among the rows would change; NULL if nothing. */
static const char *change(const struct oddi_delim *d, struct text line)
{
    struct text value;
    char separator;

    switch (read_key(line, &value)) {
    case SEPARATOR:
        return read_separator(value, &separator) && separator == d->delimiter ? NULL : "separator changes";
    case UNSET:
        return same_word(&d->style.missing[0], value) ? NULL : "word for unset fields changes";
    case EMPTY:
        return same_word(&d->style.missing[1], value) ? NULL : "word for empty fields changes";
    case FIELDS:
        return value.n == d->header_size && !memcmp(value.s, d->header, value.n) ? NULL : "columns change";
    case N_KEYS:
        break;
    }
    return NULL;
}

/* The first line of data[0, n) that changes something; n if there is none. */
static size_t find_change(const struct oddi_delim *d, const char *data, size_t n, const char **what)
{
    for (size_t at = 0; at < n; at++) {
        const char *mark = memchr(data + at, '#', n - at);

        if (!mark)
            return n;
        at = (size_t)(mark - data);
        if (at && data[at - 1] != '\n')
            continue;
        *what = change(d, line_at(data, n, at));
        if (*what)
            return at;
    }
    return n;
}

static enum odd_status split(void *state, const char *data, size_t n, bool eof, size_t *end,
                             struct odd_error *err)
{
    const char *last = n ? memrchr(data, '\n', n) : NULL, *what = NULL;
    size_t whole = eof ? n : last ? (size_t)(last - data) + 1 : 0;

    if (!whole)
        return ODD_AGAIN;
    *end = find_change(state, data, whole, &what);
    if (*end)
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_FORMAT, "its %s in the middle: give logs that differ as files of their own",
                     what);
}

static enum odd_status measure(const void *state, const char *data, size_t n, bool eof, size_t *size)
{
    const char *newline = memchr(data, '\n', n);

    (void)state;
    *size = oddi_without_cr(data, newline ? (size_t)(newline - data) : n);
    return newline || eof ? ODD_OK : ODD_AGAIN;
}

extern const struct oddi_reader oddi_reader_zeek;
const struct oddi_reader oddi_reader_zeek = {
    .name = "zeek",
    .summary = "Zeek's tab-separated conn.log, also as IoT-23 labelled it",
    .extensions = "log labeled",
    .caps = ODDI_READER_LABELS,
    .state_size = sizeof(struct oddi_delim),
    .sniff = sniff,
    .open = open_zeek,
    .schema = oddi_delim_reader_schema,
    .header = oddi_delim_reader_header,
    .split = split,
    .measure = measure,
    .resync = oddi_delim_reader_resync,
    .decode = oddi_delim_reader_decode,
    .close = oddi_delim_reader_close,
};
