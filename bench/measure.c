/*
 * Runs a program and prints what it cost: wall, user and system seconds and the greatest resident set in KiB.
 *
 * In C because the kernel counts the memory of the process that forks towards the child's greatest resident set; this
 * one is small. Usage: measure DESCRIPTOR PROGRAM [ARGUMENT...]; the line goes to DESCRIPTOR.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct timespec a, b;
    struct rusage use;
    int status;

    if (argc < 3)
        return 2;
    int line = atoi(argv[1]);
    clock_gettime(CLOCK_MONOTONIC, &a);
    pid_t child = fork();
    if (child < 0)
        return 2;
    if (child == 0) {
        close(line);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    if (wait4(child, &status, 0, &use) != child)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &b);
    dprintf(line, "%.6f %.6f %.6f %ld\n",
            (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9, seconds(use.ru_utime),
            seconds(use.ru_stime), use.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
