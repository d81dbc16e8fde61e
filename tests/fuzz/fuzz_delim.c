/*
 * The delimited-text engine: however a text is cut into blocks, and at every SIMD level, its records are the same and
 * lie within their blocks. Input: one byte for the size of blocks, then the text below the header "a,b,c".
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "read/wire/delim.h"

#define COLUMNS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void insist(bool ok)
{
    if (!ok)
        abort();
}

/* A record as it must come out of every way of reading. */
struct record {
    uint64_t off, line;
    uint32_t len, reason; /* of a bad one; good: len 0 and reason ODDI_N_BAD_REASONS */
    uint32_t span[COLUMNS][2];
};

struct records {
    struct record *r;
    size_t n, capacity, lines;
};

static void add(struct records *all, const struct record *r)
{
    if (all->n == all->capacity) {
        all->capacity = all->capacity ? 2 * all->capacity : 64;
        all->r = realloc(all->r, all->capacity * sizeof *all->r);
        insist(all->r != NULL);
    }
    all->r[all->n++] = *r;
}

static void collect(struct records *all, const struct oddi_batch *b, const struct oddi_block *block)
{
    size_t good = 0, bad = 0;

    insist(b->n + b->n_bad == b->n_records);
    for (size_t i = 0; i < b->n_records; i++) {
        struct record r = {.reason = ODDI_N_BAD_REASONS};

        if (bad < b->n_bad && b->bad[bad].record == i) {
            const struct oddi_bad_record *x = &b->bad[bad++];

            r.off = x->off;
            r.len = x->len;
            r.line = all->lines + x->line;
            r.reason = x->reason;
        } else {
            insist(good < b->n && b->record[good] == i);
            r.off = b->off[good];
            for (int k = 0; k < COLUMNS; k++) {
                struct oddi_span s = b->columns[k].u.span[good];

                insist(s.len == UINT32_MAX || (s.off >= r.off && (size_t)s.off + s.len <= block->size));
                r.span[k][0] = s.len == UINT32_MAX ? 0 : (uint32_t)(s.off - r.off);
                r.span[k][1] = s.len;
            }
            good++;
        }
        insist(r.off + r.len <= block->size);
        r.off += block->offset;
        add(all, &r);
    }
    all->lines += b->n_lines;
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

static void read_cut(const struct oddi_delim *d, const char *text, size_t n, size_t step,
                     struct oddi_batch *batch, struct records *all)
{
    all->n = all->lines = 0;
    for (size_t at = 0, want = step; at < n;) {
        size_t take = n - at < want ? n - at : want, end;
        struct oddi_block block = {.offset = at};
        enum odd_status status;
        char *copy;

        copy = padded(text + at, take, ',');
        status = oddi_delim_split(d, copy, take, at + take == n, &end);
        free(copy);
        if (status == ODD_AGAIN) {
            insist(at + take < n);
            want *= 2;
            continue;
        }
        insist(end > 0 && end <= take);
        copy = padded(text + at, end, ',');
        block.data = copy;
        block.size = end;
        insist(oddi_delim_decode(d, &block, batch, NULL) == ODD_OK);
        collect(all, batch, &block);
        free(copy);
        at += end;
        want = step;
    }
}

static bool same(const struct records *a, const struct records *b)
{
    return a->n == b->n && a->lines == b->lines && (!a->n || !memcmp(a->r, b->r, a->n * sizeof *a->r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oddi_recipe recipes[COLUMNS];
    struct records whole = {0}, cut = {0};
    struct oddi_batch batch;
    struct oddi_delim d;
    size_t used, lines, step;

    if (size < 1 || size > 300000)
        return 0;
    step = 1 + (size_t)data[0] * data[0];
    for (uint32_t k = 0; k < COLUMNS; k++)
        recipes[k] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_TEXT, k, k, 1, 1};
    insist(oddi_delim_open(&d, "a,b,c\n", 6, true, ',', NULL, &used, &lines, NULL) == ODD_OK);
    insist(oddi_batch_init(&batch, recipes, COLUMNS, false, NULL) == ODD_OK);
    read_cut(&d, (const char *)data + 1, size - 1, size, &batch, &whole);
    for (int level = 0; level < ODDI_N_SIMD; level++)
        if (oddi_delim_force(&d, (enum oddi_simd)level)) {
            read_cut(&d, (const char *)data + 1, size - 1, step, &batch, &cut);
            insist(same(&whole, &cut));
        }
    oddi_batch_clear(&batch);
    oddi_delim_clear(&d);
    free(whole.r);
    free(cut.r);
    return 0;
}
