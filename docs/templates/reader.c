#include "read/reader.h"

#include <math.h>
#include <string.h>

#include "base/num.h"

/* The format: a first line "#template", then one whole number, the bytes of a flow, a line. */
static const char magic[] = "#template\n";
#define MAGIC_SIZE (sizeof magic - 1)

struct state {
    struct oddi_schema schema;
};

static int sniff(const char *head, size_t n, bool eof)
{
    (void)eof;
    return n >= MAGIC_SIZE && memcmp(head, magic, MAGIC_SIZE) == 0 ? 100 : 0;
}

static enum odd_status open(void *state, const char *head, size_t n, bool eof,
                            const struct oddi_reader_options *options, size_t *used, size_t *lines,
                            struct odd_error *err)
{
    static const char *const names[] = {"bytes"};
    static const size_t lengths[] = {5};
    struct state *s = state;

    if (n < MAGIC_SIZE && !eof)
        return ODD_AGAIN;
    if (!sniff(head, n, eof))
        return oddi_fail(err, ODD_ERR_FORMAT, "does not begin with #template");
    *used = MAGIC_SIZE;
    *lines = 1;
    return oddi_schema_init(&s->schema, names, lengths, 1, options->maps, options->n_maps, err);
}

static const struct oddi_schema *schema(const void *state)
{
    return &((const struct state *)state)->schema;
}

static const char *header(const void *state, size_t *n, char *delimiter)
{
    (void)state;
    *n = 5;
    *delimiter = ',';
    return "bytes";
}

static enum odd_status split(void *state, const char *data, size_t n, bool eof, size_t *end,
                             struct odd_error *err)
{
    const char *last = n ? memrchr(data, '\n', n) : NULL;

    (void)state;
    (void)err;
    *end = eof ? n : last ? (size_t)(last - data) + 1 : 0;
    return *end || eof ? ODD_OK : ODD_AGAIN;
}

static enum odd_status measure(const void *state, const char *data, size_t n, bool eof, size_t *size)
{
    const char *end = memchr(data, '\n', n);

    (void)state;
    *size = end ? (size_t)(end - data) : n;
    return end || eof ? ODD_OK : ODD_AGAIN;
}

static size_t resync(const void *state, const char *data, size_t n)
{
    const char *next = n ? memchr(data, '\n', n) : NULL;

    (void)state;
    return next ? (size_t)(next - data) + 1 : 0;
}

/* One line into row batch->n, or into the bad records. False on memory. */
static bool decode_line(struct oddi_batch *batch, const char *data, size_t start, size_t size)
{
    uint64_t bytes;

    if (!oddi_parse_u64(data + start, size, &bytes)) {
        struct oddi_bad_record bad = {
            .record = (uint32_t)batch->n_records,
            .line = (uint32_t)batch->n_lines,
            .off = (uint32_t)start,
            .len = (uint32_t)size,
            .reason = ODDI_BAD_VALUE,
        };
        return oddi_batch_add_bad(batch, &bad);
    }
    if (!oddi_batch_reserve(batch, batch->n + 1))
        return false;
    for (size_t c = 0; c < batch->n_columns; c++)
        if (batch->columns[c].recipe.type == ODDI_TYPE_NUMBER)
            batch->columns[c].u.number[batch->n] =
                batch->columns[c].recipe.how == ODDI_COLUMN ? (double)bytes : NAN;
    if (batch->ts)
        batch->ts[batch->n] = ODDI_NO_TIME;
    batch->record[batch->n] = (uint32_t)batch->n_records;
    batch->off[batch->n] = (uint32_t)start;
    batch->n++;
    return true;
}

static enum odd_status decode(const void *state, const struct oddi_block *block, struct oddi_batch *batch,
                              struct odd_error *err)
{
    (void)state;
    for (size_t at = 0; at < block->size;) {
        const char *end = memchr(block->data + at, '\n', block->size - at);
        size_t size = end ? (size_t)(end - block->data) - at : block->size - at;
        if (!decode_line(batch, block->data, at, size))
            return oddi_fail_memory(err);
        batch->n_records++;
        batch->n_lines++;
        at += size + 1;
    }
    return ODD_OK;
}

static void close(void *state)
{
    oddi_schema_clear(&((struct state *)state)->schema);
}

extern const struct oddi_reader oddi_reader_template;
const struct oddi_reader oddi_reader_template = {
    .name = "template",
    .summary = "one number of bytes a line, after a first line #template",
    .extensions = "template",
    .state_size = sizeof(struct state),
    .sniff = sniff,
    .open = open,
    .schema = schema,
    .header = header,
    .split = split,
    .measure = measure,
    .resync = resync,
    .decode = decode,
    .close = close,
};
