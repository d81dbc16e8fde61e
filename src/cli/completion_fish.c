#include "completion.h"

#include <string.h>

static void option_line(FILE *to, const char *command, const struct odd_param *row)
{
    enum cli_value_kind kind = cli_value_kind(row);

    fprintf(to, "complete -c oddflow -n '__fish_seen_subcommand_from %s' -l %s", command, row->name);
    if (row->letter)
        fprintf(to, " -s %c", row->letter);
    if (kind == CLI_VALUE_FILE) {
        fputs(" -rF", to);
    } else if (kind != CLI_VALUE_NONE) {
        fputs(" -x", to);
    }
    if (kind == CLI_VALUE_WORD || kind == CLI_VALUE_WORDS) {
        fputs(" -a '", to);
        cli_print_words(to, row->choices);
        fputc('\'', to);
    }
    /* In fish a quote inside single quotes is \', and so is a backslash. */
    fputs(" -d '", to);
    for (const char *s = row->help; *s; s++) {
        if (*s == '\'' || *s == '\\')
            fputc('\\', to);
        fputc(*s, to);
    }
    fputs("'\n", to);
}

static void command_lines(FILE *to, const struct cli_command *command)
{
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);
    bool files = command->operand_choices && strcmp(command->operand_choices, "<files>") == 0;

    fprintf(to, "complete -c oddflow -n __fish_use_subcommand -f -a %s -d '", command->name);
    cli_print_quoted(to, command->summary, "");
    fputs("'\n", to);
    if (!files) {
        fprintf(to, "complete -c oddflow -n '__fish_seen_subcommand_from %s' -f", command->name);
        if (command->operand_choices) {
            fputs(" -a '", to);
            cli_print_words(to, command->operand_choices);
            fputc('\'', to);
        }
        fputc('\n', to);
    }
    for (size_t i = 0; i < n; i++)
        option_line(to, command->name, &rows[i]);
}

void cli_completion_fish(FILE *to)
{
    const struct cli_command *command;

    fputs("# fish completion for oddflow; made by 'oddflow help --completion fish'\n", to);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        command_lines(to, command);
}
