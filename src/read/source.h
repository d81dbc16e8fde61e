/*
 * A source: an input, the reader that takes it, and its blocks in order.
 *
 * oddi_source_next and _open, _close, _retain, _release belong to one thread. oddi_source_decode and _text may be called
 * from any thread meanwhile.
 */
#ifndef ODDFLOW_READ_SOURCE_H
#define ODDFLOW_READ_SOURCE_H

#include "base/input.h"
#include "read/reader.h"

struct oddi_source;

#define ODDI_SNIFF_LINES 32 /* more than any reader looks at to tell its format */

/* Opens the input, reads its head, finds (format NULL or "auto") or takes the reader and lets it read the header. An
 * empty input is ODD_ERR_NO_DATA "is empty"; an unknown format is ODD_ERR_FORMAT with what was seen and what is known. Of a
 * pipe it waits for 64 KiB, the end, or ODDI_SNIFF_LINES lines and no more at hand.
 * block_size: bytes a block aims at (>= 4096). Takes over `in` (closed on failure too). */
enum odd_status oddi_source_open(struct oddi_input *in, const char *format, size_t block_size,
                                 const struct oddi_reader_options *options, struct oddi_source **out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_source_close(struct oddi_source *src); /* NULL is allowed */

const char *oddi_source_name(const struct oddi_source *src);
const struct oddi_reader *oddi_source_reader(const struct oddi_source *src);
const struct oddi_schema *oddi_source_schema(const struct oddi_source *src);
const char *oddi_source_header(const struct oddi_source *src, size_t *n, char *delimiter);
size_t oddi_source_header_lines(const struct oddi_source *src);
void oddi_source_progress(const struct oddi_source *src, uint64_t *done, uint64_t *total);

/* A block with its buffer. Blocks are handed out with one reference and recycled at the last release. A block whose
 * too_long is set stands for ONE bad record longer than ODDI_MAX_RECORD (skipped is its length in bytes, data its first
 * bytes): it is not decoded, counts one record and `lines` lines. */
struct oddi_source_block {
    struct oddi_block block;
    bool too_long;
    uint64_t skipped;
    size_t lines;
    struct oddi_source_block *next; /* the source's */
    unsigned refs;                  /* the source's */
};

/* The whole records among the first bytes, before the first block is asked for; the same whatever the block size and
 * however slowly a pipe is written. Empty if the first record is longer than what is looked at. Valid until the next
 * call. */
enum odd_status oddi_source_look(struct oddi_source *src, struct oddi_block *out,
                                 struct odd_error *err) ODD_MUST_CHECK;
/* The next block; ODD_END after the last. What a pipe has written so far is a block, however small, when more would have
 * to be waited for. */
enum odd_status oddi_source_next(struct oddi_source *src, struct oddi_source_block **out,
                                 struct odd_error *err) ODD_MUST_CHECK;
/* True while whoever writes the pipe is waited for. */
bool oddi_source_waits(const struct oddi_source *src);
void oddi_source_retain(struct oddi_source *src, struct oddi_source_block *block);
void oddi_source_release(struct oddi_source *src, struct oddi_source_block *block);

/* Empties the batch, then decodes all records of the block into it. */
enum odd_status oddi_source_decode(const struct oddi_source *src, const struct oddi_block *block,
                                   struct oddi_batch *batch, struct odd_error *err) ODD_MUST_CHECK;

/* True where a row's text is read again by offset; else the block that holds it must be retained until then. */
bool oddi_source_seekable(const struct oddi_source *src);
/* The record that starts at `offset`, without its line end, as a block (padding included). `cache` is the caller's (one
 * per thread; zero-initialise) and makes reading neighbouring rows cheap: it reads ahead more the nearer the rows are.
 * The block is valid until the next call with that cache, and of an input that is not seekable as long as its own block
 * is retained. */
struct oddi_text_cache {
    char *data;
    size_t size, capacity;
    uint64_t offset; /* of data[0] */
    size_t window;   /* bytes to read next time */
    bool eof;        /* the input ends where the cache ends */
    const struct oddi_source *source;
};
enum odd_status oddi_source_text(const struct oddi_source *src, uint64_t offset,
                                 struct oddi_text_cache *cache, struct oddi_block *out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_text_cache_clear(struct oddi_text_cache *cache);

#endif
