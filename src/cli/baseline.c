#include "command_table.h"

#include <string.h>

#include "say.h"
#include "settings.h"
#include "sink.h"

static bool is_word(const char *text)
{
    static const char *const words[] = {"show", "scopes", "log", "verify", "revert"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

static bool is_revert(const struct cli_args *args)
{
    return strcmp(args->operands[0], "revert") == 0;
}

static enum odd_status check(const struct cli_args *args, struct odd_error *err)
{
    if (args->n_operands == 0 || !is_word(args->operands[0]))
        return cli_fail(
            err, ODD_ERR_USAGE,
            "say what to do with a baseline: 'oddflow baseline show FILE', scopes, log, verify or "
            "revert");
    if (args->n_operands != 2 && !(is_revert(args) && args->n_operands == 3))
        return cli_fail(err, ODD_ERR_USAGE, "name one baseline: 'oddflow baseline %s FILE'",
                        args->operands[0]);
    return ODD_OK;
}

static enum odd_status write_out(const odd_options *opt, const struct cli_args *args, struct odd_error *err)
{
    bool json = strcmp(odd_options_get(opt, "output"), "ndjson") == 0;
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    enum odd_status st = cli_sink_open(&sink, NULL, err), closed;

    if (st)
        return st;
    if (is_revert(args))
        st = odd_baseline_revert(args->operands[1], args->n_operands > 2 ? args->operands[2] : NULL, opt,
                                 cli_sink_write, &sink, err);
    else if (strcmp(args->operands[0], "verify") == 0)
        st = odd_baseline_verify(args->operands[1], cli_sink_write, &sink, err);
    else
        st = odd_baseline_show(args->operands[1], args->operands[0], json, cli_sink_write, &sink, err);
    closed = cli_sink_close(&sink, &close_err);
    if (closed && (!st || sink.error)) {
        *err = close_err;
        st = closed;
    }
    return st;
}

static int run_baseline(const struct cli_command *command, const struct cli_args *args)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    enum odd_status st = check(args, &err);

    if (!st)
        st = cli_settings_new(command->name, args, &opt, &err);
    if (!st)
        st = cli_settings_now(opt, &err);
    if (!st)
        st = write_out(opt, args, &err);
    if (st)
        cli_say_error(&err);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow baseline show campus.odd", "what it was learnt from, and its plans"},
    {"oddflow baseline scopes campus.odd", "for whom and when its models hold, and what they stand on"},
    {"oddflow baseline verify campus.odd && mv campus.odd /srv/oddflow/",
     "whether it is whole and can be judged by"},
    {"oddflow baseline log campus.odd", "who changed it, when and why"},
    {"oddflow baseline revert campus.odd", "undoes the last change; with a number behind it, that one"},
    {"oddflow baseline scopes -o ndjson campus.odd | jq -r .condition",
     "the scopes as conditions for --where"},
};

const struct cli_command cli_baseline = {
    .name = "baseline",
    .operands = "show|scopes|log|verify|revert FILE [CHANGE]",
    .summary = "shows what a baseline was learnt from, its scopes and its changes, and undoes these",
    .about =
        "A baseline is what 'oddflow learn' writes. 'show' tells where it comes from and what its plans are. "
        "'scopes' lists, for each plan, the conditions under which one model of normal holds: in words, as a "
        "condition of the expression language, and with what it stands on. Rows of a scope are judged by its "
        "model; accepted scopes come first. 'verify' reads all of it and says whether this oddflow can judge "
        "by "
        "it. 'log' lists the changes since it was learnt, with their numbers; 'revert' undoes one of them, "
        "or the "
        "last, as a change of its own. Of some changes the file keeps no more than the checksum of what it "
        "was: "
        "these are undone by FILE.prev, as long as it is that file.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_baseline,
};
