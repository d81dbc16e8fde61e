#include "command_table.h"

#include <stdio.h>
#include <string.h>

#include "say.h"
#include "settings.h"
#include "sink.h"

struct call {
    const char *verb;
    const char *const *operands; /* behind the verb */
    size_t n;
    const odd_options *options;
    bool json;
    struct cli_sink *sink;
};

/* What can be done with a baseline. */
struct verb {
    const char *name, *operands;
    size_t least, most;
    enum odd_status (*run)(const struct call *call, struct odd_error *err);
};

static enum odd_status show(const struct call *c, struct odd_error *err)
{
    return odd_baseline_show(c->operands[0], c->verb, c->json, cli_sink_write, c->sink, err);
}

static enum odd_status explain(const struct call *c, struct odd_error *err)
{
    return odd_baseline_explain(c->operands[0], c->operands + 1, c->n - 1, c->json, cli_sink_write, c->sink,
                                err);
}

static enum odd_status diff(const struct call *c, struct odd_error *err)
{
    return odd_baseline_diff(c->operands[0], c->operands[1], c->json, cli_sink_write, c->sink, err);
}

static enum odd_status export(const struct call *c, struct odd_error *err) {
    return odd_baseline_export(c->operands[0], cli_sink_write, c->sink, err);
}

static enum odd_status verify(const struct call *c, struct odd_error *err)
{
    return odd_baseline_verify(c->operands[0], cli_sink_write, c->sink, err);
}

static enum odd_status revert(const struct call *c, struct odd_error *err)
{
    return odd_baseline_revert(c->operands[0], c->n > 1 ? c->operands[1] : NULL, c->options, cli_sink_write,
                               c->sink, err);
}

static enum odd_status prune(const struct call *c, struct odd_error *err)
{
    return odd_baseline_prune(c->operands[0], c->options, cli_sink_write, c->sink, err);
}

#define VERBS "show|scopes|explain|diff|export|prune|log|verify|revert"

static const struct verb verbs[] = {
    {"show", "FILE", 1, 1, show},
    {"scopes", "FILE", 1, 1, show},
    {"explain", "FILE NAME=VALUE...", 2, SIZE_MAX, explain},
    {"diff", "BEFORE AFTER", 2, 2, diff},
    {"export", "FILE", 1, 1, export},
    {"prune", "[--samples] [--expired] [--idle DAYS] [--least-rows N] FILE", 1, 1, prune},
    {"log", "FILE", 1, 1, show},
    {"verify", "FILE", 1, 1, verify},
    {"revert", "FILE [CHANGE]", 1, 2, revert},
};

#define N_VERBS (sizeof verbs / sizeof *verbs)

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < N_VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static enum odd_status no_verb(const struct cli_args *args, struct odd_error *err)
{
    const char *names[N_VERBS], *near = NULL;

    for (size_t i = 0; i < N_VERBS; i++)
        names[i] = verbs[i].name;
    if (args->n_operands > 0)
        near = odd_suggest(args->operands[0], names, N_VERBS);
    if (near)
        return cli_fail(err, ODD_ERR_USAGE, "a baseline knows no '%s'; did you mean '%s'?", args->operands[0],
                        near);
    return cli_fail(
        err, ODD_ERR_USAGE,
        "say what to do with a baseline: 'oddflow baseline show FILE', or explain, diff and others in "
        "place of show ('oddflow baseline --help' lists them)");
}

static enum odd_status find(const struct cli_args *args, const struct verb **out, struct odd_error *err)
{
    const struct verb *v = args->n_operands ? find_verb(args->operands[0]) : NULL;

    *out = v;
    if (!v)
        return no_verb(args, err);
    if (args->n_operands - 1 < v->least || args->n_operands - 1 > v->most)
        return cli_fail(err, ODD_ERR_USAGE, "this wants other arguments: 'oddflow baseline %s %s'", v->name,
                        v->operands);
    return ODD_OK;
}

static enum odd_status write_out(const struct verb *v, const odd_options *opt, const struct cli_args *args,
                                 struct odd_error *err)
{
    struct odd_error close_err = ODD_ERROR_INIT;
    struct cli_sink sink;
    const struct call call = {.verb = v->name,
                              .operands = args->operands + 1,
                              .n = args->n_operands - 1,
                              .options = opt,
                              .json = strcmp(odd_options_get(opt, "output"), "ndjson") == 0,
                              .sink = &sink};
    enum odd_status st = cli_sink_open(&sink, NULL, err), closed;

    if (st)
        return st;
    st = v->run(&call, err);
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
    const struct verb *verb = NULL;
    odd_options *opt = NULL;
    enum odd_status st = find(args, &verb, &err);

    if (!st)
        st = cli_settings_new(command->name, args, &opt, &err);
    if (!st)
        st = cli_settings_now(opt, &err);
    if (!st)
        st = write_out(verb, opt, args, &err);
    if (st)
        cli_say_error(&err);
    odd_options_free(opt);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow baseline show campus.odd", "what it was learnt from, and its plans"},
    {"oddflow baseline scopes campus.odd", "for whom and when its models hold, and what they stand on"},
    {"oddflow baseline explain campus.odd host=10.20.1.2 time='2025-03-10 22:00'",
     "which scopes judge that host at that time, and how they are mixed"},
    {"oddflow baseline explain campus.odd plan=host-hours host=10.20.1.2 hour=3 flows=900",
     "what p a row would get"},
    {"oddflow baseline diff last-week.odd campus.odd", "what has changed from one to the other"},
    {"oddflow baseline export campus.odd | jq 'select(.type == \"scope\") | .condition'",
     "everything it holds, for programs"},
    {"oddflow baseline verify campus.odd && mv campus.odd /srv/oddflow/",
     "whether it is whole and can be judged by"},
    {"oddflow baseline prune --samples --expired campus.odd",
     "makes it small, and takes out scopes whose time is over"},
    {"oddflow baseline prune --idle 14 --dry-run campus.odd", "which scopes have had no rows for two weeks"},
    {"oddflow baseline log campus.odd", "who changed it, when and why"},
    {"oddflow baseline revert campus.odd", "undoes the last change; with a number behind it, that one"},
    {"oddflow baseline scopes -o ndjson campus.odd | jq -r .condition",
     "the scopes as conditions for --where"},
};

const struct cli_command cli_baseline = {
    .name = "baseline",
    .operands = VERBS " FILE...",
    .summary = "shows, explains and compares baselines, lists their changes and undoes these",
    .about =
        "A baseline is what 'oddflow learn' writes. 'show FILE' tells where it comes from and what its plans "
        "are. 'scopes FILE' lists, for each plan, the conditions under which one model of normal holds: in "
        "words, as a condition of the expression language, and with what it stands on; and scopes that no "
        "longer differ; accepted scopes come first. 'explain FILE NAME=VALUE...' tells which scope judges a "
        "row and why: NAME is host, "
        "service, time (or hour and weekday), plan, known (whether the host was met on two days), or a "
        "feature, "
        "whose value is in the units of reasons. 'diff BEFORE AFTER' tells what one learnt otherwise than "
        "the "
        "other. 'export FILE' writes all of it as NDJSON. 'verify FILE' reads all of it and says whether "
        "this "
        "oddflow can judge by it. 'prune FILE' takes out what its options name. 'log' lists the changes "
        "since it was learnt, with their numbers; 'revert' "
        "undoes one of them, or the last, as a change of its own. Of some changes the file keeps no more "
        "than "
        "the checksum of what it was: these are undone by FILE.prev, as long as it is that file.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_baseline,
};
