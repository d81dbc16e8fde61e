/*
 * Any bytes as a file: sniffed or by a named reader, opened, split and decoded in every column and as every type of value;
 * what comes out lies within the blocks. Input: one byte that picks the reader, one for the size of blocks, then the file.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "read/reader.h"

#define MAX_RECIPES 128

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool ok)
{
    if (!ok)
        abort();
}

/* Every field that the file has, and its first columns as every type. */
static size_t choose(const struct oddi_schema *schema, struct oddi_recipe recipes[MAX_RECIPES])
{
    size_t n = 0;

    for (int f = 0; f < ODDI_N_FIELDS; f++)
        recipes[n++] = schema->recipes[f];
    for (uint32_t k = 0; k < schema->n_columns && k < 12; k++)
        for (int type = ODDI_TYPE_TIME; type <= ODDI_TYPE_TEXT; type++)
            recipes[n++] = (struct oddi_recipe){ODDI_COLUMN, (enum oddi_type)type, k, k, 1, 1};
    return n;
}

static void check_rows(const struct oddi_reader *reader, const void *state, const struct oddi_block *block,
                       const struct oddi_batch *b)
{
    insist(b->n + b->n_bad == b->n_records);
    insist(b->n_records <= block->size && b->n_lines <= block->size);
    for (size_t i = 0; i < b->n; i++) {
        size_t length;

        insist(b->off[i] < block->size && b->record[i] < b->n_records);
        insist(i == 0 || (b->off[i] > b->off[i - 1] && b->record[i] > b->record[i - 1]));
        insist(reader->measure(state, block->data + b->off[i], block->size - b->off[i], true, &length) ==
               ODD_OK);
        insist(length > 0 && length <= block->size - b->off[i]);
        for (size_t c = 0; c < b->n_columns; c++) {
            struct oddi_span s;

            if (b->columns[c].recipe.type == ODDI_TYPE_NUMBER)
                insist(isnan(b->columns[c].u.number[i]) || isfinite(b->columns[c].u.number[i]));
            if (b->columns[c].recipe.type != ODDI_TYPE_TEXT)
                continue;
            s = b->columns[c].u.span[i];
            insist(s.len == UINT32_MAX || (s.off >= b->off[i] && s.off + s.len <= b->off[i] + length));
        }
    }
    for (size_t i = 0; i < b->n_bad; i++) {
        insist((size_t)b->bad[i].off + b->bad[i].len <= block->size && b->bad[i].len > 0);
        insist(b->bad[i].reason < ODDI_N_BAD_REASONS && b->bad[i].line < b->n_lines);
        insist(i == 0 || b->bad[i].record > b->bad[i - 1].record);
    }
}

/* A copy of just that size, so that the sanitizer sees what is read beyond its padding. */
static char *padded(const char *text, size_t n, char padding)
{
    char *copy = malloc(n + ODDI_BLOCK_PADDING);

    insist(copy != NULL);
    memcpy(copy, text, n);
    memset(copy + n, padding, ODDI_BLOCK_PADDING);
    return copy;
}

static void read_blocks(const struct oddi_reader *reader, void *state, const char *data, size_t n,
                        size_t step)
{
    const struct oddi_schema *schema = reader->schema(state);
    struct oddi_recipe recipes[MAX_RECIPES];
    size_t n_recipes = choose(schema, recipes);
    struct oddi_batch batch, plain;
    char sentence[512];

    insist(oddi_batch_init(&batch, recipes, n_recipes, false, NULL) == ODD_OK);
    insist(oddi_batch_init(&plain, recipes, ODDI_N_FIELDS, true, NULL) == ODD_OK);
    for (size_t at = 0, want = step; at < n;) {
        size_t take = n - at < want ? n - at : want, end;
        struct oddi_block block = {.offset = at};
        struct odd_error err = ODD_ERROR_INIT;
        enum odd_status status;
        char *copy;

        copy = padded(data + at, take, 0);
        status = reader->split(state, copy, take, at + take == n, &end, &err);
        free(copy);
        if (status == ODD_AGAIN) {
            insist(at + take < n);
            want *= 2;
            continue;
        }
        if (status != ODD_OK) {
            insist(status == ODD_ERR_FORMAT && err.message[0]);
            break;
        }
        insist(end > 0 && end <= take);
        copy = padded(data + at, end, 0);
        block.data = copy;
        block.size = end;
        oddi_batch_reset(&batch);
        insist(reader->decode(state, &block, &batch, NULL) == ODD_OK);
        check_rows(reader, state, &block, &batch);
        oddi_batch_reset(&plain);
        insist(reader->decode(state, &block, &plain, NULL) == ODD_OK);
        check_rows(reader, state, &block, &plain);
        for (size_t i = 0; i < plain.n_bad; i++)
            oddi_bad_sentence(&plain.bad[i], schema, copy, sentence, sizeof sentence);
        free(copy);
        at += end;
        want = step;
    }
    oddi_batch_clear(&batch);
    oddi_batch_clear(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct oddi_reader *reader;
    struct oddi_reader_options options = {0};
    struct odd_error err = ODD_ERROR_INIT;
    size_t used, lines, n, name_size;
    const char *text = (const char *)data + 2, *name;
    char delimiter;
    void *state;

    if (size < 2 || size > 100000)
        return 0;
    n = size - 2;
    reader = oddi_reader_at(data[0] % 8);
    if (!reader)
        reader = oddi_reader_sniff(text, n, true);
    if (!reader)
        return 0;
    options.portable = data[0] & 0x80;
    state = calloc(1, reader->state_size);
    insist(state != NULL);
    if (reader->open(state, text, n, true, &options, &used, &lines, &err) == ODD_OK) {
        insist(used <= n && lines <= n);
        name = reader->header(state, &name_size, &delimiter);
        insist(!name || name_size <= n);
        read_blocks(reader, state, text + used, n - used, 1 + (size_t)data[1] * 16);
        reader->close(state);
    } else {
        insist(err.status != ODD_OK && err.status != ODD_AGAIN && err.message[0]);
    }
    free(state);
    return 0;
}
