#include "man_page.h"

#include <string.h>

#include "command.h"
#include "describe.h"

#define DATE                                                                                                 \
    "November 24, 2026" /* of the last change to what the page says; fixed, so that builds are reproducible */

/* Text in a line of its own: roff reads '\\' as an escape, and '.' or '\'' at the start of a line as a request. Where
 * `argument` is set it follows a macro: blanks separate arguments, so it is quoted. */
static void text(FILE *to, const char *s, size_t n, bool argument)
{
    if (argument)
        fputc('"', to);
    else if (n > 0 && (s[0] == '.' || s[0] == '\''))
        fputs("\\&", to);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\')
            fputs("\\e", to);
        else if (s[i] == '-')
            fputs(argument ? "\\-" : "-", to);
        else if (s[i] == '"' && argument)
            fputs("\\(dq", to);
        else
            fputc(s[i], to);
    }
    if (argument)
        fputc('"', to);
}

static void capitalised(FILE *to, const char *s)
{
    fputc(s[0] >= 'a' && s[0] <= 'z' ? s[0] - 'a' + 'A' : s[0], to);
    text(to, s + 1, strlen(s + 1), false);
}

/* A sentence or clause per source line, as mdoc wants it. */
static void sentences(FILE *to, const char *s)
{
    while (*s) {
        const char *dot = strstr(s, ". ");
        size_t n = dot ? (size_t)(dot - s) + 1 : strlen(s);

        text(to, s, n, false);
        fputc('\n', to);
        s += n;
        s += strspn(s, " ");
    }
}

struct words {
    FILE *to;
    size_t n;
};

static void add_word(void *ctx, const char *word, size_t n)
{
    struct words *w = ctx;

    fputs(w->n++ ? " ,\n.Cm " : ".Cm ", w->to);
    text(w->to, word, n, true);
}

/* What a row means, its words, its default and bounds. */
static void row_text(FILE *to, const struct odd_param *row)
{
    struct words words = {to, 0};
    char limits[CLI_LIMITS_MAX];

    cli_limits(row, limits);
    capitalised(to, row->help);
    fputs(".\n", to);
    if (row->choices && !strstr(row->choices, "<numbers>")) {
        fputs("One of\n", to);
        cli_choices(row->choices, add_word, &words);
        fputs(" .\n", to);
    }
    if (limits[0]) {
        fputc('(', to);
        text(to, limits, strlen(limits), false);
        fputs(")\n", to);
    }
}

/* ".It Fl w Ar FILE , Fl Fl write Ns = Ns Ar FILE" */
static void option(FILE *to, const struct odd_param *row)
{
    fputs(".It", to);
    if (row->letter) {
        fprintf(to, " Fl %c", row->letter);
        if (row->placeholder)
            fprintf(to, " Ar %s", row->placeholder);
        fputs(" ,", to);
    }
    fputs(" Fl Fl ", to);
    for (const char *p = row->name; *p; p++)
        fputs(*p == '-' ? "\\-" : (char[]){*p, '\0'}, to);
    if (row->placeholder)
        fprintf(to, " Ns = Ns Ar %s", row->placeholder);
    fputc('\n', to);
    row_text(to, row);
}

static void options(FILE *to, const struct odd_param *rows, size_t n)
{
    fputs(".Bl -tag -width Ds\n", to);
    for (size_t i = 0; i < n; i++)
        option(to, &rows[i]);
    fputs(".El\n", to);
}

static void command_section(FILE *to, const struct cli_command *command)
{
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);

    fprintf(to, ".Ss oddflow %s\n", command->name);
    sentences(to, command->about);
    options(to, rows, n);
}

static void components(FILE *to, const char *title, enum odd_table table)
{
    struct odd_entry e;

    fprintf(to, ".Ss %s\n.Bl -tag -width Ds\n", title);
    for (size_t i = 0; odd_table_entry(table, i, &e); i++) {
        fprintf(to, ".It Cm %s\n", e.name);
        sentences(to, e.summary);
        if (e.n_params == 0)
            continue;
        fputs(".Bl -tag -width Ds\n", to);
        for (size_t k = 0; k < e.n_params; k++) {
            fprintf(to, ".It Cm %s Ns = Ns Ar %s\n", e.params[k].name,
                    e.params[k].placeholder ? e.params[k].placeholder : "VALUE");
            row_text(to, &e.params[k]);
        }
        fputs(".El\n", to);
    }
    fputs(".El\n", to);
}

/* "FILE [ID...]": words as they are, those in brackets optional. */
static void operands(FILE *to, const char *text)
{
    if (strcmp(text, "[FILE...]") == 0) {
        fputs(".Op Ar\n", to);
        return;
    }
    while (*text) {
        bool optional = *text == '[';
        size_t n = strcspn(text + optional, optional ? "]" : "[");

        text += optional;
        fprintf(to, "%s %.*s\n", optional ? ".Op Ar" : ".Ar", (int)n, text);
        text += n;
        text += strspn(text, "] ");
    }
}

static void synopsis(FILE *to)
{
    const struct cli_command *command;

    fputs(".Sh SYNOPSIS\n", to);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        fprintf(to, ".Nm\n.Cm %s\n.Op Ar options\n", command->name);
        operands(to, command->operands);
    }
}

static void examples(FILE *to)
{
    const struct cli_command *command;

    fputs(".Sh EXAMPLES\n", to);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        for (size_t k = 0; k < command->n_examples; k++) {
            const struct cli_example *e = &command->examples[k];

            fputs(i + k ? ".Pp\n" : "", to);
            capitalised(to, e->what);
            fputs(":\n.Pp\n.Dl ", to);
            text(to, e->line, strlen(e->line), true);
            fputc('\n', to);
        }
    }
}

static const char tail[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width NO_COLOR\n"
    ".It Ev NO_COLOR\n"
    "If set and not empty, the table is not coloured unless\n"
    ".Fl Fl color Ns = Ns Cm always\n"
    "says so.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds\n"
    ".It 0\nDone; also where the reader of the output has gone.\n"
    ".It 1\nFailed: input could not be read, no record was good, or\n.Fl Fl strict\nfound a bad one.\n"
    ".It 2\nUsage: an option or its value is wrong.\n"
    ".It 10\nAnomalies were found, and\n.Fl Fl exit\\-code\nwas given.\n"
    ".It 130\nInterrupted.\n"
    ".El\n";

void cli_man_page(FILE *to)
{
    const struct cli_command *command;

    fprintf(to,
            ".\\\" Made by 'oddflow help --man' from the tables of the program.\n.Dd %s\n.Dt ODDFLOW 1\n.Os\n"
            ".Sh NAME\n.Nm oddflow\n.Nd finds the odd network flows out\n",
            DATE);
    synopsis(to);
    fputs(".Sh DESCRIPTION\n.Nm\nreads network flow records, puts them into time windows, and says which "
          "flows do not "
          "belong, why, and how odd they are.\n",
          to);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        command_section(to, command);
    components(to, "Scalers", ODD_TABLE_SCALERS);
    components(to, "Detectors", ODD_TABLE_DETECTORS);
    components(to, "Readers", ODD_TABLE_READERS);
    components(to, "Outputs", ODD_TABLE_OUTPUTS);
    components(to, "Attacks", ODD_TABLE_ATTACKS);
    fputs(tail, to); /* mdoc wants ENVIRONMENT and EXIT STATUS before EXAMPLES */
    examples(to);
}
