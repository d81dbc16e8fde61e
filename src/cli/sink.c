#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "progress.h"
#include "say.h"

enum odd_status cli_sink_open(struct cli_sink *sink, const char *path, struct odd_error *err)
{
    *sink = (struct cli_sink){STDOUT_FILENO, path, false, 0};
    if (!path) {
        sink->terminal = isatty(STDOUT_FILENO);
        return ODD_OK;
    }
    sink->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (sink->fd < 0)
        return cli_fail(err, ODD_ERR_IO, "cannot write '%s': %s", path, strerror(errno));
    return ODD_OK;
}

int cli_sink_write(void *ctx, const void *bytes, size_t n)
{
    struct cli_sink *sink = ctx;
    const char *p = bytes;

    if (sink->terminal)
        cli_progress_clear();
    while (n > 0 && !sink->error) {
        ssize_t done = write(sink->fd, p, n);

        if (done >= 0) {
            p += done;
            n -= (size_t)done;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){.fd = sink->fd, .events = POLLOUT}, 1, -1);
        } else if (errno != EINTR) {
            sink->error = errno;
        }
        if (done < 0 && cli_interrupted())
            return ECANCELED;
    }
    return sink->error;
}

enum odd_status cli_sink_close(struct cli_sink *sink, struct odd_error *err)
{
    int error = sink->error;

    if (sink->path && close(sink->fd) && !error)
        error = errno;
    sink->fd = -1;
    if (error == EPIPE)
        return cli_fail(err, ODD_ERR_CLOSED, "the reader of the output has gone");
    if (error && sink->path)
        return cli_fail(err, ODD_ERR_IO, "cannot write '%s': %s", sink->path, strerror(error));
    if (error)
        return cli_fail(err, ODD_ERR_IO, "cannot write standard output: %s", strerror(error));
    return ODD_OK;
}

enum odd_status cli_sink_apart(const char *option, const char *path, const char *const *inputs, size_t n,
                               struct odd_error *err)
{
    struct stat ours, theirs;

    if (!path || stat(path, &ours) || !S_ISREG(ours.st_mode))
        return ODD_OK;
    for (size_t i = 0; i < n; i++) {
        bool found = strcmp(inputs[i], "-") == 0 ? !fstat(STDIN_FILENO, &theirs) : !stat(inputs[i], &theirs);

        if (found && ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino)
            return cli_fail(err, ODD_ERR_USAGE, "--%s would overwrite the input '%s'", option, path);
    }
    return ODD_OK;
}
