/*
 * The contract of a reader: bytes of one format -> batches of flows.
 *
 * Life: sniff (any thread, no state) -> open once with the head of the stream -> for each block: split, in order and on
 * one thread, then decode, on any thread and in any order -> close. A reader is pure: no files, clock or globals.
 * Adding one: docs/adding-a-reader.md.
 */
#ifndef ODDFLOW_READ_READER_H
#define ODDFLOW_READ_READER_H

#include "flow/batch.h"
#include "flow/time.h"

#define ODDI_MAX_RECORD (1u << 20) /* bytes; a longer record is bad */

enum {
    ODDI_READER_SERIAL = 1, /* state between records: blocks are decoded in order, one at a time */
    ODDI_READER_LABELS = 2, /* may carry ground truth */
};

/* What a reader may be told. All pointers outlive the reader. */
struct oddi_reader_options {
    const struct oddi_zone *zone; /* of zoneless times; NULL = UTC */
    const char *const *maps;      /* "field=Column" texts */
    size_t n_maps;
    bool portable; /* use no SIMD beyond the baseline (tests) */
};

struct oddi_reader {
    const char *name, *summary, *extensions;
    unsigned caps;
    const struct odd_param *params;
    size_t n_params;
    size_t state_size;

    /* Confidence 0..100 that `head` (the first n bytes, n <= 64 KiB, whole input if eof) is of this format. */
    int (*sniff)(const char *head, size_t n, bool eof);

    /* Reads the header. `head` holds the first n bytes (all of the input if eof). *used = bytes of the header, records
     * start there; *lines = header lines. ODD_AGAIN if n is too small to tell (never when eof or n >= 2 *
     * ODDI_MAX_RECORD). */
    enum odd_status (*open)(void *state, const char *head, size_t n, bool eof,
                            const struct oddi_reader_options *options, size_t *used, size_t *lines,
                            struct odd_error *err);

    const struct oddi_schema *(*schema)(const void *state);
    /* For text formats with a header line: its bytes without line end (csv output repeats it), and the delimiter. NULL
     * if there is none. */
    const char *(*header)(const void *state, size_t *n, char *delimiter);

    /* Where the last whole record of [data, data + n) ends; ODDI_BLOCK_PADDING more bytes are readable. ODD_AGAIN if
     * not one record is whole (never when eof; when n > ODDI_MAX_RECORD it means that the first is longer than that).
     * ODD_ERR_FORMAT with a sentence: what begins at data[0] says that the rest cannot be read as what came before (a
     * log whose columns change); input ends there. */
    enum odd_status (*split)(void *state, const char *data, size_t n, bool eof, size_t *end,
                             struct odd_error *err);
    /* The first record of [data, data + n), which starts at data[0]: *size = its bytes without line end. ODD_AGAIN if
     * it is not whole (never when eof or n > ODDI_MAX_RECORD). */
    enum odd_status (*measure)(const void *state, const char *data, size_t n, bool eof, size_t *size);
    /* Within a record longer than ODDI_MAX_RECORD: offset just behind its end; 0 if that is not here. */
    size_t (*resync)(const void *state, const char *data, size_t n);

    /* All records of `block` into the empty `batch`, whose columns say what is wanted. Fails only for want of memory. */
    enum odd_status (*decode)(const void *state, const struct oddi_block *block, struct oddi_batch *batch,
                              struct odd_error *err);
    void (*close)(void *state);
};

/* reader_table.c: all readers, sorted by name; NULL past the end. */
const struct oddi_reader *oddi_reader_at(size_t i);
const struct oddi_reader *oddi_reader_find(const char *name);
/* The most confident reader (ties: first in the table), or NULL if none is above 0. */
const struct oddi_reader *oddi_reader_sniff(const char *head, size_t n, bool eof);

#endif
