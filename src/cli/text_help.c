#include "text_help.h"

#include <string.h>

#include "describe.h"
#include "say.h"

#define WIDTH  80
#define COLUMN 25 /* where descriptions begin */

/* "  LEFT      text ...", the text on a line of its own where LEFT is too long. */
static void entry(FILE *to, int indent, const char *left, const char *text)
{
    int at = fprintf(to, "%*s%s", indent, "", left);

    if (at > COLUMN - 2) {
        fputc('\n', to);
        at = 0;
    }
    fprintf(to, "%*s", COLUMN - at, "");
    cli_wrap(to, text, COLUMN, COLUMN, WIDTH);
}

struct words {
    char *text;
    size_t size, room;
};

static void add_word(void *ctx, const char *word, size_t n)
{
    struct words *w = ctx;
    int done = snprintf(w->text + w->size, w->room - w->size, "%s%.*s", w->size ? ", " : "", (int)n, word);

    if (done > 0 && (size_t)done < w->room - w->size)
        w->size += (size_t)done;
    else
        w->text[w->size] = '\0';
}

/* help (a, b, c; default a): what a row means and what it may be. The fields are too many for a line. */
static void row_text(const struct odd_param *row, char *out, size_t room)
{
    char names[512] = "", limits[CLI_LIMITS_MAX];
    struct words words = {names, 0, sizeof names};

    if (row->choices && !strstr(row->choices, "<numbers>"))
        cli_choices(row->choices, add_word, &words);
    cli_limits(row, limits);
    if (names[0] || limits[0])
        snprintf(out, room, "%s (%s%s%s)", row->help, names, names[0] && limits[0] ? "; " : "", limits);
    else
        snprintf(out, room, "%s", row->help);
}

static void option(FILE *to, const struct odd_param *row)
{
    char left[96], text[1024], letter[8] = "    ";

    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->placeholder ? " " : "",
             row->placeholder ? row->placeholder : "");
    row_text(row, text, sizeof text);
    entry(to, 2, left, text);
}

static bool same_group(const struct odd_param *a, const struct odd_param *b)
{
    return strcmp(a->group ? a->group : "", b->group ? b->group : "") == 0;
}

static void options(FILE *to, const struct odd_param *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !same_group(&rows[i - 1], &rows[i]))
            fprintf(to, "\n%s\n", rows[i].group ? rows[i].group : "General");
        option(to, &rows[i]);
    }
}

static void parameter(FILE *to, const struct odd_param *row)
{
    char left[64], text[1024];

    snprintf(left, sizeof left, "%s=%s", row->name, row->placeholder ? row->placeholder : "VALUE");
    row_text(row, text, sizeof text);
    entry(to, 6, left, text);
}

static void components(FILE *to, const char *title, enum odd_table table)
{
    struct odd_entry e;

    fprintf(to, "\n%s\n", title);
    for (size_t i = 0; odd_table_entry(table, i, &e); i++) {
        entry(to, 2, e.name, e.summary);
        for (size_t k = 0; k < e.n_params; k++)
            parameter(to, &e.params[k]);
    }
}

static void example(FILE *to, const struct cli_example *e)
{
    fprintf(to, "  %s\n      ", e->line);
    cli_wrap(to, e->what, 6, 6, WIDTH);
}

void cli_help_command(FILE *to, const struct cli_command *command)
{
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);

    fprintf(to, "Usage: oddflow %s [options]%s%s\n\n", command->name, command->operands[0] ? " " : "",
            command->operands);
    cli_wrap(to, command->about, 0, 0, WIDTH);
    options(to, rows, n);
    if (command->components) {
        components(to, "Scalers", ODD_TABLE_SCALERS);
        components(to, "Detectors", ODD_TABLE_DETECTORS);
    }
    if (command->attacks)
        components(to, "Attacks", ODD_TABLE_ATTACKS);
    fputs("\nExamples\n", to);
    for (size_t i = 0; i < command->n_examples; i++)
        example(to, &command->examples[i]);
    if (strcmp(command->name, "detect") == 0)
        fputs("\nExit codes: 0 done, 1 failed, 2 usage, 10 anomalies found (--exit-code).\n", to);
}

void cli_help_short(FILE *to)
{
    const struct cli_command *command;

    fprintf(to,
            "oddflow %s finds the odd network flows out.\n\nUsage: oddflow COMMAND [options] [FILE...]\n\n"
            "Commands\n",
            odd_version());
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        entry(to, 2, command->name, command->summary);
    fputs("\nExamples\n", to);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        if (command->n_examples > 0)
            example(to, &command->examples[0]);
    }
    fputs("\n'oddflow COMMAND --help' tells everything about a command.\n", to);
}
