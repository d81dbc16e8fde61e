#include "command_table.h"

#include <stdlib.h>
#include <string.h>

#include "read_text.h"
#include "say.h"
#include "settings.h"
#include "sink.h"

struct propose {
    odd_options *options;
    odd_alert_file *alerts;
    const char *const *inputs;
    size_t n_inputs;
};

static enum odd_status read_alerts(struct propose *p, const char *path, struct odd_error *err)
{
    char *text;
    enum odd_status st = cli_read_text("file of alerts", path, &text, err);

    if (st)
        return st;
    st = odd_alert_file_new(text, strlen(text), path, &p->alerts, err);
    free(text);
    return st;
}

static enum odd_status prepare(struct propose *p, const struct cli_args *args, struct odd_error *err)
{
    enum odd_status st = cli_settings_new("propose", args, &p->options, err);
    size_t first = 0;

    if (!st && !odd_options_get(p->options, "baseline") && args->n_operands > 0)
        st = odd_options_set(p->options, "baseline", args->operands[first++], err);
    if (st)
        return st;
    if (args->n_operands < first + 2 || !odd_options_get(p->options, "baseline"))
        return cli_fail(err, ODD_ERR_USAGE,
                        "name a baseline, a file of alerts and the flows that they were made from: 'oddflow "
                        "propose campus.odd alerts.ndjson week2.csv'");
    p->inputs = args->operands + first + 1;
    p->n_inputs = args->n_operands - first - 1;
    for (size_t i = 0; i < p->n_inputs; i++)
        if (strcmp(p->inputs[i], "-") == 0)
            return cli_fail(err, ODD_ERR_USAGE,
                            "the flows are read once for each proposal: name files, not standard input");
    return read_alerts(p, args->operands[first], err);
}

static enum odd_status propose(const struct propose *p, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    enum odd_status st = cli_sink_open(&sink, NULL, err), closed;

    if (st)
        return st;
    st = odd_propose(p->options, p->alerts, p->inputs, p->n_inputs, cli_sink_write, &sink, err);
    closed = cli_sink_close(&sink, &close_err);
    if (closed && (!st || sink.error)) {
        *err = close_err;
        st = closed;
    }
    return st;
}

static int run_propose(const struct cli_command *command, const struct cli_args *args)
{
    struct propose p = {0};
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = prepare(&p, args, &err);

    (void)command;
    if (!st)
        st = propose(&p, &err);
    if (st)
        cli_say_error(&err);
    odd_alert_file_free(p.alerts);
    odd_options_free(p.options);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow propose campus.odd alerts.ndjson night1.csv night2.csv",
     "what the alerts that were dismissed have in common, as scopes to accept"},
    {"oddflow propose --budget 10/day -n 1 campus.odd alerts.ndjson week2.csv",
     "the best one, tried at the threshold that the alerts were made at"},
    {"oddflow propose -o ndjson campus.odd alerts.ndjson week2.csv | jq -r .accept",
     "the commands that accept them"},
};

const struct cli_command cli_propose = {
    .name = "propose",
    .operands = "BASELINE ALERTS FILE...",
    .operand_choices = "<files>",
    .summary = "proposes scopes for alerts that were dismissed",
    .about =
        "Looks for what the dismissed alerts of a file ('oddflow alerts dismiss') have in common and other "
        "traffic has "
        "not: a network, a service, hours of the day, days of the week. Each proposal is the narrowest "
        "condition "
        "that holds 98 % of them in each of these; it is then tried on the flows, which are read once more "
        "for it: "
        "how many of the alerts a model of that scope would still raise, how many confirmed alerts nothing "
        "would "
        "raise any more, and what the broader rule that comes to mind first would hide besides. Nothing is "
        "changed: the last line of each proposal is the command that accepts it.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_propose,
};
