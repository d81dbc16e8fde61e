#include "flow/batch.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static size_t value_size(enum oddi_type type)
{
    switch (type) {
    case ODDI_TYPE_TIME:
        return sizeof(int64_t);
    case ODDI_TYPE_NUMBER:
        return sizeof(double);
    case ODDI_TYPE_PROTO:
    case ODDI_TYPE_PORT:
        return sizeof(uint32_t);
    case ODDI_TYPE_ADDR:
        return sizeof(struct oddi_addr);
    case ODDI_TYPE_TEXT:
        return sizeof(struct oddi_span);
    }
    return sizeof(double);
}

/* Grows *p to `rows` values, keeping the first `used`. */
static bool grow_column(void *p_pointer, size_t rows, size_t size)
{
    void *old, *fresh;

    memcpy(&old, p_pointer, sizeof old);
    fresh = oddi_realloc_array(old, rows, size);
    if (!fresh)
        return false;
    memcpy(p_pointer, &fresh, sizeof fresh);
    return true;
}

/* First block of an empty batch: the sizes of blocks differ little, so this is nearly always enough. */
#define FIRST_ROWS 1024

enum odd_status oddi_batch_init(struct oddi_batch *b, const struct oddi_recipe *recipes, size_t n,
                                bool has_ts, struct odd_error *err)
{
    memset(b, 0, sizeof *b);
    b->columns = oddi_calloc_array(n, sizeof *b->columns);
    if (!b->columns)
        return oddi_fail_memory(err);
    b->n_columns = n;
    for (size_t i = 0; i < n; i++)
        b->columns[i].recipe = recipes[i];
    if (has_ts) {
        /* a pointer that is not NULL says that times are wanted */
        b->ts = oddi_malloc_array(FIRST_ROWS, sizeof *b->ts);
        if (!b->ts) {
            oddi_batch_clear(b);
            return oddi_fail_memory(err);
        }
    }
    if (!oddi_batch_reserve(b, FIRST_ROWS)) {
        oddi_batch_clear(b);
        return oddi_fail_memory(err);
    }
    return ODD_OK;
}

void oddi_batch_clear(struct oddi_batch *b)
{
    for (size_t i = 0; i < b->n_columns; i++)
        free(b->columns[i].u.any);
    free(b->columns);
    free(b->ts);
    free(b->record);
    free(b->off);
    free(b->bad);
    free(b->scratch);
    memset(b, 0, sizeof *b);
}

void oddi_batch_reset(struct oddi_batch *b)
{
    b->n = 0;
    b->n_records = 0;
    b->n_lines = 0;
    b->n_bad = 0;
}

bool oddi_batch_reserve(struct oddi_batch *b, size_t rows)
{
    if (rows <= b->capacity)
        return true;
    if (b->capacity && rows < b->capacity + b->capacity / 2)
        rows = b->capacity + b->capacity / 2;
    if (b->ts && !grow_column(&b->ts, rows, sizeof *b->ts))
        return false;
    if (!grow_column(&b->record, rows, sizeof *b->record) || !grow_column(&b->off, rows, sizeof *b->off))
        return false;
    for (size_t i = 0; i < b->n_columns; i++)
        if (!grow_column(&b->columns[i].u.any, rows, value_size(b->columns[i].recipe.type)))
            return false;
    b->capacity = rows;
    return true;
}

bool oddi_batch_add_bad(struct oddi_batch *b, const struct oddi_bad_record *bad)
{
    if (!oddi_grow(&b->bad, &b->bad_capacity, b->n_bad + 1, sizeof *b->bad))
        return false;
    b->bad[b->n_bad++] = *bad;
    return true;
}

/* ---- sentences ---------------------------------------------------------------------------------------------------- */

/* The text of column `column` of a record, by the rules of the simplest reading: the separator is the tab if the
 * record has one, else the comma. Good enough for a message. */
static bool find_cell(const char *text, const struct oddi_bad_record *bad, const char **cell, size_t *size)
{
    const char *p = text + bad->off, *end = p + bad->len;
    char separator = memchr(p, '\t', bad->len) ? '\t' : ',';

    for (uint32_t i = 0; i < bad->column; i++) {
        p = memchr(p, separator, (size_t)(end - p));
        if (!p)
            return false;
        p++;
    }
    *cell = p;
    p = memchr(p, separator, (size_t)(end - p));
    *size = (size_t)((p ? p : end) - *cell);
    return true;
}

struct shown {
    char s[48];
};

/* At most 40 bytes without control characters: it comes from the input. */
static struct shown show(const char *s, size_t n)
{
    struct shown out;
    size_t m = n > 40 ? 40 : n;

    for (size_t i = 0; i < m; i++)
        out.s[i] = (unsigned char)s[i] < 0x20 || (unsigned char)s[i] >= 0x7f ? '?' : s[i];
    memcpy(out.s + m, "...", 4);
    if (n <= 40)
        out.s[m] = 0;
    return out;
}

static const char *type_noun(enum oddi_type type)
{
    switch (type) {
    case ODDI_TYPE_TIME:
        return "a time";
    case ODDI_TYPE_NUMBER:
        return "a number";
    case ODDI_TYPE_PROTO:
        return "a protocol";
    case ODDI_TYPE_ADDR:
        return "an address";
    case ODDI_TYPE_PORT:
        return "a port";
    case ODDI_TYPE_TEXT:
        break;
    }
    return "a text";
}

static enum oddi_type column_type(const struct oddi_schema *schema, uint32_t column)
{
    enum oddi_field field = column < schema->n_columns ? schema->fields[column] : ODDI_NO_FIELD;

    return field == ODDI_NO_FIELD ? ODDI_TYPE_NUMBER : oddi_field_row(field)->type;
}

static void value_sentence(const struct oddi_bad_record *bad, enum oddi_type type, const char *text,
                           char *out, size_t size)
{
    const char *cell;
    size_t n;

    if (!text || bad->column == UINT32_MAX || !find_cell(text, bad, &cell, &n))
        snprintf(out, size, "has a field that is not %s", type_noun(type));
    else if (n == 0)
        snprintf(out, size, "an empty field is not %s", type_noun(type));
    else
        snprintf(out, size, "'%s' is not %s", show(cell, n).s, type_noun(type));
}

void oddi_bad_sentence(const struct oddi_bad_record *bad, const struct oddi_schema *schema, const char *text,
                       char *out, size_t out_size)
{
    switch (bad->reason) {
    case ODDI_BAD_COLUMNS:
        snprintf(out, out_size, "has %u column%s, not %zu", bad->found, bad->found == 1 ? "" : "s",
                 schema->n_columns);
        return;
    case ODDI_BAD_VALUE:
        value_sentence(bad, column_type(schema, bad->column), text, out, out_size);
        return;
    case ODDI_BAD_TIME:
        value_sentence(bad, ODDI_TYPE_TIME, text, out, out_size);
        return;
    case ODDI_BAD_QUOTE:
        snprintf(out, out_size, "has a quoted field that does not end where the field does");
        return;
    case ODDI_BAD_NUL:
        snprintf(out, out_size, "has a NUL byte");
        return;
    case ODDI_BAD_HEADER_AGAIN:
        snprintf(out, out_size, "is the header line again");
        return;
    case ODDI_BAD_TOO_LONG:
        snprintf(out, out_size, "is longer than a record may be");
        return;
    case ODDI_N_BAD_REASONS:
        break;
    }
    snprintf(out, out_size, "is not a record");
}
