#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static char *joined(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b) + 1;
    char *s = oddi_malloc_array(n + m, 1);

    if (s) {
        memcpy(s, a, n);
        memcpy(s + n, b, m);
    }
    return s;
}

static int write_whole(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno != EINTR)
            return -1;
        if (done > 0) {
            p += done;
            n -= (size_t)done;
        }
    }
    return fsync(fd);
}

/* The old file gets a second name, so that `path` is there at every moment. */
static int keep_old(const char *path, const char *old)
{
    struct stat st;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    if (unlink(old) != 0 && errno != ENOENT)
        return -1;
    return link(path, old);
}

/* A rename is on the disk once the folder is. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)!fsync(fd);
        close(fd);
    }
    free(folder);
}

static int write_new(const char *path, const char *made, const char *old, const void *bytes, size_t n)
{
    int fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), saved;
    bool written;

    if (fd < 0)
        return -1;
    written = write_whole(fd, bytes, n) == 0;
    saved = errno;
    if (close(fd) != 0 && written) {
        written = false;
        saved = errno;
    }
    if (written && keep_old(path, old) == 0 && rename(made, path) == 0) {
        sync_folder(path);
        return 0;
    }
    saved = written ? errno : saved;
    unlink(made);
    errno = saved;
    return -1;
}

enum odd_status oddi_replace_file(const char *path, const void *bytes, size_t n, struct odd_error *err)
{
    char suffix[32];
    char *made, *old = joined(path, ODDI_REPLACED_SUFFIX);
    enum odd_status status = ODD_OK;

    snprintf(suffix, sizeof suffix, ".new-%ld", (long)getpid());
    made = joined(path, suffix);
    if (!made || !old)
        status = oddi_fail_memory(err);
    else if (write_new(path, made, old, bytes, n) != 0)
        status = oddi_fail_errno(err, path, "write it", errno);
    free(made);
    free(old);
    return status;
}
