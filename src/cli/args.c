#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define MAX_ROWS 64

struct parser {
    struct cli_args *args;
    const char *command;
    const struct odd_param *rows;
    size_t n;
    char **next, **end;
    struct odd_error *err;
};

static const struct odd_param *find_long(const struct parser *p, const char *name, size_t size)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strncmp(p->rows[i].name, name, size) == 0 && p->rows[i].name[size] == '\0')
            return &p->rows[i];
    }
    return NULL;
}

static const struct odd_param *find_letter(const struct parser *p, char letter)
{
    for (size_t i = 0; i < p->n; i++) {
        if (letter && p->rows[i].letter == letter)
            return &p->rows[i];
    }
    return NULL;
}

static enum odd_status unknown_long(const struct parser *p, const char *name, size_t size)
{
    const char *names[MAX_ROWS], *near;
    size_t n = p->n < MAX_ROWS ? p->n : MAX_ROWS;
    char word[64];

    for (size_t i = 0; i < n; i++)
        names[i] = p->rows[i].name;
    snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : sizeof word), name);
    near = odd_suggest(word, names, n);
    if (near)
        return cli_fail(p->err, ODD_ERR_USAGE, "unknown option '--%s'; did you mean '--%s'?", word, near);
    return cli_fail(p->err, ODD_ERR_USAGE, "unknown option '--%s'; 'oddflow %s --help' shows them all", word,
                    p->command);
}

static enum odd_status needs_value(const struct parser *p, const struct odd_param *row)
{
    return cli_fail(p->err, ODD_ERR_USAGE, "option '--%s' needs a value: --%s=%s", row->name, row->name,
                    row->placeholder ? row->placeholder : "VALUE");
}

static void add_option(struct parser *p, const struct odd_param *row, const char *value)
{
    p->args->options[p->args->n_options++] = (struct cli_arg){row, value};
}

/* "--name", "--name=value" or "--name value". */
static enum odd_status parse_long(struct parser *p, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t size = equals ? (size_t)(equals - text) : strlen(text);
    const struct odd_param *row = find_long(p, text, size);

    if (!row)
        return unknown_long(p, text, size);
    if (equals) {
        add_option(p, row, equals + 1);
    } else if (row->type == ODD_PARAM_BOOL) {
        add_option(p, row, NULL);
    } else {
        if (p->next == p->end)
            return needs_value(p, row);
        add_option(p, row, *p->next++);
    }
    return ODD_OK;
}

/* "-q", "-qv", "-j2", "-j 2", "-qj2": the letters behind one '-'. */
static enum odd_status parse_letters(struct parser *p, const char *text)
{
    for (; *text; text++) {
        const struct odd_param *row = find_letter(p, *text);

        if (!row)
            return cli_fail(p->err, ODD_ERR_USAGE, "unknown option '-%c'; 'oddflow %s --help' shows them all",
                            *text, p->command);
        if (row->type == ODD_PARAM_BOOL) {
            add_option(p, row, NULL);
            continue;
        }
        if (text[1])
            add_option(p, row, text + 1);
        else if (p->next < p->end)
            add_option(p, row, *p->next++);
        else
            return needs_value(p, row);
        return ODD_OK;
    }
    return ODD_OK;
}

static enum odd_status parse_all(struct parser *p)
{
    bool operands_only = false;
    enum odd_status st = ODD_OK;

    while (!st && p->next < p->end) {
        const char *text = *p->next++;

        if (operands_only || text[0] != '-' || text[1] == '\0')
            p->args->operands[p->args->n_operands++] = text;
        else if (strcmp(text, "--") == 0)
            operands_only = true;
        else if (text[1] == '-')
            st = parse_long(p, text + 2);
        else
            st = parse_letters(p, text + 1);
    }
    return st;
}

/* Each argument gives at most as many options as it has bytes. */
static size_t most_options(int argc, char **argv)
{
    size_t n = 1;

    for (int i = 0; i < argc; i++)
        n += argv[i][0] == '-' ? strlen(argv[i]) : 0;
    return n;
}

enum odd_status cli_args_parse(struct cli_args *args, const char *command, const struct odd_param *rows,
                               size_t n, int argc, char **argv, struct odd_error *err)
{
    struct parser p = {args, command, rows, n, argv, argv + argc, err};

    *args = (struct cli_args){0};
    args->options = calloc(most_options(argc, argv), sizeof *args->options);
    args->operands = calloc((size_t)argc + 1, sizeof *args->operands);
    if (!args->options || !args->operands)
        return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
    return parse_all(&p);
}

void cli_args_free(struct cli_args *args)
{
    free(args->options);
    free(args->operands);
    *args = (struct cli_args){0};
}

const char *cli_args_get(const struct cli_args *args, const char *name, const char *otherwise)
{
    for (size_t i = args->n_options; i-- > 0;) {
        if (strcmp(args->options[i].row->name, name) == 0)
            return args->options[i].value ? args->options[i].value : "yes";
    }
    return otherwise;
}
