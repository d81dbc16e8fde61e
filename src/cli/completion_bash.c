#include "completion.h"

#include <string.h>

/* "=" breaks words in bash, so "--window=1m" arrives as three of them. Where COMPREPLY stays empty, bash completes file
 * names. */
static const char head[] =
    "# bash completion for oddflow; made by 'oddflow help --completion bash'\n"
    "_oddflow() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= list=\n"
    "    COMPREPLY=()\n"
    "    [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    [[ $cur == = ]] && cur=\n"
    "    if (( COMP_CWORD == 1 )); then\n"
    "        words='";
static const char middle[] = "'\n"
                             "    else\n"
                             "        case ${COMP_WORDS[1]}:$prev in\n";
static const char tail[] = "        esac\n"
                           "    fi\n"
                           "    if [[ $list ]]; then\n"
                           "        [[ $cur == *,* ]] && list=${cur%,*}, || list=\n"
                           "        compopt -o nospace 2>/dev/null\n"
                           "        COMPREPLY=($(compgen -P \"$list\" -W \"$words\" -- \"${cur##*,}\"))\n"
                           "        return\n"
                           "    fi\n"
                           "    [[ $words ]] && COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                           "    return 0\n"
                           "}\n"
                           "complete -o default -F _oddflow oddflow\n";

static void option_case(FILE *to, const char *command, const struct odd_param *row)
{
    enum cli_value_kind kind = cli_value_kind(row);

    if (kind == CLI_VALUE_NONE)
        return;
    fprintf(to, "        %s:--%s", command, row->name);
    if (row->letter)
        fprintf(to, "|%s:-%c", command, row->letter);
    fputs(") ", to);
    if (kind == CLI_VALUE_FREE) {
        fputs("compopt +o default 2>/dev/null; return ;;\n", to);
    } else if (kind == CLI_VALUE_FILE) {
        fputs("return ;;\n", to);
    } else {
        fputs("words='", to);
        cli_print_words(to, row->choices);
        fprintf(to, "'%s ;;\n", kind == CLI_VALUE_WORDS ? " list=yes" : "");
    }
}

static void command_cases(FILE *to, const struct cli_command *command)
{
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);

    for (size_t i = 0; i < n; i++)
        option_case(to, command->name, &rows[i]);
    fprintf(to, "        %s:*)\n            if [[ $cur == -* ]]; then\n                words='",
            command->name);
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%s--%s", i ? " " : "", rows[i].name);
    fputs("'\n            else\n                ", to);
    if (!command->operand_choices)
        fputs("compopt +o default 2>/dev/null; return", to);
    else if (strcmp(command->operand_choices, "<files>") == 0)
        fputs("return", to);
    else {
        fputs("words='", to);
        cli_print_words(to, command->operand_choices);
        fputc('\'', to);
    }
    fputs("\n            fi ;;\n", to);
}

void cli_completion_bash(FILE *to)
{
    const struct cli_command *command;

    fputs(head, to);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        fprintf(to, "%s%s", i ? " " : "", command->name);
    fputs(middle, to);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        command_cases(to, command);
    fputs(tail, to);
}
