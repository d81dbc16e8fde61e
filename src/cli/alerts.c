#include "command_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "read_text.h"
#include "replace.h"
#include "say.h"
#include "settings.h"

#define WIDTH 80

struct alerts {
    const odd_options *options;
    const char *path;
    odd_alert_file *file;
    const char *const *ids;
    size_t n_ids;
    const char *mark; /* the status that is set */
};

/* ---- Listing ------------------------------------------------------------------------------------------------------- */

static int by_score(const void *pa, const void *pb)
{
    const struct odd_alert *a = pa, *b = pb;
    int c;

    if (isnan(a->score) != isnan(b->score))
        return isnan(a->score) ? 1 : -1;
    if (a->score != b->score && !isnan(a->score))
        return a->score > b->score ? -1 : 1;
    c = strcmp(a->start, b->start);
    return c ? c : strcmp(a->id, b->id);
}

/* "2011-08-16 10:10" of an RFC 3339 text, with the seconds if they are not 0. */
static void say_time(const char *text, bool day)
{
    bool seconds = strlen(text) > 19 && strncmp(text + 16, ":00", 3) != 0;

    if (strlen(text) < 17)
        return;
    if (day)
        printf("%.10s ", text);
    printf("%.*s", seconds ? 8 : 5, text + 11);
}

static void say_span(const struct odd_alert *a)
{
    bool same_day = strncmp(a->start, a->end, 10) == 0;

    if (!a->start[0])
        return;
    fputs("  ", stdout);
    say_time(a->start, true);
    fputs("..", stdout);
    say_time(a->end, !same_day);
}

static void say_escaped(const char *before, const char *text)
{
    fputs(before, stdout);
    cli_escape(stdout, text, strlen(text));
}

static void wrap_escaped(const char *text)
{
    char *safe = NULL;
    size_t n;
    FILE *to = open_memstream(&safe, &n);

    if (!to)
        return;
    cli_escape(to, text, strlen(text));
    if (fclose(to) == 0)
        cli_wrap(stdout, safe, 7, 7, WIDTH);
    free(safe);
}

static void say_score(const struct odd_alert *a)
{
    if (isnan(a->score))
        printf("%5s", "-");
    else
        printf("%5.1f", a->score);
}

static void list_one(const struct odd_alert *a)
{
    say_score(a);
    say_escaped("  ", a->id);
    printf("  %-9s", a->status);
    say_escaped("  ", a->preset);
    say_escaped("  ", a->key);
    say_span(a);
    printf("  %llu window%s\n", (unsigned long long)a->windows, a->windows == 1 ? "" : "s");
    if (a->reason[0]) {
        fputs("       ", stdout);
        wrap_escaped(a->reason);
    }
    if (a->because[0]) {
        printf("       %s", a->status);
        say_escaped(" ", a->marked);
        say_escaped(": ", a->because);
        putchar('\n');
    }
}

/* The alerts to show, oddest first; NULL when memory ends. */
static struct odd_alert *choose(const struct alerts *a, size_t *n)
{
    struct odd_alert one = {.struct_size = sizeof one};
    struct odd_alert *all = calloc(odd_alert_file_size(a->file) + 1, sizeof *all);

    *n = 0;
    for (size_t i = 0; all && odd_alert_file_get(a->file, i, &one); i++)
        if (odd_alert_file_chosen(a->file, i, a->options))
            all[(*n)++] = one;
    if (all && *n > 1)
        qsort(all, *n, sizeof *all, by_score);
    return all;
}

static void tell_total(const struct alerts *a)
{
    size_t open = 0, confirmed = 0, n = odd_alert_file_size(a->file);
    struct odd_alert one = {.struct_size = sizeof one};

    for (size_t i = 0; odd_alert_file_get(a->file, i, &one); i++) {
        open += strcmp(one.status, "open") == 0;
        confirmed += strcmp(one.status, "confirmed") == 0;
    }
    if (!cli_settings_on(a->options, "quiet"))
        cli_tell("%zu alert%s: %zu open, %zu confirmed, %zu dismissed", n, n == 1 ? "" : "s", open, confirmed,
                 n - open - confirmed);
}

/* A whole number that the library has checked. */
static size_t digits(const char *text)
{
    size_t v = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        v = v * 10 + (size_t)(*text - '0');
    return v;
}

static enum odd_status list_alerts(struct alerts *a, struct odd_error *err)
{
    const char *top = odd_options_get(a->options, "top");
    bool lines = strcmp(odd_options_get(a->options, "output"), "ndjson") == 0;
    size_t n, most;
    struct odd_alert *all = choose(a, &n);

    if (!all)
        return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
    most = top ? digits(top) : n;
    for (size_t i = 0; i < n && i < most; i++) {
        if (lines)
            printf("%.*s\n", (int)all[i].line_size, all[i].line);
        else
            list_one(&all[i]);
    }
    free(all);
    tell_total(a);
    return ODD_OK;
}

/* ---- Showing -------------------------------------------------------------------------------------------------------- */

static void show_line(const char *name, const char *text)
{
    if (!text[0])
        return;
    printf("%-9s", name);
    say_escaped(" ", text);
    putchar('\n');
}

static void show_one(const struct odd_alert *a)
{
    show_line("alert", a->id);
    show_line("status", a->status);
    show_line("because", a->because);
    show_line("marked", a->marked);
    show_line("preset", a->preset);
    show_line("entity", a->key);
    show_line("start", a->start);
    show_line("end", a->end);
    if (!isnan(a->score))
        printf("%-9s %.1f\n", "score", a->score);
    printf("%-9s %llu, %llu odd row%s\n", "windows", (unsigned long long)a->windows,
           (unsigned long long)a->count, a->count == 1 ? "" : "s");
    show_line("reason", a->reason);
    show_line("flows", a->command);
}

/* Does something with each alert that is named or chosen, in that order. */
static enum odd_status for_each(struct alerts *a,
                                enum odd_status (*job)(struct alerts *a, size_t at, size_t nth,
                                                       struct odd_error *err),
                                struct odd_error *err)
{
    enum odd_status st = ODD_OK;
    size_t n = 0, at;

    for (size_t i = 0; i < a->n_ids && !st; i++) {
        st = odd_alert_file_find(a->file, a->ids[i], &at, err);
        if (!st)
            st = job(a, at, n++, err);
    }
    if (a->n_ids)
        return st;
    for (at = 0; at < odd_alert_file_size(a->file) && !st; at++)
        if (odd_alert_file_chosen(a->file, at, a->options))
            st = job(a, at, n++, err);
    return !st && n == 0 ? cli_fail(err, ODD_ERR_USAGE, "no alert of %s is like that", a->path) : st;
}

static enum odd_status show_at(struct alerts *a, size_t at, size_t nth, struct odd_error *err)
{
    struct odd_alert one = {.struct_size = sizeof one};

    (void)err;
    if (nth)
        putchar('\n');
    if (odd_alert_file_get(a->file, at, &one))
        show_one(&one);
    return ODD_OK;
}

static enum odd_status show_alerts(struct alerts *a, struct odd_error *err)
{
    return for_each(a, show_at, err);
}

/* ---- Marking -------------------------------------------------------------------------------------------------------- */

static const char *time_of_mark(const struct alerts *a, char now[ODD_TIME_TEXT_MAX])
{
    const char *given = odd_options_get(a->options, "time");
    struct timespec t;

    if (given)
        return given;
    clock_gettime(CLOCK_REALTIME, &t);
    odd_format_time((int64_t)t.tv_sec * 1000000000, now);
    return now;
}

static enum odd_status mark_at(struct alerts *a, size_t at, size_t nth, struct odd_error *err)
{
    char now[ODD_TIME_TEXT_MAX];

    (void)nth;
    return odd_alert_file_mark(a->file, at, a->mark, odd_options_get(a->options, "because"),
                               time_of_mark(a, now), err);
}

static enum odd_status write_file(const struct alerts *a, struct odd_error *err)
{
    struct cli_replace r;
    struct odd_error end_err = ODD_ERROR_INIT;
    enum odd_status st = cli_replace_begin(&r, a->path, err), ended;

    if (st)
        return st;
    st = odd_alert_file_write(a->file, cli_replace_write, &r, err);
    ended = cli_replace_end(&r, !st || r.error, &end_err);
    if (ended)
        *err = end_err;
    return ended ? ended : st;
}

static enum odd_status mark(struct alerts *a, const char *status, struct odd_error *err)
{
    enum odd_status st = ODD_OK;

    a->mark = status;
    if (strcmp(status, "open") != 0 && !odd_options_get(a->options, "because"))
        st = cli_fail(err, ODD_ERR_USAGE, "say why, with --because TEXT");
    if (!st)
        st = for_each(a, mark_at, err);
    if (!st)
        st = write_file(a, err);
    if (!st)
        tell_total(a);
    return st;
}

static enum odd_status confirm(struct alerts *a, struct odd_error *err)
{
    return mark(a, "confirmed", err);
}

static enum odd_status dismiss(struct alerts *a, struct odd_error *err)
{
    return mark(a, "dismissed", err);
}

static enum odd_status reopen(struct alerts *a, struct odd_error *err)
{
    return mark(a, "open", err);
}

/* ---- The command ----------------------------------------------------------------------------------------------------- */

static const struct verb {
    const char *name;
    enum odd_status (*run)(struct alerts *a, struct odd_error *err);
    bool ids;
} verbs[] = {{"list", list_alerts, false},
             {"show", show_alerts, true},
             {"confirm", confirm, true},
             {"dismiss", dismiss, true},
             {"reopen", reopen, true}};
#define N_VERBS (sizeof verbs / sizeof *verbs)

static enum odd_status find_verb(const struct cli_args *args, const struct verb **out, struct odd_error *err)
{
    const char *word = args->n_operands ? args->operands[0] : NULL, *names[N_VERBS], *near;

    for (size_t i = 0; i < N_VERBS; i++) {
        names[i] = verbs[i].name;
        if (word && strcmp(names[i], word) == 0)
            *out = &verbs[i];
    }
    if (word && *out)
        return ODD_OK;
    near = word ? odd_suggest(word, names, N_VERBS) : NULL;
    if (near)
        return cli_fail(err, ODD_ERR_USAGE, "alerts does not know '%s'; did you mean '%s'?", word, near);
    return cli_fail(err, ODD_ERR_USAGE,
                    "what is to be done with them: list, show, confirm, dismiss or reopen");
}

static enum odd_status check_operands(const struct verb *verb, const struct cli_args *args,
                                      struct odd_error *err)
{
    if (args->n_operands < 2)
        return cli_fail(err, ODD_ERR_USAGE, "name the file that --alerts wrote: oddflow alerts %s FILE%s",
                        verb->name, verb->ids ? " ID" : "");
    if (!verb->ids && args->n_operands > 2)
        return cli_fail(err, ODD_ERR_USAGE, "list takes one file, so '%s' has no place", args->operands[2]);
    return ODD_OK;
}

/* Alerts are named by ids or chosen by what they are about: both together would leave open which of them counts. */
static enum odd_status check_choice(const struct verb *verb, const struct alerts *a, struct odd_error *err)
{
    bool chosen = odd_options_get(a->options, "entity") || odd_options_get(a->options, "preset");

    if (verb->ids && !a->n_ids && !chosen)
        return cli_fail(err, ODD_ERR_USAGE,
                        "name an alert by its id ('oddflow alerts list %s' has them), or some by --entity",
                        a->path);
    if (a->n_ids && chosen)
        return cli_fail(err, ODD_ERR_USAGE,
                        "name alerts by their ids or by --entity and --preset, not by both");
    return ODD_OK;
}

static enum odd_status read_file(struct alerts *a, struct odd_error *err)
{
    char *text = NULL;
    enum odd_status st = cli_read_text("alerts", a->path, &text, err);

    if (!st)
        st = odd_alert_file_new(text, strlen(text), a->path, &a->file, err);
    free(text);
    return st;
}

static int run_alerts(const struct cli_command *command, const struct cli_args *args)
{
    struct odd_error err = ODD_ERROR_INIT;
    const struct verb *verb = NULL;
    odd_options *options = NULL;
    struct alerts a = {0};
    enum odd_status st = find_verb(args, &verb, &err);

    if (!st)
        st = check_operands(verb, args, &err);
    if (!st)
        st = cli_settings_new(command->name, args, &options, &err);
    if (!st) {
        a = (struct alerts){.options = options,
                            .path = args->operands[1],
                            .ids = args->operands + 2,
                            .n_ids = args->n_operands - 2};
        st = check_choice(verb, &a, &err);
    }
    if (!st)
        st = read_file(&a, &err);
    if (!st)
        st = verb->run(&a, &err);
    if (st)
        cli_say_error(&err);
    odd_alert_file_free(a.file);
    odd_options_free(options);
    return cli_exit_code(st);
}

static const struct cli_example examples[] = {
    {"oddflow alerts list alerts.ndjson",
     "what 'oddflow hunt --alerts alerts.ndjson ...' wrote, oddest first"},
    {"oddflow alerts list --status open -n 10 alerts.ndjson", "the ten oddest that nobody has decided on"},
    {"oddflow alerts show alerts.ndjson 6af0ab2b",
     "one of them with the command that prints its flows; the first digits of an id will do"},
    {"oddflow alerts dismiss alerts.ndjson 6af0ab2b 0123cdef --because 'the mail gateway'",
     "says that two are nothing, and why"},
    {"oddflow alerts dismiss alerts.ndjson --entity '* tcp/25565' --because 'the game'",
     "the same of all that are about a service"},
    {"oddflow alerts list -o ndjson --status confirmed alerts.ndjson >confirmed.ndjson",
     "the confirmed ones as JSON lines"},
};

const struct cli_command cli_alerts = {
    .name = "alerts",
    .operands = "list|show|confirm|dismiss|reopen FILE [ID...]",
    .operand_choices = "<files>",
    .summary = "lists the alerts of a file, and says what was decided about them",
    .about = "Works on a file that '--alerts FILE' of detect or hunt wrote. 'list' shows its alerts, oddest "
             "first, "
             "'show' all "
             "that one says. 'confirm' and 'dismiss' write into the file what somebody has decided, when and "
             "--because of "
             "what; 'reopen' takes that back. The file is replaced in one step, and other lines stay as they "
             "are. An "
             "alert is named by its id or by the first digits of it, four at least; --entity, --preset and "
             "--status "
             "choose many at once.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .run = run_alerts,
};
