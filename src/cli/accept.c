#include "command_table.h"

#include <stdlib.h>
#include <string.h>

#include "bad.h"
#include "progress.h"
#include "say.h"
#include "settings.h"
#include "sink.h"
#include "summary.h"

struct accept {
    odd_options *options;
    odd_run *run;
    const char **inputs; /* those of --from, then the operands */
    char *from;          /* what the first point into */
    size_t n_inputs;
    bool quiet;
};

static size_t lines_of(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* The lines of --from, then the operands behind the baseline. */
static enum odd_status find_inputs(struct accept *a, const struct cli_args *args, size_t first,
                                   struct odd_error *err)
{
    const char *from = odd_options_get(a->options, "from");
    size_t most = args->n_operands + 1 + (from ? lines_of(from) + 1 : 0);

    a->inputs = calloc(most, sizeof *a->inputs);
    a->from = strdup(from ? from : "");
    if (!a->inputs || !a->from)
        return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
    for (char *at = a->from; *at;) {
        char *end = at + strcspn(at, "\n");

        a->inputs[a->n_inputs++] = at;
        at = *end ? end + 1 : end;
        *end = '\0';
    }
    for (size_t i = first; i < args->n_operands; i++)
        a->inputs[a->n_inputs++] = args->operands[i];
    if (a->n_inputs == 0)
        return cli_fail(err, ODD_ERR_USAGE,
                        "say with --from FILE which flows the scope is to be learnt from");
    return ODD_OK;
}

static enum odd_status find_baseline(struct accept *a, const struct cli_args *args, size_t *first,
                                     struct odd_error *err)
{
    *first = 0;
    if (odd_options_get(a->options, "baseline"))
        return ODD_OK;
    if (args->n_operands == 0)
        return cli_fail(err, ODD_ERR_USAGE,
                        "name the baseline: 'oddflow accept campus.odd --scope EXPR --from FILE'");
    *first = 1;
    return odd_options_set(a->options, "baseline", args->operands[0], err);
}

static enum odd_status prepare(struct accept *a, const struct cli_args *args, struct odd_error *err)
{
    size_t first;
    enum odd_status st = cli_settings_new("accept", args, &a->options, err);

    if (!st)
        st = find_baseline(a, args, &first, err);
    if (!st)
        st = cli_settings_now(a->options, err);
    if (!st)
        st = find_inputs(a, args, first, err);
    if (!st)
        st = cli_sink_apart("baseline", odd_options_get(a->options, "baseline"), a->inputs, a->n_inputs, err);
    if (!st)
        st = cli_sink_apart("bad", odd_options_get(a->options, "bad"), a->inputs, a->n_inputs, err);
    if (!st)
        st = odd_run_new(a->options, &a->run, err);
    for (size_t i = 0; !st && i < a->n_inputs; i++)
        st = odd_run_add_file(a->run, a->inputs[i], err);
    return st;
}

static void tell_account(const struct accept *a, double started)
{
    struct odd_ledger ledger;
    char text[CLI_SUMMARY_MAX];

    cli_progress_clear();
    if (a->quiet || !a->run)
        return;
    odd_run_ledger(a->run, &ledger);
    if (ledger.read == 0)
        return;
    cli_tell("%s", cli_summary_of(text, &ledger, cli_now() - started, NULL, NULL));
    for (size_t i = 0; i < odd_run_notes(a->run); i++)
        cli_tell("%s", odd_run_note(a->run, i));
}

static enum odd_status accept(struct accept *a, double started, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_progress progress;
    struct cli_bad bad = {0};
    enum odd_status st = cli_bad_open(&bad, a->options, err), closed;

    if (st)
        return st;
    cli_progress_init(&progress, a->quiet, started);
    odd_run_set_progress(a->run, cli_progress_step, &progress);
    odd_run_set_bad(a->run, cli_bad_add, &bad);
    st = odd_run_accept(a->run, err);
    closed = cli_bad_close(&bad, &close_err);
    if (closed && !st)
        *err = close_err;
    return st ? st : closed;
}

static int run_accept(const struct cli_command *command, const struct cli_args *args)
{
    struct accept a = {0};
    struct odd_error err = ODD_ERROR_INIT;
    double started = cli_now();
    enum odd_status st;

    (void)command;
    cli_catch_interrupts();
    st = prepare(&a, args, &err);
    if (!st && !cli_interrupted()) {
        a.quiet = cli_settings_on(a.options, "quiet");
        st = accept(&a, started, &err);
        if (!cli_interrupted())
            tell_account(&a, started);
    }
    if (cli_interrupted()) {
        st = ODD_ERR_CANCELED;
        cli_say("interrupted: the baseline is as it was");
    } else if (st) {
        cli_say_error(&err);
    }
    odd_run_free(a.run);
    odd_options_free(a.options);
    free(a.inputs);
    free(a.from);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow accept campus.odd --scope 'dst_port == 25565' --from week2.csv",
     "the game of the students, learnt from a week of its nights"},
    {"oddflow accept campus.odd --scope \"$SCOPE\" --owner kim --reason 'the game' --from week2.csv",
     "with who answers for it and why, for the log"},
    {"oddflow accept campus.odd --dry-run --scope 'dst_port == 9100' --from mon.csv tue.csv",
     "what that would be learnt from"},
    {"oddflow accept campus.odd --scope 'src_ip == 10.0.7.7' --expires 2025-09-01 --from week2.csv",
     "until the machine is replaced"},
};

const struct cli_command cli_accept = {
    .name = "accept",
    .operands = "BASELINE [FILE...]",
    .operand_choices = "<files>",
    .summary = "learns a scope of its own from flows that a baseline calls novel",
    .about =
        "Adds a scope to a baseline: flows for which --scope is true leave the rows that they were part of "
        "and form "
        "rows of their own in each plan, which are judged by what the flows of --from taught; the rest of "
        "the same "
        "host is judged as before. Of several accepted scopes the newest that holds takes a flow. Hosts that "
        "are "
        "new to the scope are judged without memory. Learn from whole nights, two at least: from less, from "
        "more "
        "than half of all flows, or where no plan gets the 120 rows that a model needs, a scope is only "
        "accepted "
        "with --force. What the file held before is kept as FILE.prev, and the log of the file ('oddflow "
        "baseline log') says who did what; 'oddflow reject' and 'oddflow baseline revert' take it back.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_accept,
};
