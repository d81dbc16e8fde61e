#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

static enum odd_status open_fresh(struct cli_replace *r, const char *path, struct odd_error *err)
{
    size_t size;
    struct stat old;

    r->path = realpath(path, NULL);
    if (!r->path || stat(r->path, &old))
        return cli_fail(err, ODD_ERR_IO, "cannot read '%s': %s", path, strerror(errno));
    size = strlen(r->path) + sizeof ".XXXXXX";
    r->fresh = malloc(size);
    if (!r->fresh)
        return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
    snprintf(r->fresh, size, "%s.XXXXXX", r->path);
    r->fd = mkstemp(r->fresh);
    if (r->fd < 0)
        return cli_fail(err, ODD_ERR_IO, "cannot write beside '%s': %s", path, strerror(errno));
    if (fchmod(r->fd, old.st_mode & 0777))
        r->error = errno;
    return ODD_OK;
}

enum odd_status cli_replace_begin(struct cli_replace *r, const char *path, struct odd_error *err)
{
    enum odd_status st;

    *r = (struct cli_replace){.fd = -1};
    st = open_fresh(r, path, err);
    if (st) {
        free(r->path);
        free(r->fresh);
    }
    return st;
}

int cli_replace_write(void *ctx, const void *bytes, size_t n)
{
    struct cli_replace *r = ctx;
    const char *p = bytes;

    while (n > 0 && !r->error) {
        ssize_t done = write(r->fd, p, n);

        if (done >= 0) {
            p += done;
            n -= (size_t)done;
        } else if (errno != EINTR) {
            r->error = errno;
        }
    }
    return r->error;
}

enum odd_status cli_replace_end(struct cli_replace *r, bool keep, struct odd_error *err)
{
    enum odd_status st = ODD_OK;

    if (keep && !r->error && fsync(r->fd))
        r->error = errno;
    if (close(r->fd) && !r->error)
        r->error = errno;
    if (keep && !r->error && rename(r->fresh, r->path))
        r->error = errno;
    if (!keep || r->error)
        unlink(r->fresh);
    if (keep && r->error)
        st = cli_fail(err, ODD_ERR_IO, "cannot write '%s': %s", r->path, strerror(r->error));
    free(r->path);
    free(r->fresh);
    return st;
}
