#include "command_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <stdio.h>
#include <unistd.h>

#include "bad.h"
#include "progress.h"
#include "read_text.h"
#include "say.h"
#include "sensitivity.h"
#include "settings.h"
#include "sink.h"
#include "summary.h"

struct detect {
    const char *command;
    odd_options *options;
    odd_run *run;
    struct cli_sink sink, alerts;
    struct cli_bad bad;
    struct cli_progress progress;
    const char *const *inputs;
    size_t n_inputs;
    bool quiet;
    char fault[600]; /* of a mute rule: the condition and carets */
};

static bool wants_color(void)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

/* What only the program knows about where the results go. */
static enum odd_status set_terminal(odd_options *opt, struct odd_error *err)
{
    bool to_screen = !odd_options_get(opt, "write");
    struct winsize size;
    char columns[16];

    if (strcmp(odd_options_get(opt, "color"), "auto") == 0) {
        enum odd_status st =
            odd_options_set(opt, "color", to_screen && wants_color() ? "always" : "never", err);

        if (st)
            return st;
    }
    if (strcmp(odd_options_get(opt, "width"), "0") != 0 || !to_screen ||
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return ODD_OK;
    snprintf(columns, sizeof columns, "%u", size.ws_col > 80 ? size.ws_col : 80u);
    return odd_options_set(opt, "width", columns, err);
}

static enum odd_status find_inputs(struct detect *d, const struct cli_args *args, struct odd_error *err)
{
    static const char *const standard_input[] = {"-"};

    d->inputs = args->operands;
    d->n_inputs = args->n_operands;
    if (d->n_inputs > 0)
        return ODD_OK;
    if (isatty(STDIN_FILENO))
        return cli_fail(err, ODD_ERR_USAGE,
                        "no FILE given and standard input is a terminal: name a file or pipe flows "
                        "in ('oddflow detect --help' has examples)");
    d->inputs = standard_input;
    d->n_inputs = 1;
    return ODD_OK;
}

static enum odd_status apart(const char *one, const char *path, const char *other, const char *its,
                             struct odd_error *err)
{
    if (path && its && strcmp(path, its) == 0)
        return cli_fail(err, ODD_ERR_USAGE, "--%s and --%s both name '%s'", one, other, path);
    return ODD_OK;
}

static enum odd_status check_outputs(const struct detect *d, struct odd_error *err)
{
    const char *results = odd_options_get(d->options, "write"), *bad = odd_options_get(d->options, "bad");
    const char *baseline = odd_options_get(d->options, "baseline");
    const char *alerts = odd_options_get(d->options, "alerts");
    enum odd_status st = cli_sink_apart("write", results, d->inputs, d->n_inputs, err);

    if (!st && baseline)
        st = cli_sink_apart("write", results, &baseline, 1, err);
    if (!st && baseline)
        st = cli_sink_apart("bad", bad, &baseline, 1, err);
    if (!st && baseline)
        st = cli_sink_apart("alerts", alerts, &baseline, 1, err);

    if (!st)
        st = cli_sink_apart("bad", bad, d->inputs, d->n_inputs, err);
    if (!st)
        st = cli_sink_apart("alerts", alerts, d->inputs, d->n_inputs, err);
    if (!st)
        st = apart("write", results, "bad", bad, err);
    if (!st)
        st = apart("write", results, "alerts", alerts, err);
    return st ? st : apart("alerts", alerts, "bad", bad, err);
}

/* Mute rules are read, and may be refused, before anything is written. */
static enum odd_status read_rules(struct detect *d, struct odd_error *err)
{
    const char *path = odd_options_get(d->options, "mute");
    char *text = NULL;
    enum odd_status st;

    if (!path)
        return ODD_OK;
    st = cli_read_text("mute rules", path, &text, err);
    if (!st)
        st = odd_run_set_mute(d->run, text, path, d->fault, sizeof d->fault, err);
    free(text);
    return st;
}

/* Everything that may be refused is tried before an output is opened, and so emptied. */
static enum odd_status prepare(struct detect *d, const char *command, const struct cli_args *args,
                               struct odd_error *err)
{
    enum odd_status st = cli_settings_new(command, args, &d->options, err);

    if (!st)
        st = find_inputs(d, args, err);
    if (!st)
        st = set_terminal(d->options, err);
    if (!st)
        st = check_outputs(d, err);
    if (!st)
        st = odd_run_new(d->options, &d->run, err);
    for (size_t i = 0; !st && i < d->n_inputs; i++)
        st = odd_run_add_file(d->run, d->inputs[i], err);
    return st ? st : read_rules(d, err);
}

static enum odd_status run_with_alerts(struct detect *d, struct odd_error *err)
{
    const char *path = odd_options_get(d->options, "alerts");
    struct odd_error close_err = ODD_ERROR_INIT;
    enum odd_status st = ODD_OK, closed;

    if (!path)
        return odd_run_write(d->run, cli_sink_write, &d->sink, err);
    st = cli_sink_open(&d->alerts, path, err);
    if (st)
        return st;
    odd_run_set_alerts(d->run, cli_sink_write, &d->alerts);
    st = odd_run_write(d->run, cli_sink_write, &d->sink, err);
    closed = cli_sink_close(&d->alerts, &close_err);
    if (!closed || (st && !d->alerts.error))
        return st;
    *err = close_err;
    return closed;
}

static enum odd_status write_results(struct detect *d, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    enum odd_status st = cli_bad_open(&d->bad, d->options, err), closed;

    if (st)
        return st;
    st = cli_sink_open(&d->sink, odd_options_get(d->options, "write"), err);
    if (!st) {
        odd_run_set_progress(d->run, cli_progress_step, &d->progress);
        odd_run_set_bad(d->run, cli_bad_add, &d->bad);
        st = run_with_alerts(d, err);
        closed = cli_sink_close(&d->sink, &close_err);
        if (closed && (!st || d->sink.error)) { /* it knows the name of the file */
            *err = close_err;
            st = closed;
        }
    }
    closed = cli_bad_close(&d->bad, &close_err);
    if (closed && !st)
        *err = close_err;
    return st ? st : closed;
}

static bool is_closed(const struct odd_ledger *l)
{
    return l->read == l->scored + l->late + l->bad + l->filtered + l->missing + l->thin + l->shed;
}

/* A hunt ranks hosts; it calls nothing novel. */
static bool is_novelty(const struct detect *d)
{
    return odd_options_get(d->options, "baseline") && strcmp(d->command, "detect") == 0;
}

/* A run that failed half-way has rows whose fate was never settled. */
static void tell_account(const struct detect *d)
{
    struct odd_ledger ledger;
    char text[CLI_SUMMARY_MAX], read[CLI_NUMBER_MAX], scored[CLI_NUMBER_MAX];

    odd_run_ledger(d->run, &ledger);
    cli_progress_clear();
    if (d->quiet || ledger.read == 0)
        return;
    if (is_closed(&ledger))
        cli_tell("%s", is_novelty(d) ? cli_summary_of(text, &ledger, cli_now() - d->progress.started,
                                                      "novelty", "novelties")
                                     : cli_summary(text, &ledger, cli_now() - d->progress.started));
    else
        cli_tell("stopped early: %s flows read, %s scored", cli_number(read, ledger.read),
                 cli_number(scored, ledger.scored));
    for (size_t i = 0; i < odd_run_notes(d->run); i++)
        cli_tell("%s", odd_run_note(d->run, i));
}

static int found_code(const struct detect *d)
{
    struct odd_ledger ledger;

    odd_run_ledger(d->run, &ledger);
    return ledger.outliers > 0 && cli_settings_on(d->options, "exit-code") ? CLI_ANOMALIES : CLI_DONE;
}

/* Big flows are what the founding analysis finds; a newcomer may be after something else. */
static void tell_hint(const struct detect *d, const char *command)
{
    const char *output = odd_options_get(d->options, "output");

    if (d->quiet || strcmp(command, "detect") != 0 || odd_options_get(d->options, "by") ||
        odd_options_get(d->options, "preset") || odd_options_get(d->options, "baseline") ||
        strcmp(output, "table") != 0 || !isatty(STDERR_FILENO))
        return;
    cli_tell("attackers rather than big flows? oddflow hunt %s", d->n_inputs == 1 ? d->inputs[0] : "FILE...");
}

static void say_error(const struct detect *d, const struct odd_error *err)
{
    cli_say_error(err);
    for (const char *line = d->fault; *line;) {
        size_t n = strcspn(line, "\n");

        cli_tell("  %.*s", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* Instead of a run: several. */
static int run_sensitivity(struct detect *d, struct odd_error *err)
{
    enum odd_status st = cli_sensitivity(d->options, d->inputs, d->n_inputs, err);

    if (st && st != ODD_ERR_CLOSED)
        cli_say_error(err);
    odd_run_free(d->run);
    odd_options_free(d->options);
    return st ? cli_exit_code(st) : CLI_DONE;
}

int cli_run_analysis(const struct cli_command *command, const struct cli_args *args)
{
    struct detect d = {.command = command->name};
    struct odd_error err = ODD_ERROR_INIT;
    double started = cli_now();
    enum odd_status st;
    int code;

    cli_catch_interrupts();
    st = prepare(&d, command->name, args, &err);
    if (cli_interrupted())
        st = ODD_ERR_CANCELED;
    if (!st && strcmp(command->name, "detect") == 0 && odd_options_get(d.options, "sensitivity"))
        return run_sensitivity(&d, &err);
    if (!st) {
        d.quiet = cli_settings_on(d.options, "quiet");
        cli_progress_init(&d.progress, d.quiet, started);
        st = write_results(&d, &err);
        if (cli_interrupted()) /* whatever it led to */
            st = ODD_ERR_CANCELED;
        if (st != ODD_ERR_CLOSED)
            tell_account(&d);
        if (!st)
            tell_hint(&d, command->name);
    }
    if (st == ODD_ERR_CANCELED)
        cli_say("interrupted");
    else if (st && st != ODD_ERR_CLOSED)
        say_error(&d, &err);
    code = st ? cli_exit_code(st) : found_code(&d);
    odd_run_free(d.run);
    odd_options_free(d.options);
    return code;
}

static const struct cli_example examples[] = {
    {"oddflow detect capture.binetflow", "the odd flows of every minute, each with its reason"},
    {"oddflow detect -n 20 --features TotBytes,TotPkts,Dur capture.binetflow",
     "the 20 oddest flows of the file by three features"},
    {"oddflow detect --window 5m -o csv -w odd.csv monday.csv.gz tuesday.csv.gz",
     "two compressed files as one stream, five-minute windows, results as CSV"},
    {"zstdcat capture.binetflow.zst | oddflow detect -o ndjson -", "from a pipe, one JSON object a line"},
    {"oddflow detect --features 'log1p(TotBytes)' --detector dbscan:eps=0.5 x.csv",
     "on a logarithmic scale, with a smaller neighbourhood"},
    {"oddflow detect --sensitivity 0.5,1,2,2.5,3,5 capture.binetflow",
     "whether the eps was luck: what changes with it"},
    {"oddflow detect --no-window --features all table.csv",
     "any table of numbers: every numeric column is a feature, no time needed"},
    {"oddflow detect --by src_ip --window 5m capture.binetflow", "odd hosts instead of odd flows"},
    {"oddflow detect --preset hosts --home 10.0.0.0/8 capture.binetflow",
     "a preset ('oddflow presets' lists them)"},
    {"oddflow detect --baseline campus.odd tuesday.binetflow",
     "odd against what 'oddflow learn' learnt as normal"},
    {"oddflow detect --baseline campus.odd --budget 10/day tuesday.binetflow",
     "as odd as normal traffic is ten times a day"},
    {"oddflow detect --baseline campus.odd --fdr 0.1 --fdr-span 7d march.binetflow",
     "of whose alerts about a tenth may be false, week by week"},
    {"oddflow detect --baseline campus.odd --also-outliers tuesday.binetflow",
     "and apart from it what is odd among the judged hosts themselves"},
    {"oddflow detect --windows-only -o csv capture.binetflow", "flows, clusters and outliers of each window"},
    {"oddflow detect -q --exit-code -w odd.csv -o csv capture.binetflow",
     "for scripts: exits with 10 if anything is "
     "odd"},
};

const struct cli_command cli_detect = {
    .name = "detect",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "finds odd flows, window by window, and says why",
    .about = "Reads flow records, puts them into time windows, turns each flow into numbers and shows the "
             "flows that do "
             "not belong, each with its score (0 to 100, higher is odder) and its reason. Without options: "
             "one-minute "
             "windows, the bytes of a flow, standard scaling, DBSCAN with eps 2.5 and min_samples 5. Several "
             "files are "
             "one stream; '-' or no FILE is standard input; compressed input is recognised. The account of "
             "every record "
             "goes to standard error.",
    .components = true,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = cli_run_analysis,
};
