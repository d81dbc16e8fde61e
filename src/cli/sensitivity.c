#include "sensitivity.h"

#include <stdio.h>
#include <string.h>

#include "say.h"
#include "sink.h"

#define MAX_SPEC 256

static enum odd_status check(const odd_options *opt, const char *const *inputs, size_t n,
                             struct odd_error *err)
{
    static const char *const others[] = {"preset", "baseline", "alerts",       "mute",
                                         "steps",  "all",      "windows-only", "top"};
    const char *detector = odd_options_get(opt, "detector"), *against = odd_options_get(opt, "against");

    for (size_t i = 0; i < n; i++)
        if (strcmp(inputs[i], "-") == 0)
            return cli_fail(
                err, ODD_ERR_USAGE,
                "--sensitivity reads its input once for each eps: name a file, not standard input");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        const char *value = odd_options_get(opt, others[i]);

        if (value && strcmp(value, "no") != 0)
            return cli_fail(err, ODD_ERR_USAGE, "--sensitivity shows counts alone and excludes --%s",
                            others[i]);
    }
    if (against && strcmp(against, "window") != 0)
        return cli_fail(err, ODD_ERR_USAGE, "--sensitivity compares within windows and excludes --against");
    if (strcmp(detector, "dbscan") != 0 && strncmp(detector, "dbscan:", 7) != 0)
        return cli_fail(err, ODD_ERR_USAGE,
                        "--sensitivity tries out eps, which '%s' does not have: use dbscan", detector);
    return ODD_OK;
}

/* "dbscan:eps=EPS" and what else the spec says. False if it is too long. */
static bool spec_with(char out[MAX_SPEC], const char *spec, const char *eps, size_t n_eps)
{
    size_t size =
        (size_t)snprintf(out, MAX_SPEC, "dbscan:eps=%.*s", (int)(n_eps < MAX_SPEC ? n_eps : MAX_SPEC), eps);

    for (const char *at = strchr(spec, ':'); at && size < MAX_SPEC;) {
        const char *from = at + 1;
        size_t n = strcspn(from, ",");

        if (strncmp(from, "eps=", 4) != 0 && n > 0)
            size += (size_t)snprintf(out + size, MAX_SPEC - size, ",%.*s", (int)n, from);
        at = from[n] == ',' ? from + n : NULL;
    }
    return size < MAX_SPEC;
}

/* With n = 0 inputs it is only tried whether the options are right. */
static enum odd_status judge(const odd_options *opt, const char *const *inputs, size_t n,
                             struct odd_ledger *ledger, uint64_t *clusters, struct odd_error *err)
{
    odd_run *run = NULL;
    const odd_window *win;
    enum odd_status st = odd_run_new(opt, &run, err);

    *clusters = 0;
    for (size_t i = 0; !st && i < n; i++)
        st = odd_run_add_file(run, inputs[i], err);
    while (!st && n > 0 && (st = odd_run_next(run, &win, err)) == ODD_OK)
        *clusters += odd_window_clusters(win);
    if (st == ODD_END) {
        odd_run_ledger(run, ledger);
        st = ODD_OK;
    }
    odd_run_free(run);
    return st;
}

static int put(struct cli_sink *sink, const char *eps, size_t n_eps, const struct odd_ledger *l,
               uint64_t clusters)
{
    char line[256], windows[CLI_NUMBER_MAX], odd[CLI_NUMBER_MAX], all[CLI_NUMBER_MAX];
    int size = snprintf(line, sizeof line, "%10.*s  %21s  %10s  %10s\n", (int)n_eps, eps,
                        cli_number(windows, l->odd_windows), cli_number(odd, l->outliers),
                        cli_number(all, clusters));

    return cli_sink_write(sink, line, (size_t)size);
}

/* Without a sink nothing is judged. */
static enum odd_status write_table(odd_options *opt, const char *const *inputs, size_t n,
                                   struct cli_sink *sink, struct odd_error *err)
{
    static const char head[] = "       eps  windows with outliers    outliers    clusters\n";
    char spec[MAX_SPEC], own[MAX_SPEC];
    enum odd_status st = ODD_OK;

    snprintf(own, sizeof own, "%s", odd_options_get(opt, "detector"));
    for (const char *eps = odd_options_get(opt, "sensitivity"), *first = eps; !st && eps;) {
        size_t n_eps = strcspn(eps, ",");
        struct odd_ledger ledger;
        uint64_t clusters;

        if (n_eps == 0 || n_eps > 100 || !spec_with(spec, own, eps, n_eps))
            return cli_fail(err, ODD_ERR_USAGE,
                            "--sensitivity takes numbers above 0 with commas between, such as 1,2.5,5");
        st = odd_options_set(opt, "detector", spec, err);
        if (!st)
            st = judge(opt, inputs, sink ? n : 0, &ledger, &clusters, err);
        if (!st && sink &&
            ((eps == first && cli_sink_write(sink, head, sizeof head - 1)) ||
             put(sink, eps, n_eps, &ledger, clusters)))
            return ODD_OK; /* closing the sink tells why */
        eps = eps[n_eps] ? eps + n_eps + 1 : NULL;
    }
    if (!st && !sink)
        st = odd_options_set(opt, "detector", own, err);
    return st;
}

enum odd_status cli_sensitivity(odd_options *opt, const char *const *inputs, size_t n_inputs,
                                struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    enum odd_status st = check(opt, inputs, n_inputs, err), closed;

    if (!st)
        st = write_table(opt, inputs, n_inputs, NULL, err);
    if (!st)
        st = cli_sink_open(&sink, odd_options_get(opt, "write"), err);
    if (st)
        return st;
    st = write_table(opt, inputs, n_inputs, &sink, err);
    closed = cli_sink_close(&sink, &close_err);
    if (closed && !st)
        *err = close_err;
    return st ? st : closed;
}
