#include "read/wire/delim.h"

#include <string.h>

#include "base/mem.h"
#include "read/wire/delim_bits.h"
#include "read/wire/delim_pick.h"
#include "read/wire/delim_record.h"
#include "read/wire/delim_rows.h"

/* Text and positions of a slice stay in the second-level cache, most of them in the first. */
#define SLICE  ((size_t)32 << 10)
#define PICKED 4096 /* bytes */
#define POSITIONS                                                                                            \
    (SLICE + 4096 + ODDI_INDEX_SLACK) /* 4096: the columns of a record that begins in the slice */
#define SCRATCH (POSITIONS + SLICE + 1)

struct decoder {
    const struct oddi_delim *d;
    const struct oddi_block *block;
    struct oddi_batch *batch;
    uint32_t *pos;       /* POSITIONS of them */
    size_t at;           /* the next record's offset */
    uint64_t head, mask; /* first bytes of the header line, or of a comment, as oddi_load8 sees them */
    size_t row0, bad0;   /* of the batch, where the slice's begin */
    bool quotes;         /* the slice has quotes */
    bool picking;        /* slices may have only the ends that are wanted */
    struct oddi_delim_pick pick;
};

static bool add_bad(struct decoder *dec, size_t off, size_t len, enum oddi_bad_reason reason, uint32_t found)
{
    struct oddi_bad_record bad = {.record = (uint32_t)dec->batch->n_records,
                                  .line = (uint32_t)dec->batch->n_lines,
                                  .off = (uint32_t)off,
                                  .len = (uint32_t)len,
                                  .column = UINT32_MAX,
                                  .found = found,
                                  .reason = reason};

    return oddi_batch_add_bad(dec->batch, &bad);
}

static bool is_comment(const struct decoder *dec, size_t off)
{
    return dec->d->style.comment && dec->block->data[off] == dec->d->style.comment;
}

/* Where there are comments, the header is one. */
static bool is_header(const struct decoder *dec, size_t off, size_t len)
{
    return !dec->d->style.comment && len == dec->d->header_size &&
           !memcmp(dec->block->data + off, dec->d->header, len);
}

/* Adds the record to the good rows; its positions are in place already. */
static void add_row(struct decoder *dec, size_t off)
{
    dec->batch->off[dec->batch->n] = (uint32_t)off;
    dec->batch->record[dec->batch->n++] = (uint32_t)dec->batch->n_records;
}

/* The usual slice: every line has its delimiters and none can be the header or a comment. `columns`: positions of a row.
 * Changes nothing if that is not so. */
static bool regular_rows(struct decoder *dec, const struct oddi_delim_index *index, size_t columns,
                         size_t n_used)
{
    const char *data = dec->block->data;
    size_t rows = index->newlines;
    uint32_t *off = dec->batch->off + dec->row0, *record = dec->batch->record + dec->row0;
    const uint32_t *end = index->pos + columns - 1;
    uint32_t first = (uint32_t)dec->batch->n_records, start = (uint32_t)dec->at;
    bool odd = false;

    if (columns < 2 || n_used != rows * columns)
        return false;
    for (size_t r = 0; r < rows; r++, end += columns) {
        odd |= data[*end] != '\n' || (oddi_load8(data + start) & dec->mask) == dec->head;
        off[r] = start;
        record[r] = first + (uint32_t)r;
        start = *end + 1;
    }
    if (odd)
        return false;
    dec->batch->n += rows;
    dec->batch->n_records += rows;
    dec->batch->n_lines += rows;
    dec->at = start;
    return true;
}

/* Rows line by line; positions of good ones are moved together. False on memory. */
static bool counted_rows(struct decoder *dec, const struct oddi_delim_index *index, size_t n_used)
{
    const char *data = dec->block->data;
    size_t columns = dec->d->schema.n_columns, kept = 0;

    for (size_t i = 0, j; i < n_used; i = j + 1, dec->batch->n_lines++) {
        size_t off = dec->at, len;
        bool ok = true;

        for (j = i; data[index->pos[j]] != '\n';)
            j++;
        dec->at = (size_t)index->pos[j] + 1;
        len = oddi_without_cr(data + off, index->pos[j] - off);
        if (len == 0 || is_comment(dec, off))
            continue;
        if (j - i + 1 != columns) {
            ok = add_bad(dec, off, len, ODDI_BAD_COLUMNS, (uint32_t)(j - i + 1));
        } else if (is_header(dec, off, len)) {
            ok = add_bad(dec, off, len, ODDI_BAD_HEADER_AGAIN, 0);
        } else {
            memmove(index->pos + kept, index->pos + i, columns * sizeof *index->pos);
            kept += columns;
            add_row(dec, off);
        }
        if (!ok)
            return false;
        dec->batch->n_records++;
    }
    return true;
}

/* The record at dec->at and where its fields end; like oddi_delim_record, whatever the style. */
static enum oddi_record_state next_record(const struct decoder *dec, uint32_t *pos,
                                          struct oddi_delim_record *rec)
{
    const struct oddi_delim *d = dec->d;
    const char *data = dec->block->data + dec->at;
    size_t n = dec->block->size - dec->at;
    uint32_t columns = (uint32_t)d->schema.n_columns, base = (uint32_t)dec->at, last, end;
    enum oddi_record_state state;

    if (!d->style.lines)
        return oddi_delim_record(data, n, true, d->delimiter, pos, columns, base, rec);
    state = oddi_delim_line(data, n, d->delimiter, pos, columns, base, rec);
    if (d->style.n_tail < 2 || rec->fields != columns - d->style.n_tail + 1)
        return state;
    last = rec->fields - 1;
    end = pos[last];
    rec->fields = last + oddi_delim_blanks(data, last ? pos[last - 1] + 1 - base : 0, rec->size, pos + last,
                                           d->style.n_tail - 1, base);
    pos[columns - 1] = end;
    return state;
}

/* What is wrong with a record as a whole; ODDI_N_BAD_REASONS if nothing. */
static enum oddi_bad_reason judge(const struct decoder *dec, enum oddi_record_state state,
                                  const struct oddi_delim_record *rec)
{
    if (state == ODDI_RECORD_TOO_LONG)
        return ODDI_BAD_TOO_LONG;
    if (memchr(dec->block->data + dec->at, 0, rec->size))
        return ODDI_BAD_NUL;
    if (state != ODDI_RECORD_WHOLE)
        return ODDI_BAD_QUOTE;
    if (rec->fields != dec->d->schema.n_columns)
        return ODDI_BAD_COLUMNS;
    if (is_header(dec, dec->at, rec->size))
        return ODDI_BAD_HEADER_AGAIN;
    return ODDI_N_BAD_REASONS;
}

/* Records that begin in [at, end), one by one; at least one. False on memory. */
static bool exact_rows(struct decoder *dec, size_t end)
{
    const struct oddi_block *block = dec->block;
    uint32_t columns = (uint32_t)dec->d->schema.n_columns;
    size_t kept = 0;

    while (dec->at < end) {
        struct oddi_delim_record rec;
        enum oddi_record_state state = next_record(dec, dec->pos + kept, &rec);

        if (rec.size > 0 && !is_comment(dec, dec->at)) {
            enum oddi_bad_reason reason = judge(dec, state, &rec);

            if (reason == ODDI_N_BAD_REASONS) {
                add_row(dec, dec->at);
                kept += columns;
            } else if (!add_bad(dec, dec->at, rec.size, reason,
                                reason == ODDI_BAD_COLUMNS ? rec.fields : 0)) {
                return false;
            }
            dec->batch->n_records++;
        }
        dec->at += rec.next;
        dec->batch->n_lines += rec.newlines;
        if (dec->at == block->size && block->data[dec->at - 1] != '\n')
            dec->batch->n_lines++; /* the last line has no line end */
    }
    return true;
}

static void move_row(struct oddi_batch *batch, size_t to, size_t from)
{
    batch->off[to] = batch->off[from];
    batch->record[to] = batch->record[from];
    if (batch->ts)
        batch->ts[to] = batch->ts[from];
    for (size_t c = 0; c < batch->n_columns; c++) {
        struct oddi_column *column = &batch->columns[c];

        switch (column->recipe.type) {
        case ODDI_TYPE_NUMBER:
            column->u.number[to] = column->u.number[from];
            break;
        case ODDI_TYPE_TIME:
            column->u.time[to] = column->u.time[from];
            break;
        case ODDI_TYPE_PROTO:
        case ODDI_TYPE_PORT:
            column->u.code[to] = column->u.code[from];
            break;
        case ODDI_TYPE_ADDR:
            column->u.addr[to] = column->u.addr[from];
            break;
        case ODDI_TYPE_TEXT:
            column->u.span[to] = column->u.span[from];
            break;
        }
    }
}

static int by_record(const void *a, const void *b)
{
    uint32_t x = ((const struct oddi_bad_record *)a)->record;
    uint32_t y = ((const struct oddi_bad_record *)b)->record;

    return (x > y) - (x < y);
}

/* Takes rows whose values failed out of the batch and puts them among the slice's bad ones, in order. `from` and `line`
 * are the slice's first byte and line. False on memory. */
static bool drop_failed(struct decoder *dec, const struct oddi_delim_rows *rows, size_t from, size_t line)
{
    struct oddi_batch *batch = dec->batch;
    const char *data = dec->block->data, *newline;
    bool sorted = batch->n_bad == dec->bad0;
    size_t kept = dec->row0;

    for (size_t r = 0; r < rows->n; r++) {
        size_t row = dec->row0 + r, off = batch->off[row];
        size_t end = rows->pos[(r + 1) * rows->stride - 1];
        struct oddi_bad_record bad = {.record = batch->record[row], .off = (uint32_t)off};

        if (!rows->fail[r]) {
            if (kept != row)
                move_row(batch, kept, row);
            kept++;
            continue;
        }
        for (; (newline = memchr(data + from, '\n', off - from)); line++)
            from = (size_t)(newline - data) + 1;
        bad.line = (uint32_t)line;
        bad.len = (uint32_t)oddi_without_cr(data + off, end - off);
        bad.column = oddi_delim_fail_column(rows->fail[r]);
        bad.reason = oddi_delim_fail_reason(rows->fail[r]);
        if (!oddi_batch_add_bad(batch, &bad))
            return false;
    }
    if (!sorted)
        qsort(batch->bad + dec->bad0, batch->n_bad - dec->bad0, sizeof *batch->bad, by_record);
    batch->n = kept;
    return true;
}

/* The wanted values of the slice's rows. False on memory. */
static bool decode_columns(struct decoder *dec, bool picked, size_t from, size_t line)
{
    struct oddi_batch *batch = dec->batch;
    struct oddi_delim_rows rows = {.data = dec->block->data,
                                   .pos = dec->pos,
                                   .off = batch->off + dec->row0,
                                   .n = batch->n - dec->row0,
                                   .n_columns = (uint32_t)dec->d->schema.n_columns,
                                   .stride = picked ? dec->pick.n_wanted : (uint32_t)dec->d->schema.n_columns,
                                   .slot = picked ? dec->pick.slot : NULL,
                                   .schema = &dec->d->schema,
                                   .zone = dec->d->zone,
                                   .style = &dec->d->style,
                                   .simd = dec->d->simd,
                                   .quotes = dec->quotes,
                                   .fail = dec->pos + POSITIONS};

    if (batch->ts)
        oddi_delim_column(&rows, &dec->d->schema.recipes[ODDI_TS_START], true, batch->ts + dec->row0);
    for (size_t c = 0; c < batch->n_columns; c++) {
        struct oddi_column *column = &batch->columns[c];
        void *out = NULL;

        switch (column->recipe.type) {
        case ODDI_TYPE_NUMBER:
            out = column->u.number + dec->row0;
            break;
        case ODDI_TYPE_TIME:
            out = column->u.time + dec->row0;
            break;
        case ODDI_TYPE_PROTO:
        case ODDI_TYPE_PORT:
            out = column->u.code + dec->row0;
            break;
        case ODDI_TYPE_ADDR:
            out = column->u.addr + dec->row0;
            break;
        case ODDI_TYPE_TEXT:
            out = column->u.span + dec->row0;
            break;
        }
        oddi_delim_column(&rows, &column->recipe, false, out);
    }
    return !rows.n_failed || drop_failed(dec, &rows, from, line);
}

/* Indexes the slice; false if its records must be told apart one by one. Files mostly have quotes in every slice or in
 * none: what the last one had is tried first. */
static bool index_slice(struct decoder *dec, size_t n, struct oddi_delim_index *index)
{
    const struct oddi_delim *d = dec->d;
    const char *data = dec->block->data;
    bool simple = true;

    if (!dec->quotes) {
        d->index(data, dec->at, n, d->delimiter, index);
        if (index->nuls || !index->newlines || d->style.n_tail > 1)
            return false;
        if (!index->quotes || d->style.lines)
            return true;
    }
    simple = d->quoted_index(data, dec->at, n, d->delimiter, index);
    dec->quotes = index->quotes;
    return simple && index->newlines;
}

/* The usual slice with the ends that are wanted, by far the most common of all. False if it is not usual, or on memory;
 * then nothing has changed. */
static bool pick_slice(struct decoder *dec, size_t n)
{
    struct oddi_delim_index index = {.pos = dec->pos};

    return oddi_delim_pick_rows(&dec->pick, dec->block->data, dec->at, n, dec->d->delimiter, &index) &&
           oddi_batch_reserve(dec->batch, dec->row0 + index.newlines) &&
           regular_rows(dec, &index, dec->pick.n_wanted, index.newlines * dec->pick.n_wanted);
}

static bool decode_slice(struct decoder *dec)
{
    struct oddi_delim_index index = {.pos = dec->pos};
    size_t from = dec->at, line = dec->batch->n_lines, columns = dec->d->schema.n_columns;
    size_t n = dec->block->size - from < SLICE ? dec->block->size - from : SLICE, n_used;
    bool simple, ok;

    dec->row0 = dec->batch->n;
    dec->bad0 = dec->batch->n_bad;
    if (dec->picking && !dec->quotes) {
        if (pick_slice(dec, n))
            return decode_columns(dec, true, from, line);
        dec->picking = false; /* a block with one unusual slice mostly has more */
    }
    simple = index_slice(dec, n, &index);
    /* Newlines are counted in quotes too where that matters, so this is never too little. */
    if (!oddi_batch_reserve(dec->batch, dec->row0 + index.newlines + 1))
        return false;
    if (!simple) {
        ok = exact_rows(dec, from + n);
    } else {
        for (n_used = index.n; dec->block->data[index.pos[n_used - 1]] != '\n';)
            n_used--;
        ok = regular_rows(dec, &index, columns, n_used) || counted_rows(dec, &index, n_used);
    }
    return ok && decode_columns(dec, false, from, line);
}

/* The ends that a recipe looks at: of its fields and of those before them. (That of column 63 falls out; as the last of its
 * row it is wanted anyway.) */
static uint64_t wanted_ends(const struct oddi_recipe *recipe)
{
    uint64_t wanted = 0;

    if (recipe->how != ODDI_ABSENT)
        wanted |= UINT64_C(3) << recipe->a >> 1;
    if (recipe->how == ODDI_ABSENT || recipe->how == ODDI_COLUMN)
        return wanted;
    return wanted | UINT64_C(3) << recipe->b >> 1;
}

/* Few wanted columns are worth picking, in blocks that are longer than the tables that this takes. */
static void prepare_pick(struct decoder *dec)
{
    const struct oddi_schema *schema = &dec->d->schema;
    uint64_t wanted = 0;

    if (!oddi_delim_pick_available(dec->d->simd) || dec->d->style.n_tail > 1 || schema->n_columns < 2 ||
        schema->n_columns > ODDI_PICK_COLUMNS || dec->block->size < PICKED)
        return;
    if (dec->batch->ts)
        wanted = wanted_ends(&schema->recipes[ODDI_TS_START]);
    for (size_t c = 0; c < dec->batch->n_columns; c++)
        wanted |= wanted_ends(&dec->batch->columns[c].recipe);
    oddi_delim_pick_init(&dec->pick, (unsigned)schema->n_columns, wanted);
    dec->picking = dec->pick.n_wanted * 2 <= schema->n_columns;
}

enum odd_status oddi_delim_decode(const struct oddi_delim *d, const struct oddi_block *block,
                                  struct oddi_batch *batch, struct odd_error *err)
{
    struct decoder dec = {.d = d, .block = block, .batch = batch, .mask = UINT64_MAX};
    char head[8] = {0}, mask[8] = {0};

    oddi_batch_reset(batch);
    if (!oddi_grow(&batch->scratch, &batch->scratch_capacity, SCRATCH, sizeof *batch->scratch))
        return oddi_fail_memory(err);
    dec.pos = batch->scratch;
    for (size_t i = 0; i < sizeof head && i < d->header_size; i++) {
        head[i] = d->header[i];
        mask[i] = (char)0xff;
    }
    if (d->style.comment) {
        memset(head, 0, sizeof head);
        memset(mask, 0, sizeof mask);
        head[0] = d->style.comment;
        mask[0] = (char)0xff;
    }
    prepare_pick(&dec);
    dec.head = oddi_load8(head);
    dec.mask = oddi_load8(mask);
    while (dec.at < block->size)
        if (!decode_slice(&dec))
            return oddi_fail_memory(err);
    return ODD_OK;
}
