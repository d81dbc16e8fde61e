#include "command_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bad.h"
#include "progress.h"
#include "read_text.h"
#include "say.h"
#include "settings.h"
#include "sink.h"

struct eval {
    odd_options *options;
    odd_eval *eval;
    const char *const *inputs;
    size_t n_inputs;
    struct cli_sink sink;
    struct cli_bad bad;
    struct cli_progress progress;
    char *before; /* the text of the results file */
    size_t n_worse;
    bool quiet;
};

/* ---- What the command line asks for ----------------------------------------------------------------------------- */

static enum odd_status add_labels(struct eval *e, struct odd_error *err)
{
    const char *path = odd_options_get(e->options, "labels");
    enum odd_status st;
    char *text;

    if (!path)
        return ODD_OK;
    st = cli_read_text("labels file", path, &text, err);
    if (!st)
        st = odd_eval_labels(e->eval, path, text, err);
    free(text);
    return st;
}

/* "conf/quick.conf" is called "quick". */
static void config_name(const char *path, char name[128])
{
    const char *slash = strrchr(path, '/');
    char *dot;

    snprintf(name, 128, "%s", slash ? slash + 1 : path);
    dot = strrchr(name, '.');
    if (dot && dot > name)
        *dot = '\0';
}

static enum odd_status add_file(struct eval *e, const char *path, struct odd_error *err)
{
    char name[128], *text;
    enum odd_status st = cli_read_text("configuration", path, &text, err);

    config_name(path, name);
    if (!st)
        st = odd_eval_add(e->eval, name, text, err);
    free(text);
    return st;
}

static enum odd_status add_files(struct eval *e, struct odd_error *err)
{
    const char *list = odd_options_get(e->options, "compare");
    enum odd_status st = ODD_OK;

    while (!st && list && *list) {
        size_t n = strcspn(list, "\n");
        char *path = strndup(list, n);

        st = path ? add_file(e, path, err) : cli_fail(err, ODD_ERR_MEMORY, "out of memory");
        free(path);
        list += n + (list[n] == '\n');
    }
    return st;
}

static enum odd_status check_outputs(const struct eval *e, struct odd_error *err)
{
    static const char *const names[] = {"write", "results", "bad"};
    enum odd_status st = ODD_OK;

    for (int i = 0; i < 3 && !st; i++) {
        const char *path = odd_options_get(e->options, names[i]);

        st = cli_sink_apart(names[i], path, e->inputs, e->n_inputs, err);
        for (int k = 0; k < i && !st; k++) {
            const char *other = odd_options_get(e->options, names[k]);

            if (path && other && strcmp(path, other) == 0)
                st = cli_fail(err, ODD_ERR_USAGE, "--%s and --%s both name '%s'", names[k], names[i], path);
        }
    }
    if (!st && cli_settings_on(e->options, "fail-if-worse") && !odd_options_get(e->options, "results"))
        st = cli_fail(err, ODD_ERR_USAGE, "--fail-if-worse needs --results FILE to compare with");
    return st;
}

/* Everything that may be refused is tried before anything is measured. */
static enum odd_status prepare(struct eval *e, const struct cli_args *args, struct odd_error *err)
{
    const char *results;
    enum odd_status st = cli_settings_new("eval", args, &e->options, err);

    e->inputs = args->operands;
    e->n_inputs = args->n_operands;
    if (!st && e->n_inputs == 0)
        st = cli_fail(err, ODD_ERR_USAGE, "no FILE given: name the labelled files to measure on");
    if (!st)
        st = check_outputs(e, err);
    if (!st)
        st = odd_eval_new(e->options, &e->eval, err);
    if (!st)
        st = add_labels(e, err);
    if (!st)
        st = add_files(e, err);
    results = st ? NULL : odd_options_get(e->options, "results");
    return results ? cli_read_text_if_there("results file", results, &e->before, err) : st;
}

/* ---- Results ------------------------------------------------------------------------------------------------------ */

typedef enum odd_status (*write_fn)(struct eval *e, struct odd_error *err);

static enum odd_status write_report(struct eval *e, struct odd_error *err)
{
    return odd_eval_write(e->eval, cli_sink_write, &e->sink, err);
}

static enum odd_status write_lines(struct eval *e, struct odd_error *err)
{
    return odd_eval_results(e->eval, odd_options_get(e->options, "results"), e->before, cli_sink_write,
                            &e->sink, err);
}

static enum odd_status write_to(struct eval *e, const char *path, write_fn write, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    enum odd_status st = cli_sink_open(&e->sink, path, err), closed;

    if (st)
        return st;
    st = write(e, err);
    closed = cli_sink_close(&e->sink, &close_err);
    if (closed && (!st || e->sink.error)) { /* it knows the name of the file */
        *err = close_err;
        return closed;
    }
    return st;
}

static void number(char out[32], double v)
{
    if (isnan(v))
        snprintf(out, 32, "nothing");
    else
        snprintf(out, 32, "%.4g", v);
}

static void tell_worse(void *ctx, const struct odd_worse *w)
{
    struct eval *e = ctx;
    char before[32], now[32];

    number(before, w->before);
    number(now, w->now);
    cli_say("worse: %s, %s, %s: %s before, %s now", w->config, w->level, w->metric, before, now);
    e->n_worse++;
}

static enum odd_status keep_results(struct eval *e, struct odd_error *err)
{
    const char *path = odd_options_get(e->options, "results");
    enum odd_status st = ODD_OK;

    if (!path)
        return ODD_OK;
    if (cli_settings_on(e->options, "fail-if-worse"))
        st = odd_eval_worse(e->eval, path, e->before, tell_worse, e, err);
    return st || e->n_worse ? st : write_to(e, path, write_lines, err);
}

static enum odd_status measure(struct eval *e, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    enum odd_status st = cli_bad_open(&e->bad, e->options, err), closed;

    if (st)
        return st;
    odd_eval_set_progress(e->eval, cli_progress_step, &e->progress);
    odd_eval_set_bad(e->eval, cli_bad_add, &e->bad);
    st = odd_eval_run(e->eval, e->inputs, e->n_inputs, err);
    cli_progress_clear();
    closed = cli_bad_close(&e->bad, &close_err);
    if (closed && !st) {
        *err = close_err;
        return closed;
    }
    if (!st)
        st = write_to(e, odd_options_get(e->options, "write"), write_report, err);
    return st ? st : keep_results(e, err);
}

static void tell_notes(const struct eval *e)
{
    for (size_t i = 0; !e->quiet && i < odd_eval_notes(e->eval); i++)
        cli_tell("%s", odd_eval_note(e->eval, i));
}

static int run_eval(const struct cli_command *command, const struct cli_args *args)
{
    struct eval e = {0};
    struct odd_error err = ODD_ERROR_INIT;
    double started = cli_now();
    enum odd_status st;
    int code;

    (void)command;
    cli_catch_interrupts();
    st = prepare(&e, args, &err);
    if (!st) {
        e.quiet = cli_settings_on(e.options, "quiet");
        cli_progress_init(&e.progress, e.quiet, started);
        st = measure(&e, &err);
        if (cli_interrupted())
            st = ODD_ERR_CANCELED;
        if (st != ODD_ERR_CLOSED)
            tell_notes(&e);
    }
    if (st == ODD_ERR_CANCELED)
        cli_say("interrupted");
    else if (st && st != ODD_ERR_CLOSED)
        cli_say_error(&err);
    code = st ? cli_exit_code(st) : e.n_worse ? CLI_FAILED : CLI_DONE;
    odd_eval_free(e.eval);
    odd_options_free(e.options);
    free(e.before);
    return code;
}

static const struct cli_example examples[] = {
    {"oddflow eval --preset hosts,scans,spam capture.binetflow",
     "three presets side by side on a capture with CTU-13's labels"},
    {"oddflow eval --hunt --positive \"label like '*Malicious*'\" conn.log.labeled",
     "how high 'oddflow hunt' ranks the bad hosts; all other flows are good"},
    {"oddflow eval --detector lof --detector knn --detector iforest --by src_ip --window 5m "
     "capture.binetflow",
     "three detectors on the same features"},
    {"oddflow eval --labels truth.csv --compare mine.conf --compare yours.conf capture.csv.gz",
     "two configurations, with the truth from a file such as '10.0.0.5,positive'"},
    {"oddflow eval --preset hosts --results results.csv --fail-if-worse capture.binetflow",
     "for CI: exits with 1 and says which measure fell below the one kept in results.csv"},
};

const struct cli_command cli_eval = {
    .name = "eval",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "measures how well configurations find what is known to be bad",
    .about = "Reads files whose flows are known to be bad (positive), good (negative) or neither (ignored), "
             "runs one or "
             "more configurations over them, and shows how well each tells the bad from the good: for flows, "
             "hosts in "
             "a window, windows and hosts, how well the scores rank (ROC AUC, average precision, precision "
             "at n, max "
             "F1) and what the detector's own threshold finds; then where the first bad host stands, how "
             "many alerts "
             "a day there are and how soon a bad host is found, and the measures of the CTU-13 paper beside "
             "its three "
             "dummies. Hosts are source addresses. The truth is read in a pass of its own: a detector never "
             "sees it, "
             "and a configuration that reads the label is refused. docs/evaluation.md says what each measure "
             "means.",
    .components = false,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_eval,
};
