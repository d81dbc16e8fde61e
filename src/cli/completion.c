#include "completion.h"

#include <string.h>

#include "describe.h"

bool cli_completion(FILE *to, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        cli_completion_bash(to);
    else if (strcmp(shell, "fish") == 0)
        cli_completion_fish(to);
    else if (strcmp(shell, "zsh") == 0)
        cli_completion_zsh(to);
    else
        return false;
    return true;
}

enum cli_value_kind cli_value_kind(const struct odd_param *row)
{
    if (row->type == ODD_PARAM_BOOL)
        return CLI_VALUE_NONE;
    if (row->choices)
        return row->placeholder && strcmp(row->placeholder, "LIST") == 0 ? CLI_VALUE_WORDS : CLI_VALUE_WORD;
    return row->placeholder && strcmp(row->placeholder, "FILE") == 0 ? CLI_VALUE_FILE : CLI_VALUE_FREE;
}

struct printer {
    FILE *to;
    size_t n;
};

static void print_word(void *ctx, const char *word, size_t n)
{
    struct printer *p = ctx;

    fprintf(p->to, "%s%.*s", p->n++ ? " " : "", (int)n, word);
}

void cli_print_words(FILE *to, const char *choices)
{
    struct printer p = {to, 0};

    cli_choices(choices, print_word, &p);
}

void cli_print_quoted(FILE *to, const char *s, const char *escaped)
{
    for (; *s; s++) {
        if (*s == '\'') {
            fputs("'\\''", to);
            continue;
        }
        if (strchr(escaped, *s))
            fputc('\\', to);
        fputc(*s, to);
    }
}
