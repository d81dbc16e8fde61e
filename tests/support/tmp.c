#include "tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_PATHS 4096

static char dir[256];
static pid_t owner;
static char *paths[MAX_PATHS];
static unsigned n_paths;

static void die(const char *what)
{
    fprintf(stderr, "tests/support/tmp.c: cannot %s: %s\n", what, strerror(errno));
    abort();
}

static void clean_up(void)
{
    char path[600];
    DIR *d;
    for (unsigned i = 0; i < n_paths; i++)
        free(paths[i]);
    if (getpid() != owner || !(d = opendir(dir))) /* a child that exits leaves the files to its parent */
        return;
    for (struct dirent *e; (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (unlink(path) != 0 && errno == EISDIR)
            rmdir(path);
    }
    closedir(d);
    rmdir(dir);
}

const char *tmp_dir(void)
{
    const char *base = getenv("TMPDIR");
    if (!*dir) {
        snprintf(dir, sizeof dir, "%.200s/oddflow-test-XXXXXX", base && *base ? base : "/tmp");
        if (!mkdtemp(dir))
            die("make a temporary directory");
        owner = getpid();
        atexit(clean_up);
    }
    return dir;
}

const char *tmp_path(void)
{
    char path[300];
    if (n_paths == MAX_PATHS)
        die("keep so many temporary files");
    snprintf(path, sizeof path, "%s/%u", tmp_dir(), n_paths);
    if (!(paths[n_paths] = strdup(path)))
        die("allocate");
    return paths[n_paths++];
}

static void write_all(int fd, const char *p, size_t n, size_t piece)
{
    while (n > 0) {
        ssize_t w = write(fd, p, piece && piece < n ? piece : n);
        if (w < 0) {
            if (errno == EINTR)
                continue;
            die("write");
        }
        p += w;
        n -= (size_t)w;
    }
}

const char *tmp_file(const void *bytes, size_t n)
{
    const char *path = tmp_path();
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        die("create a file");
    write_all(fd, bytes, n, 0);
    if (close(fd) != 0)
        die("close a file");
    return path;
}

const char *tmp_text(const char *text)
{
    return tmp_file(text, strlen(text));
}

char *tmp_read(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    if (!f || fstat(fileno(f), &st) != 0)
        die("open a file");
    char *bytes = malloc((size_t)st.st_size + 1);
    if (!bytes || fread(bytes, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
        die("read a file");
    fclose(f);
    bytes[st.st_size] = '\0';
    if (n)
        *n = (size_t)st.st_size;
    return bytes;
}

int tmp_pipe(const void *bytes, size_t n, size_t piece)
{
    int ends[2];
    if (pipe(ends) != 0)
        die("make a pipe");
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        if (fork() != 0)
            _exit(0); /* the grandchild is init's: nobody need wait for it */
        close(ends[0]);
        signal(SIGPIPE, SIG_DFL);
        write_all(ends[1], bytes, n, piece);
        _exit(0);
    }
    close(ends[1]);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return ends[0];
}

bool tmp_have(const char *program)
{
    static char told[256];
    char command[200];
    snprintf(command, sizeof command, "command -v %.100s >/dev/null 2>&1", program);
    if (tmp_run(command) == 0)
        return true;
    if (!strstr(told, program)) {
        fprintf(stderr, "SKIP: no %s\n", program);
        strncat(told, program, sizeof told - strlen(told) - 1);
    }
    return false;
}

int tmp_run(const char *command)
{
    char line[2000];
    snprintf(line, sizeof line, "cd '%s' && { %s; }", tmp_dir(), command);
    int rc = system(line);
    return WIFEXITED(rc) ? WEXITSTATUS(rc) : 128;
}
