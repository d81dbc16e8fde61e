/*
 * A batch: the records of one block as columns, each row with its place in the block.
 *
 * Filled by a reader's decode, on any thread; reused for block after block.
 */
#ifndef ODDFLOW_FLOW_BATCH_H
#define ODDFLOW_FLOW_BATCH_H

#include "base/error.h"
#include "flow/addr.h"
#include "flow/schema.h"

/* Bytes of some whole records. `data` has ODDI_BLOCK_PADDING readable bytes after `size`. */
#define ODDI_BLOCK_PADDING 64
struct oddi_block {
    const char *data;
    size_t size;
    uint64_t offset; /* of data[0] in the uncompressed source */
};

struct oddi_span {
    uint32_t off, len; /* in the block; len == UINT32_MAX: missing */
};

/* One decoded column; the member follows from recipe.type. Missing: NaN, ODDI_NO_TIME, kind NONE, UINT32_MAX. */
struct oddi_column {
    struct oddi_recipe recipe;
    union {
        double *number;         /* NUMBER */
        int64_t *time;          /* TIME */
        uint32_t *code;         /* PROTO, PORT */
        struct oddi_addr *addr; /* ADDR */
        struct oddi_span *span; /* TEXT */
        void *any;
    } u;
};

enum oddi_bad_reason {
    ODDI_BAD_COLUMNS,      /* too few or too many columns */
    ODDI_BAD_VALUE,        /* a wanted field does not parse */
    ODDI_BAD_TIME,         /* no or an impossible start time */
    ODDI_BAD_QUOTE,        /* a quoted field that does not end, or text after its closing quote */
    ODDI_BAD_NUL,          /* a NUL byte in the line */
    ODDI_BAD_HEADER_AGAIN, /* the header line repeated among the data */
    ODDI_BAD_TOO_LONG,     /* longer than ODDI_MAX_RECORD */
    ODDI_N_BAD_REASONS
};

struct oddi_bad_record {
    uint32_t record; /* index within the block, good and bad counted together */
    uint32_t line;   /* 0-based line within the block */
    uint32_t off, len;
    uint32_t column; /* column at fault, UINT32_MAX if none */
    uint32_t found;  /* COLUMNS: how many there were */
    enum oddi_bad_reason reason;
};

struct oddi_batch {
    size_t n, capacity; /* good rows */
    int64_t *ts;        /* start time per row; NULL when the plan has none (no-window) */
    uint32_t *record;   /* index within the block */
    uint32_t *off;      /* byte offset of the row within the block */
    struct oddi_column *columns;
    size_t n_columns;
    size_t n_records; /* good and bad */
    size_t n_lines;   /* newlines in the block (a last line without one counts) */
    struct oddi_bad_record *bad;
    size_t n_bad, bad_capacity;
    uint32_t *scratch; /* the reader's, for positions */
    size_t scratch_capacity;
};

/* Columns for `recipes` (n of them); has_ts says whether `ts` is wanted. */
enum odd_status oddi_batch_init(struct oddi_batch *b, const struct oddi_recipe *recipes, size_t n,
                                bool has_ts, struct odd_error *err) ODD_MUST_CHECK;
void oddi_batch_clear(struct oddi_batch *b);
/* Empties it for the next block, memory kept. */
void oddi_batch_reset(struct oddi_batch *b);
/* Room for `rows` rows in every column. False on memory. */
bool oddi_batch_reserve(struct oddi_batch *b, size_t rows);
bool oddi_batch_add_bad(struct oddi_batch *b, const struct oddi_bad_record *bad);
/* The sentence for a reason, e.g. "has 14 columns, not 15", "'12a' is not a number". `text` is the block's data. */
void oddi_bad_sentence(const struct oddi_bad_record *bad, const struct oddi_schema *schema, const char *text,
                       char *out, size_t out_size);

#endif
