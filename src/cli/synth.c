#include "command_table.h"

#include <string.h>

#include "progress.h"
#include "say.h"
#include "settings.h"
#include "sink.h"

static enum odd_status write_traffic(const odd_options *opt, struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    enum odd_status st = cli_sink_open(&sink, odd_options_get(opt, "write"), err), closed;

    if (st)
        return st;
    st = odd_synth(opt, cli_sink_write, &sink, err);
    closed = cli_sink_close(&sink, &close_err);
    if (closed && (!st || sink.error)) { /* it knows the name of the file */
        *err = close_err;
        return closed;
    }
    return st;
}

static int run_synth(const struct cli_command *command, const struct cli_args *args)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    enum odd_status st;

    for (size_t i = 0; i < args->n_operands; i++) {
        if (strcmp(args->operands[i], "campus") == 0 && i == 0)
            continue;
        cli_say("%s reads no file, so '%s' has no place; '-w FILE' names where to write", command->name,
                args->operands[i]);
        return CLI_USAGE;
    }
    st = cli_settings_new("synth", args, &opt, &err);
    if (!st && args->n_operands)
        st = odd_options_set(opt, "model", "campus", &err);
    if (!st)
        st = write_traffic(opt, &err);
    if (st && st != ODD_ERR_CLOSED)
        cli_say_error(&err);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow synth --flows 100k -w demo.binetflow", "thirteen minutes of traffic with planted attacks"},
    {"oddflow synth --attacks none --seed 7 | oddflow detect -", "clean traffic straight into the analysis"},
    {"oddflow synth --flows 28M --rate 7600/m -w big.binetflow", "a file of any size for benchmarks"},
    {"oddflow synth campus --seed 7 -w campus.binetflow",
     "three weeks of a campus; the last two have four attacks a day"},
    {"oddflow synth campus --seed 7 --minecraft-from 7 -w story.binetflow",
     "the same with a game in housing that begins in the second week"},
};

const struct cli_command cli_synth = {
    .name = "synth",
    .operands = "[campus]",
    .operand_choices = "campus",
    .summary = "makes realistic traffic with planted, labelled attacks",
    .about =
        "Writes made-up but realistic flow records in the binetflow format, in the order of time, with "
        "attacks planted "
        "in them from loud to quiet; the Label column says which flows are theirs. 'oddflow synth campus' "
        "makes weeks of a campus instead: about 680 hosts a day in offices, housing, servers and wireless "
        "with their habits, a game in housing at night, and labelled attacks on some of them. The same "
        "options "
        "give the same "
        "bytes on every machine.",
    .attacks = true,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_synth,
};
