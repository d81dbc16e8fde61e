#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inflate.h"
#include "base/mem.h"

#define SNIFF_BYTES 6                 /* what oddi_inflate_sniff() wants */
#define MAX_READ    ((size_t)1 << 30) /* Linux reads no more than 2 GiB at once anyway */

struct oddi_input {
    char *name;
    int fd;
    bool owned, regular, sniffed;
    uint64_t base;   /* where a regular file stood when it was handed to us */
    uint64_t size;   /* of a regular file from `base` on; else 0 */
    uint64_t raw;    /* bytes taken from the descriptor */
    uint64_t offset; /* bytes given out */
    const char *compression;
    struct oddi_inflate *inflate; /* NULL: not compressed */
    size_t head_size, head_used;  /* bytes read ahead from a pipe for the sniffing, given out first */
    uint8_t head[4096];
};

static enum odd_status fail_read(const struct oddi_input *in, int errnum, struct odd_error *err)
{
    enum odd_status status = oddi_fail_errno(err, in->name, "read", errnum);
    if (err)
        err->offset = in->offset;
    return status;
}

/* read(2) that an interruption or a non-blocking descriptor does not disturb. Returns an errno value. */
static int read_fd(int fd, void *to, size_t n, size_t *got)
{
    for (;;) {
        ssize_t r = read(fd, to, n < MAX_READ ? n : MAX_READ);
        if (r >= 0) {
            *got = (size_t)r;
            return 0;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd p = {.fd = fd, .events = POLLIN};
            if (poll(&p, 1, -1) < 0 && errno != EINTR)
                return errno;
        } else if (errno != EINTR) {
            return errno;
        }
    }
}

static int pread_fd(int fd, void *to, size_t n, uint64_t offset, size_t *got)
{
    for (;;) {
        ssize_t r = pread(fd, to, n < MAX_READ ? n : MAX_READ, (off_t)offset);
        if (r >= 0) {
            *got = (size_t)r;
            return 0;
        }
        if (errno != EINTR)
            return errno;
    }
}

/* The descriptor's bytes as they are; also the inflater's source. */
static enum odd_status read_raw(void *ctx, void *to, size_t n, size_t *got, struct odd_error *err)
{
    struct oddi_input *in = ctx;
    if (in->head_used < in->head_size) {
        size_t left = in->head_size - in->head_used;
        *got = n < left ? n : left;
        memcpy(to, in->head + in->head_used, *got);
        in->head_used += *got;
        return ODD_OK;
    }
    int rc = read_fd(in->fd, to, n, got);
    if (rc != 0)
        return fail_read(in, rc, err);
    in->raw += *got;
    return ODD_OK;
}

static bool is_null_device(const struct stat *st)
{
    struct stat null;
    return stat("/dev/null", &null) == 0 && st->st_rdev == null.st_rdev;
}

/* Why this kind of file cannot be read as a stream of flows; NULL if it can. */
static const char *refusal(const struct stat *st)
{
    switch (st->st_mode & S_IFMT) {
    case S_IFDIR:
        return "this is a directory, not a file";
    case S_IFBLK:
        return "this is a block device, not a file";
    case S_IFCHR:
        return "this is a device that is neither a terminal nor /dev/null";
    default:
        return NULL;
    }
}

static enum odd_status check_kind(const struct stat *st, bool terminal, const char *name,
                                  struct odd_error *err)
{
    const char *why = refusal(st);
    if (!why || (S_ISCHR(st->st_mode) && (terminal || is_null_device(st))))
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_IO, name, ODD_NO_POSITION, ODD_NO_POSITION, "cannot read: %s", why);
}

static void set_regular(struct oddi_input *in, const struct stat *st)
{
    off_t at = lseek(in->fd, 0, SEEK_CUR);
    if (!S_ISREG(st->st_mode) || at < 0)
        return;
    in->regular = true;
    in->base = (uint64_t)at;
    in->size = st->st_size > at ? (uint64_t)(st->st_size - at) : 0;
    (void)posix_fadvise(in->fd, at, 0, POSIX_FADV_SEQUENTIAL); /* advice */
}

enum odd_status oddi_input_open_fd(int fd, const char *name, struct oddi_input **out, struct odd_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return oddi_fail_errno(err, name, "read", errno);
    ODDI_TRY(check_kind(&st, isatty(fd), name, err));
    struct oddi_input *in = oddi_calloc_array(1, sizeof *in);
    if (!in || !(in->name = strdup(name))) {
        free(in);
        return oddi_fail_memory(err);
    }
    in->fd = fd;
    in->compression = "none";
    set_regular(in, &st);
    *out = in;
    return ODD_OK;
}

static int open_path(const char *path)
{
    for (;;) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd >= 0 || errno != EINTR)
            return fd;
    }
}

enum odd_status oddi_input_open(const char *path, struct oddi_input **out, struct odd_error *err)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return oddi_input_open_fd(STDIN_FILENO, "stdin", out, err);
    /* Asked before opening, because opening some devices already does something. */
    if (stat(path, &st) != 0)
        return oddi_fail_errno(err, path, "open", errno);
    ODDI_TRY(check_kind(&st, true, path, err));
    int fd = open_path(path);
    if (fd < 0)
        return oddi_fail_errno(err, path, "open", errno);
    enum odd_status status = oddi_input_open_fd(fd, path, out, err);
    if (status == ODD_OK)
        (*out)->owned = true;
    else
        close(fd);
    return status;
}

void oddi_input_close(struct oddi_input *in)
{
    if (!in)
        return;
    oddi_inflate_free(in->inflate);
    if (in->owned)
        close(in->fd);
    free(in->name);
    free(in);
}

/* Looks at the first bytes. A regular file is asked by offset, so that nothing need be replayed. */
static enum odd_status sniff(struct oddi_input *in, struct odd_error *err)
{
    uint8_t first[SNIFF_BYTES], *to = in->regular ? first : in->head;
    size_t room = in->regular ? sizeof first : sizeof in->head, n = in->head_size, got = 1;
    while (n < SNIFF_BYTES && got > 0) {
        int rc = in->regular ? pread_fd(in->fd, to + n, room - n, in->base + n, &got)
                             : read_fd(in->fd, to + n, room - n, &got);
        if (rc != 0)
            return fail_read(in, rc, err);
        n += got;
        if (!in->regular) {
            in->head_size = n;
            in->raw = n;
        }
    }
    const char *name = oddi_inflate_sniff(to, n);
    if (name) {
        ODDI_TRY(oddi_inflate_new(read_raw, in, in->name, name, &in->inflate, err));
        in->compression = name;
    }
    in->sniffed = true;
    return ODD_OK;
}

enum odd_status oddi_input_read(struct oddi_input *in, void *to, size_t n, size_t *got, struct odd_error *err)
{
    *got = 0;
    if (!in->sniffed)
        ODDI_TRY(sniff(in, err));
    ODDI_TRY(in->inflate ? oddi_inflate_read(in->inflate, to, n, got, err) : read_raw(in, to, n, got, err));
    in->offset += *got;
    return ODD_OK;
}

bool oddi_input_waits(const struct oddi_input *in)
{
    struct pollfd p = {.fd = in->fd, .events = POLLIN};

    if (in->regular || in->inflate || in->head_used < in->head_size)
        return false;
    return poll(&p, 1, 0) == 0;
}

bool oddi_input_seekable(const struct oddi_input *in)
{
    return in->regular && in->sniffed && !in->inflate;
}

enum odd_status oddi_input_pread(const struct oddi_input *in, void *to, size_t n, uint64_t offset,
                                 size_t *got, struct odd_error *err)
{
    *got = 0;
    if (!oddi_input_seekable(in))
        return oddi_fail_at(err, ODD_ERR_INTERNAL, in->name, ODD_NO_POSITION, offset,
                            "this input cannot be read by offset");
    int rc = pread_fd(in->fd, to, n, in->base + offset, got);
    if (rc == 0)
        return ODD_OK;
    enum odd_status status = oddi_fail_errno(err, in->name, "read", rc);
    if (err)
        err->offset = offset;
    return status;
}

const char *oddi_input_name(const struct oddi_input *in)
{
    return in->name;
}

const char *oddi_input_compression(const struct oddi_input *in)
{
    return in->compression;
}

void oddi_input_progress(const struct oddi_input *in, uint64_t *done, uint64_t *total)
{
    *done = in->raw - (in->head_size - in->head_used);
    *total = in->size;
}
