/*
 * The rows of open windows.
 *
 * A held row costs 8 bytes beside its features: its record number and byte offset are kept as 31-bit and 32-bit differences
 * from their chunk's first row. Chunks come from big slabs and are recycled, so that memory follows the number of rows held
 * and never the length of the input.
 */
#ifndef ODDFLOW_WINDOW_ROWS_H
#define ODDFLOW_WINDOW_ROWS_H

#include "base/error.h"

/* Rows of one source, in record order. Row i has features feature(j)[i] for j < d. */
struct oddi_chunk {
    struct oddi_chunk *next;
    uint32_t n, capacity;
    uint64_t record, offset; /* of its first row */
    uint32_t class;
    /* then: double features[d][capacity]; uint32_t record_delta[capacity]; uint32_t offset_delta[capacity] */
};

/* In a record_delta: the record is counted in another window. */
#define ODDI_ROW_AGAIN (UINT32_C(1) << 31)

struct oddi_chunk_pool {
    size_t d;
    struct oddi_chunk *free[5];
    char *slab; /* the one being carved; slabs are chained through their first pointer */
    size_t slab_used, slab_size;
    size_t bytes; /* of all slabs */
};

void oddi_chunk_pool_init(struct oddi_chunk_pool *p, size_t d);
void oddi_chunk_pool_clear(struct oddi_chunk_pool *p);
/* A chunk of the class after `previous` (NULL: the smallest), empty; NULL for want of memory. */
struct oddi_chunk *oddi_chunk_new(struct oddi_chunk_pool *p, const struct oddi_chunk *previous);
void oddi_chunk_recycle(struct oddi_chunk_pool *p, struct oddi_chunk *list);

static inline double *oddi_chunk_feature(struct oddi_chunk *c, size_t j)
{
    return (double *)(c + 1) + j * c->capacity;
}
static inline uint32_t *oddi_chunk_records(struct oddi_chunk *c, size_t d)
{
    return (uint32_t *)((double *)(c + 1) + d * c->capacity);
}
static inline uint32_t *oddi_chunk_offsets(struct oddi_chunk *c, size_t d)
{
    return oddi_chunk_records(c, d) + c->capacity;
}

static inline uint64_t oddi_chunk_record(struct oddi_chunk *c, size_t d, size_t i)
{
    return c->record + (oddi_chunk_records(c, d)[i] & ~ODDI_ROW_AGAIN);
}
static inline bool oddi_chunk_again(struct oddi_chunk *c, size_t d, size_t i)
{
    return oddi_chunk_records(c, d)[i] & ODDI_ROW_AGAIN;
}

/* Rows [from, to) of a decoded batch, as the store takes them. */
struct oddi_rows {
    const double *const *feature; /* d columns */
    const uint32_t *record, *offset;
    uint64_t record_base, offset_base;
    bool again; /* their records are counted in another window */
};

/* The rows of one source in one window. */
struct oddi_strand {
    struct oddi_strand *next;
    uint32_t source;
    struct oddi_chunk *head, *tail;
    void **blocks; /* blocks of the source that hold the text of these rows, where it cannot be read again */
    size_t n_blocks, cap_blocks;
};

/* Appends rows [from, to). False for want of memory (some may have been appended). */
bool oddi_strand_append(struct oddi_strand *s, struct oddi_chunk_pool *p, const struct oddi_rows *rows,
                        size_t from, size_t to);

#endif
