#include "read/wire/delim.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/wire/delim_record.h"
#include "read/wire/delim_value.h"

#define GUESS_LINES 20

/* ---- the first lines -------------------------------------------------------------------------------------------- */

static size_t bom_size(const char *head, size_t n)
{
    return n >= 3 && !memcmp(head, "\xef\xbb\xbf", 3) ? 3 : 0;
}

/* Behind a BOM and blank lines; *lines counts the latter. */
static size_t text_start(const char *head, size_t n, size_t *lines)
{
    size_t at = bom_size(head, n);

    *lines = 0;
    for (;;) {
        size_t cr = at < n && head[at] == '\r';

        if (at + cr >= n || head[at + cr] != '\n')
            return at;
        at += cr + 1;
        ++*lines;
    }
}

/* Length of the line at head[at], ended by LF, CRLF or a lone CR, or by the end of input. False if none of these. */
static bool line_size(const char *head, size_t n, bool eof, size_t at, size_t *size)
{
    for (size_t i = at; i < n; i++)
        if (head[i] == '\n' || (head[i] == '\r' && i + 1 < n)) {
            *size = i - at;
            return true;
        }
    *size = oddi_without_cr(head + at, n - at);
    return eof;
}

bool oddi_delim_first_line(const char *head, size_t n, bool eof, size_t *start, size_t *size)
{
    size_t lines;

    *start = text_start(head, n, &lines);
    return line_size(head, n, eof, *start, size);
}

static size_t count_delimiters(const char *line, size_t n, char delimiter)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += line[i] == delimiter;
    return count;
}

/* Fields of one line. */
static size_t count_fields(const char *line, size_t n, char delimiter)
{
    size_t fields = 1;
    bool quoted = false;

    for (size_t i = 0; i < n; i++) {
        quoted ^= line[i] == '"';
        fields += line[i] == delimiter && !quoted;
    }
    return fields;
}

/* How many of the first lines have as many fields as the first line; *looked_at: of how many. */
static size_t even_lines(const char *head, size_t n, bool eof, char delimiter, size_t *columns,
                         size_t *looked_at)
{
    size_t lines, at = text_start(head, n, &lines), size, even = 0;

    *columns = 0;
    *looked_at = 0;
    while (*looked_at < GUESS_LINES && at < n && line_size(head, n, eof, at, &size)) {
        size_t fields = count_fields(head + at, size, delimiter);

        if (!*columns)
            *columns = fields;
        even += size == 0 || fields == *columns;
        ++*looked_at;
        at += size;
        at += at + 1 < n && head[at] == '\r' && head[at + 1] == '\n';
        at++;
    }
    return even;
}

char oddi_delim_guess(const char *head, size_t n, bool eof, size_t *columns, bool *even)
{
    static const char candidates[] = {',', '\t', ';', '|'};
    size_t best_even = 0, best_columns = 1;
    char best = 0;

    if (even)
        *even = false;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t fields, looked_at, match = even_lines(head, n, eof, candidates[i], &fields, &looked_at);

        if (fields < 2 || match < best_even || (match == best_even && fields <= best_columns))
            continue;
        best = candidates[i];
        best_even = match;
        best_columns = fields;
        if (even)
            *even = match == looked_at;
    }
    if (columns)
        *columns = best_columns;
    return best;
}

/* ---- the header ------------------------------------------------------------------------------------------------- */

static enum odd_status refuse_binary(const char *head, size_t n, bool eof, struct odd_error *err)
{
    if (n >= 2 && (!memcmp(head, "\xff\xfe", 2) || !memcmp(head, "\xfe\xff", 2)))
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, 1, 0,
                            "is UTF-16 text; convert it first: iconv -f UTF-16 -t UTF-8");
    if (!memchr(head, '\n', n) && memchr(head, '\r', n) && (eof || n >= ODDI_MAX_RECORD))
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, 1, 0,
                            "ends its lines with carriage returns alone; convert it first: tr '\\r' '\\n'");
    return ODD_OK;
}

static enum odd_status refuse_header(enum oddi_record_state state, const char *line,
                                     const struct oddi_delim_record *rec, size_t number, size_t at,
                                     struct odd_error *err)
{
    if (state == ODDI_RECORD_TOO_LONG)
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at, "the header line is longer than %u bytes",
                            ODDI_MAX_RECORD);
    if (rec->size == 0)
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at, "has no header line");
    if (memchr(line, 0, rec->size))
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at,
                            "the header line has NUL bytes: this is not text");
    if (state == ODDI_RECORD_BAD_QUOTE)
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at,
                            "the header line has a quoted name that does not end");
    return ODD_OK;
}

struct header_names {
    const char **s;
    size_t *n;
    size_t count;
};

static bool is_number(struct oddi_field_text f)
{
    double v;

    return oddi_parse_double(f.s, f.n, &v);
}

/* A value that nobody would take for a column's name: a date, or a dotted or colon address. */
static bool is_datum(struct oddi_field_text f)
{
    struct oddi_addr addr;
    int64_t ts;

    return !is_number(f) && (oddi_parse_addr(f.s, f.n, &addr) || oddi_parse_time(f.s, f.n, NULL, &ts));
}

static enum odd_status refuse_values(const struct header_names *names, size_t number, size_t at,
                                     struct odd_error *err)
{
    size_t numbers = 0, data = 0;

    for (size_t i = 0; i < names->count; i++) {
        struct oddi_field_text f = {names->s[i], names->n[i]};

        numbers += is_number(f);
        data += is_datum(f);
    }
    if (numbers == names->count)
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at,
                            "the first line holds numbers, not names: add a header line");
    if (data)
        return oddi_fail_at(err, ODD_ERR_FORMAT, NULL, number, at,
                            "the first line holds values, not names: add a header line");
    return ODD_OK;
}

static enum odd_status make_schema(struct oddi_delim *d, const char *line, size_t size,
                                   const struct header_names *names, const uint32_t *ends, size_t number,
                                   size_t at, const struct oddi_reader_options *options,
                                   struct odd_error *err)
{
    for (size_t i = 0; i < names->count; i++) {
        size_t from = i ? ends[i - 1] + 1 : 0, to = i + 1 < names->count ? ends[i] : size;
        struct oddi_field_text name = oddi_trim((struct oddi_field_text){line + from, to - from});

        names->s[i] = name.s;
        names->n[i] = name.n;
    }
    ODDI_TRY(refuse_values(names, number, at, err));
    return oddi_schema_init(&d->schema, names->s, names->n, names->count, options ? options->maps : NULL,
                            options ? options->n_maps : 0, err);
}

/* How many parts the last of the names is. */
static uint32_t count_tail(const char *line, size_t size, char delimiter)
{
    const char *last = memrchr(line, delimiter, size);

    return oddi_delim_blanks(line, last ? (size_t)(last - line) + 1 : 0, size, NULL, 0, 0);
}

/* `ends` has room for the names. */
static void split_names(const char *line, size_t size, const struct oddi_delim *d, uint32_t n, uint32_t *ends)
{
    struct oddi_delim_record rec;
    uint32_t last = n - d->style.n_tail;

    oddi_delim_line(line, size, d->delimiter, ends, n, 0, &rec);
    if (d->style.n_tail > 1)
        oddi_delim_blanks(line, last ? ends[last - 1] + 1 : 0, size, ends + last, d->style.n_tail - 1, 0);
    ends[n - 1] = (uint32_t)size;
}

/* Splits the header line, whose record has been measured, into names. */
static enum odd_status read_names(struct oddi_delim *d, const char *line, const struct oddi_delim_record *rec,
                                  size_t number, size_t at, const struct oddi_reader_options *options,
                                  struct odd_error *err)
{
    struct header_names names = {.count = rec->fields};
    struct oddi_delim_record again;
    enum odd_status status = ODD_ERR_MEMORY;
    uint32_t *ends = oddi_malloc_array(rec->fields, sizeof *ends);

    names.s = oddi_malloc_array(rec->fields, sizeof *names.s);
    names.n = oddi_malloc_array(rec->fields, sizeof *names.n);
    d->header = oddi_malloc_array(rec->size, 1);
    if (!ends || !names.s || !names.n || !d->header) {
        status = oddi_fail_memory(err);
        goto done;
    }
    memcpy(d->header, line, rec->size);
    d->header_size = rec->size;
    if (d->style.lines)
        split_names(line, rec->size, d, rec->fields, ends);
    else
        oddi_delim_record(line, rec->next, true, d->delimiter, ends, rec->fields, 0, &again);
    status = make_schema(d, line, rec->size, &names, ends, number, at, options, err);
done:
    free(ends);
    free(names.s);
    free(names.n);
    return status;
}

static enum odd_status read_header(struct oddi_delim *d, const char *head, size_t n, bool eof,
                                   const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                   struct odd_error *err)
{
    struct oddi_delim_record rec = {0};
    enum oddi_record_state state;
    size_t at;

    ODDI_TRY(refuse_binary(head, n, eof, err));
    at = text_start(head, n, lines);
    if (at == n)
        return eof ? oddi_fail_at(err, ODD_ERR_FORMAT, NULL, 1, 0, "has no header line") : ODD_AGAIN;
    if (!d->delimiter)
        d->delimiter = oddi_delim_guess(head, n, eof, NULL, NULL);
    if (!d->delimiter)
        d->delimiter = ',';
    state = oddi_delim_record(head + at, n - at, eof, d->delimiter, NULL, 0, 0, &rec);
    if (state == ODDI_RECORD_OPEN) {
        if (n - at <= ODDI_MAX_RECORD)
            return ODD_AGAIN;
        state = ODDI_RECORD_TOO_LONG;
    }
    ODDI_TRY(refuse_header(state, head + at, &rec, *lines + 1, at, err));
    ODDI_TRY(read_names(d, head + at, &rec, *lines + 1, at, options, err));
    *used = at + rec.next;
    *lines += rec.newlines;
    return ODD_OK;
}

static void start(struct oddi_delim *d, char delimiter, const struct oddi_reader_options *options)
{
    memset(d, 0, sizeof *d);
    d->delimiter = delimiter;
    d->zone = options ? options->zone : NULL;
    d->simd = options && options->portable ? ODDI_SIMD_PORTABLE : oddi_simd_best();
    d->index = oddi_delim_index_at(d->simd);
    d->quoted_index = oddi_delim_quoted_at(d->simd);
}

enum odd_status oddi_delim_open(struct oddi_delim *d, const char *head, size_t n, bool eof, char delimiter,
                                const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                struct odd_error *err)
{
    enum odd_status status;

    start(d, delimiter, options);
    status = read_header(d, head, n, eof, options, used, lines, err);
    if (status != ODD_OK)
        oddi_delim_clear(d);
    return status;
}

enum odd_status oddi_delim_open_names(struct oddi_delim *d, const char *line, size_t size, char delimiter,
                                      const struct oddi_delim_style *style,
                                      const struct oddi_reader_options *options, struct odd_error *err)
{
    struct oddi_delim_record rec = {.size = size, .next = size};
    enum odd_status status;

    start(d, delimiter, options);
    d->style = *style;
    d->style.n_tail = style->blank_tail ? count_tail(line, size, delimiter) : 1;
    rec.fields = (uint32_t)count_delimiters(line, size, delimiter) + d->style.n_tail;
    status = read_names(d, line, &rec, 1, 0, options, err);
    if (status != ODD_OK)
        oddi_delim_clear(d);
    return status;
}

void oddi_delim_clear(struct oddi_delim *d)
{
    oddi_schema_clear(&d->schema);
    free(d->header);
    memset(d, 0, sizeof *d);
}

bool oddi_delim_force(struct oddi_delim *d, enum oddi_simd level)
{
    if (!oddi_simd_available(level))
        return false;
    d->simd = level;
    d->index = oddi_delim_index_at(level);
    d->quoted_index = oddi_delim_quoted_at(level);
    return true;
}
