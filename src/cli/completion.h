/* Shell completions, made from the tables. */
#ifndef ODDFLOW_CLI_COMPLETION_H
#define ODDFLOW_CLI_COMPLETION_H

#include "command.h"

#include <stdio.h>

/* Writes the completions for "bash", "fish" or "zsh"; false for another shell. */
bool cli_completion(FILE *to, const char *shell);

/* One file each. */
void cli_completion_bash(FILE *to);
void cli_completion_fish(FILE *to);
void cli_completion_zsh(FILE *to);

/* What the value of an option is. */
enum cli_value_kind {
    CLI_VALUE_NONE,  /* the option takes none */
    CLI_VALUE_FREE,  /* anything */
    CLI_VALUE_FILE,  /* a file's name */
    CLI_VALUE_WORD,  /* one of the choices */
    CLI_VALUE_WORDS, /* several of them with commas between */
};
enum cli_value_kind cli_value_kind(const struct odd_param *row);

/* The words of `choices` with blanks between. */
void cli_print_words(FILE *to, const char *choices);
/* Text inside single quotes: ' becomes '\''. `escaped` are characters that get a backslash before them. */
void cli_print_quoted(FILE *to, const char *s, const char *escaped);

#endif
