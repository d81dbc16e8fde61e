#include "command_table.h"

#include "say.h"
#include "settings.h"
#include "sink.h"

static enum odd_status reject(const struct cli_args *args, odd_options *opt, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    enum odd_status st = cli_settings_now(opt, err), closed;

    if (st)
        return st;
    if (args->n_operands != 2)
        return cli_fail(err, ODD_ERR_USAGE,
                        "name a baseline and a scope by its number or its expression: 'oddflow reject "
                        "campus.odd 1'");
    st = cli_sink_open(&sink, NULL, err);
    if (st)
        return st;
    st = odd_baseline_reject(args->operands[0], args->operands[1], opt, cli_sink_write, &sink, err);
    closed = cli_sink_close(&sink, &close_err);
    if (closed && (!st || sink.error)) {
        *err = close_err;
        st = closed;
    }
    return st;
}

static int run_reject(const struct cli_command *command, const struct cli_args *args)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    enum odd_status st = cli_settings_new(command->name, args, &opt, &err);

    if (!st)
        st = reject(args, opt, &err);
    if (st)
        cli_say_error(&err);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow reject campus.odd 1 --reason 'the game server was hacked'", "by the number of the scope"},
    {"oddflow reject campus.odd 'dst_port == 9100'", "by its expression"},
};

const struct cli_command cli_reject = {
    .name = "reject",
    .operands = "BASELINE SCOPE",
    .operand_choices = "<files>",
    .summary = "takes an accepted scope out of a baseline",
    .about =
        "Its flows are judged again by the models of all others. 'oddflow baseline scopes' lists the "
        "accepted "
        "scopes with their numbers. The log of the file keeps the scope, so that 'oddflow baseline revert' "
        "brings it back.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_reject,
};
