#include "command_table.h"

#include <string.h>
#include <unistd.h>

#include "bad.h"
#include "progress.h"
#include "say.h"
#include "settings.h"
#include "sink.h"
#include "summary.h"

struct learn {
    odd_options *options;
    odd_run *run;
    const char *path;
    const char *const *inputs;
    size_t n_inputs;
    bool quiet;
};

static enum odd_status find_inputs(struct learn *l, const struct cli_args *args, struct odd_error *err)
{
    static const char *const standard_input[] = {"-"};

    l->inputs = args->operands;
    l->n_inputs = args->n_operands;
    if (l->n_inputs > 0)
        return ODD_OK;
    if (isatty(STDIN_FILENO))
        return cli_fail(err, ODD_ERR_USAGE,
                        "no FILE given and standard input is a terminal: name a file or pipe flows "
                        "in ('oddflow learn --help' has examples)");
    l->inputs = standard_input;
    l->n_inputs = 1;
    return ODD_OK;
}

static enum odd_status prepare(struct learn *l, const struct cli_args *args, struct odd_error *err)
{
    enum odd_status st = cli_settings_new("learn", args, &l->options, err);

    if (!st && !(l->path = odd_options_get(l->options, "out")))
        st = cli_fail(err, ODD_ERR_USAGE, "say with -o FILE where the baseline is to go");
    if (!st)
        st = find_inputs(l, args, err);
    if (!st)
        st = cli_sink_apart("out", l->path, l->inputs, l->n_inputs, err);
    if (!st && odd_options_get(l->options, "bad") && strcmp(l->path, odd_options_get(l->options, "bad")) == 0)
        st = cli_fail(err, ODD_ERR_USAGE, "--out and --bad both name '%s'", l->path);
    if (!st)
        st = cli_sink_apart("bad", odd_options_get(l->options, "bad"), l->inputs, l->n_inputs, err);
    if (!st)
        st = odd_run_new(l->options, &l->run, err);
    for (size_t i = 0; !st && i < l->n_inputs; i++)
        st = odd_run_add_file(l->run, l->inputs[i], err);
    return st;
}

static void tell_account(const struct learn *l, double started)
{
    struct odd_ledger ledger;
    char text[CLI_SUMMARY_MAX];

    odd_run_ledger(l->run, &ledger);
    cli_progress_clear();
    if (l->quiet || ledger.read == 0)
        return;
    cli_tell("%s", cli_summary_of(text, &ledger, cli_now() - started, NULL, NULL));
    for (size_t i = 0; i < odd_run_notes(l->run); i++)
        cli_tell("%s", odd_run_note(l->run, i));
}

static enum odd_status learn(struct learn *l, double started, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_progress progress;
    struct cli_bad bad = {0};
    enum odd_status st = cli_bad_open(&bad, l->options, err), closed;

    if (st)
        return st;
    cli_progress_init(&progress, l->quiet, started);
    odd_run_set_progress(l->run, cli_progress_step, &progress);
    odd_run_set_bad(l->run, cli_bad_add, &bad);
    st = odd_run_learn(l->run, l->path, err);
    closed = cli_bad_close(&bad, &close_err);
    if (closed && !st)
        *err = close_err;
    return st ? st : closed;
}

static int run_learn(const struct cli_command *command, const struct cli_args *args)
{
    struct learn l = {0};
    struct odd_error err = ODD_ERROR_INIT;
    double started = cli_now();
    enum odd_status st;

    (void)command;
    cli_catch_interrupts();
    st = prepare(&l, args, &err);
    if (!st && !cli_interrupted()) {
        l.quiet = cli_settings_on(l.options, "quiet");
        st = learn(&l, started, &err);
        if (!cli_interrupted())
            tell_account(&l, started);
    }
    if (cli_interrupted()) {
        st = ODD_ERR_CANCELED;
        cli_say("interrupted: no baseline was written");
    } else if (st) {
        cli_say_error(&err);
    }
    odd_run_free(l.run);
    odd_options_free(l.options);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow learn -o campus.odd --home 10.0.0.0/8 week1.csv.gz",
     "four plans of a week: hosts and services by the hour, peers by the day"},
    {"oddflow learn -o hour.odd --preset hosts,services ten.binetflow eleven.binetflow",
     "two plans that suit hours rather than days, two inputs as one stream"},
    {"oddflow learn -o dns.odd --by src_ip --window 10m --feature 'names = log1p(count(dst_port == 53))' "
     "x.binetflow",
     "a plan of one's own"},
    {"oddflow learn -o clean.odd --where 'src_ip != 10.0.0.66' capture.binetflow",
     "leaves out what is known to be bad"},
    {"oddflow learn -o campus.odd --scope-dim 'lab = src_ip in {10.1.4.0/24, 10.2.9.0/25}' --calendar "
     "term.ics "
     "week1.csv.gz",
     "scopes may also differ by the lab's addresses and by the events of a calendar"},
    {"zstdcat capture.binetflow.zst | oddflow learn -o campus.odd -", "from a pipe"},
};

const struct cli_command cli_learn = {
    .name = "learn",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "learns from flows what is normal, for 'oddflow detect --baseline'",
    .about = "Reads flow records as 'oddflow detect' does, in one pass and bounded memory, and writes a "
             "baseline: for "
             "each plan (a preset, or --by and --feature) what its entities look like, and how odd normal "
             "ones are. Each row "
             "is scored by what all other hosts and days taught; those scores say how often a normal row is "
             "as odd as "
             "one that 'oddflow detect --baseline' meets. That holds as far as what comes is exchangeable "
             "with what was "
             "learnt. The same input gives the same file on every machine. A row is an entity in a window; a "
             "plan needs "
             "120 of them.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_learn,
};
