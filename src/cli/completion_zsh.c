#include "completion.h"

#include <string.h>

static void value_part(FILE *to, const struct odd_param *row)
{
    enum cli_value_kind kind = cli_value_kind(row);

    if (kind == CLI_VALUE_NONE)
        return;
    fprintf(to, ":%s:", row->placeholder ? row->placeholder : "VALUE");
    if (kind == CLI_VALUE_FILE) {
        fputs("_files", to);
    } else if (kind == CLI_VALUE_FREE) {
        fputs("( )", to);
    } else {
        fputs(kind == CLI_VALUE_WORDS ? "_values -s , " : "(", to);
        if (kind == CLI_VALUE_WORDS)
            fprintf(to, "%s ", row->name);
        cli_print_words(to, row->choices);
        if (kind == CLI_VALUE_WORD)
            fputc(')', to);
    }
}

static void option_line(FILE *to, const struct odd_param *row)
{
    bool value = cli_value_kind(row) != CLI_VALUE_NONE;
    const char *many = row->type == ODD_PARAM_LIST ? "*" : "";

    fputs(" \\\n            ", to);
    if (row->letter)
        fprintf(to, "'(-%c --%s)'{-%c%s,--%s%s}'[", row->letter, row->name, row->letter, value ? "+" : "",
                row->name, value ? "=" : "");
    else
        fprintf(to, "'%s--%s%s[", many, row->name, value ? "=" : "");
    cli_print_quoted(to, row->help, "[]:");
    fputc(']', to);
    value_part(to, row);
    fputc('\'', to);
}

static void operands(FILE *to, const struct cli_command *command)
{
    if (!command->operand_choices)
        return;
    if (strcmp(command->operand_choices, "<files>") == 0) {
        fputs(" \\\n            '*:FILE:_files'", to);
        return;
    }
    fputs(" \\\n            '1:word:(", to);
    cli_print_words(to, command->operand_choices);
    fputs(")'", to);
}

static void command_case(FILE *to, const struct cli_command *command)
{
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);

    fprintf(to, "    %s)\n        _arguments -s -S", command->name);
    for (size_t i = 0; i < n; i++)
        option_line(to, &rows[i]);
    operands(to, command);
    fputs(" ;;\n", to);
}

void cli_completion_zsh(FILE *to)
{
    const struct cli_command *command;

    fputs("#compdef oddflow\n# zsh completion for oddflow; made by 'oddflow help --completion "
          "zsh'\n\n_oddflow() {\n"
          "    local -a commands=(",
          to);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        fprintf(to, "\n        '%s:", command->name);
        cli_print_quoted(to, command->summary, ":");
        fputc('\'', to);
    }
    fputs("\n    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n        return\n    "
          "fi\n"
          "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n    case $command in\n",
          to);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        command_case(to, command);
    fputs("    esac\n}\n\n_oddflow \"$@\"\n", to);
}
