#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

#define BAR_WIDTH 24

static volatile sig_atomic_t signal_seen;
static bool bar_on_screen;

double cli_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void cli_progress_init(struct cli_progress *p, bool quiet, double started)
{
    p->shown = !quiet && isatty(STDERR_FILENO);
    p->started = started;
}

void cli_progress_clear(void)
{
    if (!bar_on_screen)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    bar_on_screen = false;
}

static void draw(const struct cli_progress *p, uint64_t bytes, uint64_t total, uint64_t rows)
{
    double seconds = cli_now() - p->started;
    double rate = seconds > 0 ? (double)rows / seconds : 0;
    char bar[BAR_WIDTH + 1], count[CLI_NUMBER_MAX], speed[CLI_NUMBER_MAX];
    int full = 0;

    cli_number(count, rows);
    cli_number(speed, (uint64_t)rate);
    if (total == 0 || bytes > total) {
        fprintf(stderr, "\r\033[K%s flows, %.1f MB, %s flows/s", count, (double)bytes / 1e6, speed);
    } else {
        full = (int)(BAR_WIDTH * (double)bytes / (double)total);
        for (int i = 0; i < BAR_WIDTH; i++)
            bar[i] = i < full ? '#' : '.';
        bar[BAR_WIDTH] = '\0';
        fprintf(stderr, "\r\033[K%3d %% [%s] %s flows, %s flows/s",
                (int)(100 * (double)bytes / (double)total), bar, count, speed);
    }
    fflush(stderr);
    bar_on_screen = true;
}

bool cli_progress_step(void *ctx, uint64_t bytes, uint64_t total_bytes, uint64_t rows)
{
    const struct cli_progress *p = ctx;

    /* Short runs are over before a bar would help. */
    if (p->shown && cli_now() - p->started > 0.5)
        draw(p, bytes, total_bytes, rows);
    return signal_seen != 0;
}

/* A read that waits for somebody to write, or to type, would wait on; the end of the input ends it. */
static void end_standard_input(void)
{
    struct stat st;
    int nothing;

    if (fstat(STDIN_FILENO, &st) || S_ISREG(st.st_mode))
        return;
    nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        close(nothing);
    }
}

/* The first one asks the run to stop. One that comes a second later is from somebody who has waited long enough; one at
 * once is the same again: timeout(1) signals the process and its group. */
static void on_signal(int number)
{
    static volatile sig_atomic_t first_at;
    struct timespec now;
    int saved = errno;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!signal_seen) {
        signal_seen = number;
        end_standard_input();
        first_at = (sig_atomic_t)now.tv_sec;
    } else if ((sig_atomic_t)now.tv_sec - first_at > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

void cli_catch_interrupts(void)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    struct sigaction action = {.sa_handler = on_signal}, old;

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        /* Whoever started us with a signal ignored (nohup, a job in the background) meant it. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

int cli_interrupted(void)
{
    return signal_seen;
}
