#include "base/codec.h"

#ifndef ODDFLOW_HAVE_LIBARCHIVE

const struct oddi_codec *oddi_codec_archive(void)
{
    return NULL;
}

#else

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "base/mem.h"

#define SHORTEST 14 /* bytes of an empty bzip2 file, whose filter asks for more bytes than the others */

/* What is used of libarchive. */
#define FUNCTIONS(X)                                                                                         \
    X(archive_read_new)                                                                                      \
    X(archive_read_free)                                                                                     \
    X(archive_read_support_filter_zstd)                                                                      \
    X(archive_read_support_filter_xz)                                                                        \
    X(archive_read_support_filter_bzip2)                                                                     \
    X(archive_read_support_filter_lz4)                                                                       \
    X(archive_read_support_format_raw)                                                                       \
    X(archive_read_support_format_empty)                                                                     \
    X(archive_read_open2)                                                                                    \
    X(archive_read_next_header)                                                                              \
    X(archive_read_data_block)                                                                               \
    X(archive_filter_count)                                                                                  \
    X(archive_filter_bytes)                                                                                  \
    X(archive_error_string)                                                                                  \
    X(archive_errno)                                                                                         \
    X(archive_set_error)

struct library {
    void *handle;
#define MEMBER(name) __typeof__(name) *name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

#ifdef ODDFLOW_LIBARCHIVE_SONAME
static bool find(void *handle, const char *name, void *pointer)
{
    void *found = dlsym(handle, name);

    memcpy(pointer, &found, sizeof found); /* POSIX: an object pointer that holds a function's address */
    return found != NULL;
}

/* Loaded where compressed input is met, not at every start of the program: it brings a dozen libraries with it, whose
 * loading takes longer than reading 50,000 flows. It stays in memory, as not every library survives being unloaded. */
static enum odd_status load(struct library *lib, const char *name, struct odd_error *err)
{
    bool whole = true;

    lib->handle = dlopen(ODDFLOW_LIBARCHIVE_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!lib->handle)
        return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                            "cannot be unpacked: %s", dlerror());
#define FIND(function) whole = whole && find(lib->handle, #function, &lib->function);
    FUNCTIONS(FIND)
#undef FIND
    if (whole)
        return ODD_OK;
    dlclose(lib->handle);
    return oddi_fail_at(err, ODD_ERR_FORMAT, name, ODD_NO_POSITION, ODD_NO_POSITION,
                        "cannot be unpacked: " ODDFLOW_LIBARCHIVE_SONAME " lacks a function");
}

static void unload(struct library *lib)
{
    dlclose(lib->handle);
}
#else
static enum odd_status load(struct library *lib, const char *name, struct odd_error *err)
{
    (void)name, (void)err;
#define LINKED(function) lib->function = function;
    FUNCTIONS(LINKED)
#undef LINKED
    return ODD_OK;
}

static void unload(struct library *lib)
{
    (void)lib;
}
#endif

struct unpack {
    struct library lib;
    const struct oddi_codec_source *source;
    struct archive *archive;
    enum odd_status source_status; /* of the last read of the source */
    struct odd_error source_error;
    uint64_t taken; /* raw bytes handed to libarchive */
    bool opened, end;
    /* What libarchive lends of the uncompressed data and we have not passed on. */
    const uint8_t *block;
    size_t block_size;
    uint8_t in[ODDI_CODEC_INPUT];
};

static la_ssize_t on_read(struct archive *a, void *ctx, const void **buffer)
{
    struct unpack *u = ctx;
    size_t got = 0;
    u->source_status = u->source->read(u->source->ctx, u->in, sizeof u->in, &got, &u->source_error);
    if (u->source_status != ODD_OK) {
        u->lib.archive_set_error(a, EIO, "read error");
        return ARCHIVE_FATAL;
    }
    *buffer = u->in;
    u->taken += got;
    return (la_ssize_t)got;
}

static enum odd_status unpack_open(const struct oddi_codec_source *source, void **state,
                                   struct odd_error *err)
{
    struct unpack *u = oddi_calloc_array(1, sizeof *u);
    enum odd_status status = u ? load(&u->lib, source->name, err) : oddi_fail_memory(err);
    if (status != ODD_OK) {
        free(u);
        return status;
    }
    u->archive = u->lib.archive_read_new();
    if (!u->archive) {
        unload(&u->lib);
        free(u);
        return oddi_fail_memory(err);
    }
    u->source = source;
    *state = u;
    return ODD_OK;
}

static void unpack_close(void *state)
{
    struct unpack *u = state;
    u->lib.archive_read_free(u->archive);
    unload(&u->lib);
    free(u);
}

/* libarchive says truncation in words only; "no progress" is liblzma's word for it. */
static bool means_truncated(const char *text)
{
    return text && (strstr(text, "runcated") || strstr(text, "No progress"));
}

static enum odd_status fail_archive(struct unpack *u, struct odd_error *err)
{
    const char *text = u->lib.archive_error_string(u->archive);
    if (u->source_status != ODD_OK) {
        if (err)
            *err = u->source_error;
        return u->source_status;
    }
    if (u->lib.archive_errno(u->archive) == ENOMEM)
        return oddi_fail_memory(err);
    if (means_truncated(text))
        return oddi_codec_truncated(err, u->source->name);
    return oddi_codec_damaged(err, u->source->name, text);
}

static bool set_up(const struct library *lib, struct archive *a)
{
    return lib->archive_read_support_filter_zstd(a) == ARCHIVE_OK &&
           lib->archive_read_support_filter_xz(a) == ARCHIVE_OK &&
           lib->archive_read_support_filter_bzip2(a) == ARCHIVE_OK &&
           lib->archive_read_support_filter_lz4(a) == ARCHIVE_OK &&
           lib->archive_read_support_format_raw(a) == ARCHIVE_OK &&
           lib->archive_read_support_format_empty(a) == ARCHIVE_OK;
}

/* Here and not in unpack_open, because libarchive reads ahead as soon as it is opened. */
static enum odd_status begin(struct unpack *u, struct odd_error *err)
{
    struct archive *a = u->archive;
    struct archive_entry *entry;
    u->opened = true;
    if (!set_up(&u->lib, a))
        return oddi_fail_at(err, ODD_ERR_FORMAT, u->source->name, ODD_NO_POSITION, ODD_NO_POSITION,
                            "this build's libarchive lacks a filter: %s", u->lib.archive_error_string(a));
    if (u->lib.archive_read_open2(a, u, NULL, on_read, NULL, NULL) != ARCHIVE_OK)
        return fail_archive(u, err);
    /* No filter but the source itself: what followed the magic number was too little or not believable. */
    if (u->lib.archive_filter_count(a) < 2)
        return u->taken < SHORTEST ? oddi_codec_truncated(err, u->source->name)
                                   : oddi_codec_damaged(err, u->source->name, NULL);
    int rc = u->lib.archive_read_next_header(a, &entry);
    u->end = rc == ARCHIVE_EOF;
    return rc == ARCHIVE_OK || rc == ARCHIVE_EOF ? ODD_OK : fail_archive(u, err);
}

/* libarchive stops at the first thing that it does not know; nothing may be left behind in silence. */
static enum odd_status check_end(struct unpack *u, struct odd_error *err)
{
    size_t got = 0;
    if ((uint64_t)u->lib.archive_filter_bytes(u->archive, -1) < u->taken)
        return oddi_codec_trailing(err, u->source->name);
    ODDI_TRY(u->source->read(u->source->ctx, u->in, sizeof u->in, &got, err));
    return got == 0 ? ODD_OK : oddi_codec_trailing(err, u->source->name);
}

static enum odd_status next_block(struct unpack *u, struct odd_error *err)
{
    const void *block;
    la_int64_t offset;
    if (!u->opened)
        ODDI_TRY(begin(u, err));
    if (!u->end) {
        int rc = u->lib.archive_read_data_block(u->archive, &block, &u->block_size, &offset);
        if (rc == ARCHIVE_OK) {
            u->block = block;
            return ODD_OK;
        }
        u->block_size = 0;
        if (rc != ARCHIVE_EOF)
            return fail_archive(u, err);
        u->end = true;
    }
    return check_end(u, err);
}

static enum odd_status unpack_read(void *state, void *to, size_t n, size_t *got, struct odd_error *err)
{
    struct unpack *u = state;
    *got = 0;
    while (*got < n) {
        if (u->block_size == 0) {
            if (u->end)
                return ODD_OK;
            ODDI_TRY(next_block(u, err));
        }
        size_t part = u->block_size < n - *got ? u->block_size : n - *got;
        if (part > 0) {
            memcpy((uint8_t *)to + *got, u->block, part);
            u->block += part;
            u->block_size -= part;
            *got += part;
        }
    }
    return ODD_OK;
}

const struct oddi_codec *oddi_codec_archive(void)
{
    static const struct oddi_codec codec = {unpack_open, unpack_read, unpack_close};
    return &codec;
}

#endif
