#include "read/source.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/param.h"
#include "read/source_state.h"

#define HEAD_SIZE   ((size_t)64 << 10) /* what the readers sniff, whatever the block size */
#define SAMPLE_SIZE ((size_t)1024)     /* of a record that is too long */
#define MAX_FORMATS 32
#define PATIENCE                                                                                             \
    ((size_t)8 << 10) /* the rest of a record longer than this is not looked for at each read of a pipe */

/* ---- buffers ---------------------------------------------------------------------------------------------------- */

static void free_buffer(struct oddi_source_buffer *b)
{
    if (b)
        free(b->data);
    free(b);
}

/* Moves to memory for at least `capacity` bytes; the first n are kept. */
static bool widen_buffer(struct oddi_source_buffer *b, size_t capacity, size_t n)
{
    char *data;

    if (capacity <= b->capacity)
        return true;
    data = oddi_malloc_big(capacity + ODDI_BLOCK_PADDING);
    if (!data)
        return false;
    if (n)
        memcpy(data, b->data, n);
    free(b->data);
    b->data = data;
    b->capacity = capacity;
    return true;
}

/* A buffer for a small block, which does not come back into use. */
static struct oddi_source_buffer *small_buffer(size_t capacity)
{
    struct oddi_source_buffer *b = calloc(1, sizeof *b);

    if (b && widen_buffer(b, capacity, 0)) {
        b->small = true;
        return b;
    }
    free_buffer(b);
    return NULL;
}

/* A buffer of at least `capacity` bytes, used before if there is one; NULL on memory. */
static struct oddi_source_buffer *take_buffer(struct oddi_source *src, size_t capacity)
{
    struct oddi_source_buffer *b = src->unused;

    if (b)
        src->unused = (struct oddi_source_buffer *)b->pub.next;
    else
        b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    memset(&b->pub, 0, sizeof b->pub);
    if (widen_buffer(b, capacity, 0))
        return b;
    free_buffer(b);
    return NULL;
}

static void give_buffer(struct oddi_source *src, struct oddi_source_buffer *b)
{
    if (src->drained || b->small) {
        free_buffer(b);
        return;
    }
    b->pub.next = (struct oddi_source_block *)src->unused;
    src->unused = b;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

/* Reads until n_ahead is `want` or input ends; from a pipe, once there are `enough` bytes, no more than is at hand. */
static enum odd_status fill(struct oddi_source *src, size_t want, size_t enough, struct odd_error *err)
{
    if (!widen_buffer(src->ahead, want, src->n_ahead))
        return oddi_fail_memory(err);
    while (!src->eof && src->n_ahead < want) {
        size_t got;

        if (src->n_ahead >= enough && oddi_input_waits(src->in))
            break;
        ODDI_TRY(oddi_input_read(src->in, src->ahead->data + src->n_ahead, want - src->n_ahead, &got, err));
        src->n_ahead += got;
        src->eof = got == 0;
    }
    memset(src->ahead->data + src->n_ahead, 0, ODDI_BLOCK_PADDING);
    return ODD_OK;
}

/* Lines from the first that is not blank on. */
static size_t count_lines(const char *s, size_t n)
{
    size_t at = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0, lines = 0;

    while (at < n && (s[at] == '\r' || s[at] == '\n'))
        at++;
    for (const char *newline; (newline = memchr(s + at, '\n', n - at)); lines++)
        at = (size_t)(newline - s) + 1;
    return lines;
}

/* Reads what the readers sniff. */
static enum odd_status fill_head(struct oddi_source *src, struct odd_error *err)
{
    size_t enough = 1;

    do {
        ODDI_TRY(fill(src, HEAD_SIZE, enough, err));
        enough = src->n_ahead + 1;
    } while (!src->eof && src->n_ahead < HEAD_SIZE &&
             count_lines(src->ahead->data, src->n_ahead) < ODDI_SNIFF_LINES);
    return ODD_OK;
}

static bool is_blank_text(const char *s, size_t n)
{
    size_t at = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0;

    while (at < n && strchr(" \t\r\n", s[at]) && s[at])
        at++;
    return at == n;
}

/* The start of the input in quotes, for a message. */
static void describe_head(const char *head, size_t n, char out[64])
{
    size_t i = 0;

    for (; i < n && i < 40 && head[i] != '\n'; i++)
        out[i] = head[i] >= ' ' && head[i] < 127 ? head[i] : '?';
    snprintf(out + i, 64 - i, "%s", i < n ? "..." : "");
}

static enum odd_status unknown_format(const struct oddi_source *src, struct odd_error *err)
{
    char seen[64], known[256] = "";
    size_t used = 0;

    if (src->n_ahead > ODDI_MAX_RECORD && !memchr(src->ahead->data, '\n', src->n_ahead))
        return oddi_fail(err, ODD_ERR_FORMAT, "is in no known format: its first line is longer than %u bytes",
                         ODDI_MAX_RECORD);
    describe_head(src->ahead->data, src->n_ahead, seen);
    for (size_t i = 0; oddi_reader_at(i) && used < sizeof known; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 oddi_reader_at(i)->name);
    return oddi_fail(err, ODD_ERR_FORMAT, "is in no known format (%s): it starts with '%s'", known, seen);
}

static enum odd_status no_reader(const char *format, struct odd_error *err)
{
    const char *names[MAX_FORMATS], *near;
    size_t n = 0;

    while (n < MAX_FORMATS && oddi_reader_at(n)) {
        names[n] = oddi_reader_at(n)->name;
        n++;
    }
    near = oddi_suggest(format, names, n);
    return oddi_fail(err, ODD_ERR_USAGE, "there is no format '%s'%s%s%s", format,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static enum odd_status choose_reader(struct oddi_source *src, const char *format, struct odd_error *err)
{
    if (is_blank_text(src->ahead->data, src->n_ahead) && src->eof)
        return oddi_fail(err, ODD_ERR_NO_DATA, "is empty");
    if (format && strcmp(format, "auto")) {
        src->reader = oddi_reader_find(format);
        return src->reader ? ODD_OK : no_reader(format, err);
    }
    /* A header of thousands of columns is longer than what is looked at first. */
    while (!(src->reader = oddi_reader_sniff(src->ahead->data, src->n_ahead, src->eof)) && !src->eof &&
           src->n_ahead <= ODDI_MAX_RECORD && !memchr(src->ahead->data, '\n', src->n_ahead))
        ODDI_TRY(fill(src, 2 * src->n_ahead, SIZE_MAX, err));
    return src->reader ? ODD_OK : unknown_format(src, err);
}

/* Lets the reader have the header, of which more and more is read until it can tell. */
static enum odd_status open_reader(struct oddi_source *src, const struct oddi_reader_options *options,
                                   struct odd_error *err)
{
    enum odd_status status;
    size_t used;
    void *state = calloc(1, src->reader->state_size);

    if (!state)
        return oddi_fail_memory(err);
    while ((status = src->reader->open(state, src->ahead->data, src->n_ahead, src->eof, options, &used,
                                       &src->header_lines, err)) == ODD_AGAIN) {
        status = fill(src, 2 * src->n_ahead, SIZE_MAX, err);
        if (status != ODD_OK)
            break;
    }
    if (status != ODD_OK) {
        free(state);
        return status;
    }
    src->state = state;
    src->n_ahead -= used;
    src->offset = used;
    memmove(src->ahead->data, src->ahead->data + used, src->n_ahead + ODDI_BLOCK_PADDING);
    return ODD_OK;
}

static enum odd_status open_source(struct oddi_source *src, const char *format,
                                   const struct oddi_reader_options *options, struct odd_error *err)
{
    src->ahead = take_buffer(src, src->block_size > HEAD_SIZE ? src->block_size : HEAD_SIZE);
    if (!src->ahead)
        return oddi_fail_memory(err);
    ODDI_TRY(fill_head(src, err));
    src->seekable = oddi_input_seekable(src->in);
    ODDI_TRY(choose_reader(src, format, err));
    return open_reader(src, options, err);
}

enum odd_status oddi_source_open(struct oddi_input *in, const char *format, size_t block_size,
                                 const struct oddi_reader_options *options, struct oddi_source **out,
                                 struct odd_error *err)
{
    struct oddi_source *src = calloc(1, sizeof *src);
    enum odd_status status;

    *out = NULL;
    if (!src || pthread_mutex_init(&src->lock, NULL)) {
        free(src);
        oddi_input_close(in);
        return oddi_fail_memory(err);
    }
    src->in = in;
    src->block_size = block_size < 4096 ? 4096 : block_size;
    status = open_source(src, format, options, err);
    if (status != ODD_OK) {
        if (err && !err->source[0])
            snprintf(err->source, sizeof err->source, "%s", oddi_input_name(in));
        oddi_source_close(src);
        return status;
    }
    *out = src;
    return ODD_OK;
}

static void free_buffers(struct oddi_source *src)
{
    free_buffer(src->ahead);
    src->ahead = NULL;
    while (src->unused) {
        struct oddi_source_buffer *b = src->unused;

        src->unused = (struct oddi_source_buffer *)b->pub.next;
        free_buffer(b);
    }
}

void oddi_source_close(struct oddi_source *src)
{
    if (!src)
        return;
    if (src->state)
        src->reader->close(src->state);
    free(src->state);
    free_buffers(src);
    for (size_t i = 0; i < src->n_live; i++)
        free_buffer(src->live[i]);
    free(src->live);
    pthread_mutex_destroy(&src->lock);
    oddi_input_close(src->in);
    free(src);
}

/* ---- blocks ----------------------------------------------------------------------------------------------------- */

static bool add_live(struct oddi_source *src, struct oddi_source_buffer *b)
{
    bool ok;

    pthread_mutex_lock(&src->lock);
    ok = oddi_grow(&src->live, &src->live_capacity, src->n_live + 1, sizeof(struct oddi_source_buffer *));
    if (ok)
        src->live[src->n_live++] = b;
    pthread_mutex_unlock(&src->lock);
    return ok;
}

/* Index of the last live block that begins at or before `offset`; n_live if none does. */
static size_t live_index(const struct oddi_source *src, uint64_t offset)
{
    size_t low = 0, high = src->n_live;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (src->live[middle]->pub.block.offset <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : src->n_live;
}

const struct oddi_source_buffer *oddi_source_find_live(const struct oddi_source *src, uint64_t offset)
{
    size_t i = live_index(src, offset);
    const struct oddi_block *block;

    if (i == src->n_live)
        return NULL;
    block = &src->live[i]->pub.block;
    return offset - block->offset < block->size ? src->live[i] : NULL;
}

static void remove_live(struct oddi_source *src, const struct oddi_source_buffer *b)
{
    size_t i;

    pthread_mutex_lock(&src->lock);
    i = live_index(src, b->pub.block.offset);
    memmove(src->live + i, src->live + i + 1, (src->n_live - i - 1) * sizeof(struct oddi_source_buffer *));
    src->n_live--;
    pthread_mutex_unlock(&src->lock);
}

/* Hands out `b`, whose place in the input is set. */
static enum odd_status hand_out(struct oddi_source *src, struct oddi_source_buffer *b,
                                struct oddi_source_block **out, struct odd_error *err)
{
    b->pub.refs = 1;
    if (!add_live(src, b)) {
        give_buffer(src, b);
        return oddi_fail_memory(err);
    }
    *out = &b->pub;
    return ODD_OK;
}

/* The record that fills `ahead` is longer than any may be: skips it with the memory at hand. */
static enum odd_status skip_record(struct oddi_source *src, struct oddi_source_block **out,
                                   struct odd_error *err)
{
    struct oddi_source_buffer *b = take_buffer(src, SAMPLE_SIZE);
    char *data = src->ahead->data;
    uint64_t start = src->offset, behind = 0;
    bool cr = false;
    enum odd_status status = ODD_OK;
    size_t end;

    if (!b)
        return oddi_fail_memory(err);
    memcpy(b->data, data, SAMPLE_SIZE);
    while (!(end = src->reader->resync(src->state, data, src->n_ahead)) && src->n_ahead) {
        cr = data[src->n_ahead - 1] == '\r';
        src->offset += src->n_ahead;
        src->n_ahead = 0;
        status = fill(src, src->block_size, SIZE_MAX, err);
        if (status != ODD_OK) {
            give_buffer(src, b);
            return status;
        }
        data = src->ahead->data;
    }
    if (end) {
        behind = 1;
        if (end > 1)
            cr = data[end - 2] == '\r';
    }
    src->offset += end;
    src->n_ahead -= end;
    memmove(data, data + end, src->n_ahead + ODDI_BLOCK_PADDING);
    b->pub.block = (struct oddi_block){b->data, SAMPLE_SIZE, start};
    b->pub.too_long = true;
    b->pub.skipped = src->offset - start - behind - cr;
    b->pub.lines = 1;
    return hand_out(src, b, out, err);
}

static bool is_small(const struct oddi_source *src, size_t size)
{
    return size < src->block_size / 4 && !src->seekable;
}

/* The same of a block that is small because its pipe is slow: many of them may be held for a long time, which must not
 * hold the memory of big ones. */
static enum odd_status cut_small(struct oddi_source *src, size_t size, struct oddi_source_block **out,
                                 struct odd_error *err)
{
    struct oddi_source_buffer *b = small_buffer(size);
    uint64_t offset = src->offset;

    if (!b)
        return oddi_fail_memory(err);
    memcpy(b->data, src->ahead->data, size);
    memset(b->data + size, 0, ODDI_BLOCK_PADDING);
    src->n_ahead -= size;
    src->offset += size;
    memmove(src->ahead->data, src->ahead->data + size, src->n_ahead + ODDI_BLOCK_PADDING);
    b->pub.block = (struct oddi_block){b->data, size, offset};
    return hand_out(src, b, out, err);
}

/* Makes the first `size` bytes of `ahead` a block; what follows begins the next. */
static enum odd_status cut_block(struct oddi_source *src, size_t size, struct oddi_source_block **out,
                                 struct odd_error *err)
{
    struct oddi_source_buffer *b = src->ahead, *next;
    size_t rest = src->n_ahead - size;

    next = take_buffer(src, rest > src->block_size ? rest : src->block_size);
    if (!next)
        return oddi_fail_memory(err);
    memcpy(next->data, b->data + size, rest);
    memset(next->data + rest, 0, ODDI_BLOCK_PADDING);
    b->pub.block = (struct oddi_block){b->data, size, src->offset};
    src->ahead = next;
    src->n_ahead = rest;
    src->offset += size;
    return hand_out(src, b, out, err);
}

/* The first block is what was read to see the header: one of hundreds of inputs costs little until its time has come. */
static size_t next_size(struct oddi_source *src)
{
    bool first = !src->started;

    src->started = true;
    return first && src->n_ahead && src->n_ahead < src->block_size ? src->n_ahead : src->block_size;
}

enum odd_status oddi_source_look(struct oddi_source *src, struct oddi_block *out, struct odd_error *err)
{
    size_t end = 0, n;

    ODDI_TRY(fill(src, HEAD_SIZE, SIZE_MAX, err));
    n = src->n_ahead < HEAD_SIZE ? src->n_ahead : HEAD_SIZE;
    if (n == 0 || src->reader->split(src->state, src->ahead->data, n, src->eof && n == src->n_ahead, &end,
                                     NULL) != ODD_OK)
        end = 0;
    *out = (struct oddi_block){src->ahead->data, end, src->offset};
    return ODD_OK;
}

/* The reader has said what is wrong with the bytes that come next: where they are. */
static enum odd_status place_error(const struct oddi_source *src, enum odd_status status,
                                   struct odd_error *err)
{
    if (!err)
        return status;
    snprintf(err->source, sizeof err->source, "%s", oddi_input_name(src->in));
    err->offset = src->offset;
    return status;
}

enum odd_status oddi_source_next(struct oddi_source *src, struct oddi_source_block **out,
                                 struct odd_error *err)
{
    size_t want, enough = 1;

    if (src->drained)
        return ODD_END;
    for (want = next_size(src);;) {
        enum odd_status status;
        size_t n, end;

        ODDI_TRY(fill(src, want, enough, err));
        n = src->n_ahead < want ? src->n_ahead : want;
        if (n == 0) {
            src->drained = true;
            free_buffers(src);
            return ODD_END;
        }
        status =
            src->reader->split(src->state, src->ahead->data, n, src->eof && n == src->n_ahead, &end, err);
        if (status == ODD_OK)
            return is_small(src, end) ? cut_small(src, end, out, err) : cut_block(src, end, out, err);
        if (status != ODD_AGAIN)
            return place_error(src, status, err);
        if (n > ODDI_MAX_RECORD)
            return skip_record(src, out, err);
        enough = n < PATIENCE ? n + 1 : n + n / 2;
        if (n == want)
            want *= 2;
    }
}

bool oddi_source_waits(const struct oddi_source *src)
{
    return !src->drained && !src->eof && oddi_input_waits(src->in);
}

void oddi_source_retain(struct oddi_source *src, struct oddi_source_block *block)
{
    (void)src;
    block->refs++;
}

void oddi_source_release(struct oddi_source *src, struct oddi_source_block *block)
{
    struct oddi_source_buffer *b = (struct oddi_source_buffer *)block;

    if (--block->refs)
        return;
    remove_live(src, b);
    give_buffer(src, b);
}

enum odd_status oddi_source_decode(const struct oddi_source *src, const struct oddi_block *block,
                                   struct oddi_batch *batch, struct odd_error *err)
{
    oddi_batch_reset(batch);
    return src->reader->decode(src->state, block, batch, err);
}

/* ---- what it is --------------------------------------------------------------------------------------------------- */

const char *oddi_source_name(const struct oddi_source *src)
{
    return oddi_input_name(src->in);
}

const struct oddi_reader *oddi_source_reader(const struct oddi_source *src)
{
    return src->reader;
}

const struct oddi_schema *oddi_source_schema(const struct oddi_source *src)
{
    return src->reader->schema(src->state);
}

const char *oddi_source_header(const struct oddi_source *src, size_t *n, char *delimiter)
{
    return src->reader->header(src->state, n, delimiter);
}

size_t oddi_source_header_lines(const struct oddi_source *src)
{
    return src->header_lines;
}

void oddi_source_progress(const struct oddi_source *src, uint64_t *done, uint64_t *total)
{
    oddi_input_progress(src->in, done, total);
}

bool oddi_source_seekable(const struct oddi_source *src)
{
    return src->seekable;
}
