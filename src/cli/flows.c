#include "command_table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bad.h"
#include "say.h"
#include "settings.h"
#include "sink.h"

struct flows {
    const odd_options *options;
    const char *const *inputs;
    size_t n_inputs;
    struct cli_sink sink;
    struct cli_bad bad;
    struct odd_ledger ledger;
};

static enum odd_status check_outputs(const struct flows *f, struct odd_error *err)
{
    const char *results = odd_options_get(f->options, "write"), *bad = odd_options_get(f->options, "bad");
    enum odd_status st = cli_sink_apart("write", results, f->inputs, f->n_inputs, err);

    if (!st)
        st = cli_sink_apart("bad", bad, f->inputs, f->n_inputs, err);
    if (!st && results && bad && strcmp(results, bad) == 0)
        st = cli_fail(err, ODD_ERR_USAGE, "--write and --bad both name '%s'", results);
    return st;
}

static enum odd_status write_flows(struct flows *f, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    enum odd_status st = cli_bad_open(&f->bad, f->options, err), closed;

    if (st)
        return st;
    st = cli_sink_open(&f->sink, odd_options_get(f->options, "write"), err);
    if (!st) {
        st = odd_flows(f->options, f->inputs, f->n_inputs, cli_sink_write, &f->sink, cli_bad_add, &f->bad,
                       &f->ledger, err);
        closed = cli_sink_close(&f->sink, &close_err);
        if (closed && (!st || f->sink.error)) {
            *err = close_err;
            st = closed;
        }
    }
    closed = cli_bad_close(&f->bad, &close_err);
    if (closed && !st)
        *err = close_err;
    return st ? st : closed;
}

static void tell_account(const struct flows *f)
{
    char read[CLI_NUMBER_MAX], written[CLI_NUMBER_MAX];

    if (cli_settings_on(f->options, "quiet") || f->ledger.read == 0)
        return;
    cli_tell("%s of %s flows", cli_number(written, f->ledger.scored), cli_number(read, f->ledger.read));
}

static int run_flows(const struct cli_command *command, const struct cli_args *args)
{
    static const char *const standard_input[] = {"-"};
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    struct flows f = {.inputs = args->operands, .n_inputs = args->n_operands};
    enum odd_status st = cli_settings_new(command->name, args, &opt, &err);

    f.options = opt;
    if (!st && f.n_inputs == 0 && isatty(STDIN_FILENO))
        st = cli_fail(&err, ODD_ERR_USAGE,
                      "no FILE given and standard input is a terminal: name the files to read");
    if (f.n_inputs == 0) {
        f.inputs = standard_input;
        f.n_inputs = 1;
    }
    if (!st)
        st = check_outputs(&f, &err);
    if (!st) {
        st = write_flows(&f, &err);
        tell_account(&f);
    }
    if (st)
        cli_say_error(&err);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow flows --where 'dst_port == 25 and bytes > 1M' capture.binetflow", "large mails"},
    {"oddflow flows --where 'src net 10.0.0.0/8 and dst port 445' a.csv.gz", "nfdump's spelling does too"},
    {"oddflow flows --since 2011-08-16T11:05:00Z --until 2011-08-16T11:10:00Z -n 20 capture.binetflow",
     "the first 20 flows of five minutes"},
};

const struct cli_command cli_flows = {
    .name = "flows",
    .operands = "[FILE...]",
    .operand_choices = "<files>",
    .summary = "writes the flows that a condition lets through, as they were read",
    .about =
        "Reads flow records and writes those for which --where is true and which start between --since and "
        "--until, unchanged and under the input's header. Several files come one after the other and must "
        "have "
        "the same columns. '-' or no FILE is standard input.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_flows,
};
