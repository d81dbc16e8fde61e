/* What the files that implement source.h share. */
#ifndef ODDFLOW_READ_SOURCE_STATE_H
#define ODDFLOW_READ_SOURCE_STATE_H

#include <pthread.h>

#include "read/source.h"

/* A block with the memory that it lies in. */
struct oddi_source_buffer {
    struct oddi_source_block pub; /* first, so that a pointer to one is a pointer to the other */
    char *data;                   /* capacity bytes and ODDI_BLOCK_PADDING more */
    size_t capacity;
    bool small; /* freed when it comes back */
};

struct oddi_source {
    struct oddi_input *in;
    const struct oddi_reader *reader;
    void *state; /* the reader's */
    size_t block_size, header_lines;

    struct oddi_source_buffer *ahead; /* the next block: its first n_ahead bytes are read */
    size_t n_ahead;
    uint64_t offset; /* of ahead->data[0] */
    bool eof;
    bool started;                      /* a block was handed out */
    bool drained;                      /* the end was told: buffers that come back are freed */
    struct oddi_source_buffer *unused; /* linked by pub.next */

    bool seekable;
    /* Blocks handed out, by offset; kept only where texts are found in them. `lock` guards them against oddi_source_text,
     * which other threads may call. */
    pthread_mutex_t lock;
    struct oddi_source_buffer **live;
    size_t n_live, live_capacity;
};

/* The live block that holds the byte at `offset`; NULL if none does. */
const struct oddi_source_buffer *oddi_source_find_live(const struct oddi_source *src, uint64_t offset);

#endif
