#include "summary.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

struct text {
    char *out;
    size_t size;
};

static CLI_PRINTF(2, 3) void add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(t->out + t->size, CLI_SUMMARY_MAX - t->size, fmt, ap);
    va_end(ap);
    if (n > 0 && (size_t)n < CLI_SUMMARY_MAX - t->size)
        t->size += (size_t)n;
}

static void add_count(struct text *t, const char *before, uint64_t v, const char *after)
{
    char number[CLI_NUMBER_MAX];

    add(t, "%s%s %s", before, cli_number(number, v), after);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

const char *cli_summary(char out[CLI_SUMMARY_MAX], const struct odd_ledger *ledger, double seconds)
{
    return cli_summary_of(out, ledger, seconds, "outlier", "outliers");
}

const char *cli_summary_of(char out[CLI_SUMMARY_MAX], const struct odd_ledger *l, double seconds,
                           const char *odd_one, const char *odd_ones)
{
    struct text t = {out, 0};
    char number[CLI_NUMBER_MAX];

    add(&t, "%s flow%s read:", cli_number(number, l->read), plural(l->read));
    add_count(&t, " ", l->scored, odd_one ? "scored" : "learnt from");
    add_count(&t, ", ", l->late, "late");
    add_count(&t, ", ", l->bad, "bad");
    add_count(&t, ", ", l->missing, "missing");
    if (l->filtered)
        add_count(&t, ", ", l->filtered, "filtered");
    if (l->thin)
        add_count(&t, ", ", l->thin, "thin");
    if (l->shed)
        add_count(&t, ", ", l->shed, "shed");
    add(&t, "; %s window%s", cli_number(number, l->windows), plural(l->windows));
    add(&t, " (%s empty)", cli_number(number, l->empty));
    if (odd_one && strcmp(odd_one, "novelty") == 0) {
        add_count(&t, ", ", l->novelties, l->novelties == 1 ? "novelty" : "novelties");
        if (l->outliers > l->novelties)
            add_count(&t, ", ", l->outliers - l->novelties,
                      l->outliers - l->novelties == 1 ? "outlier" : "outliers");
    } else if (odd_one) {
        add_count(&t, ", ", l->outliers, l->outliers == 1 ? odd_one : odd_ones);
    }
    if (l->alone)
        add_count(&t, " (", l->alone, "with nothing to compare with)");
    if (l->muted)
        add_count(&t, ", ", l->muted, "muted");
    add(&t, "; %.2f s", seconds);
    add_count(&t, ", ", seconds > 0 ? (uint64_t)((double)l->read / seconds) : 0, "flows/s");
    return out;
}
