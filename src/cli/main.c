#include "command.h"

#include <fcntl.h>
#include <signal.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "text_help.h"

/* A descriptor that is closed at the start would be taken by the next file opened, and results written over it. */
static void open_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
            int got = open("/dev/null", O_RDONLY);

            (void)got; /* the lowest free descriptor: fd itself */
        }
    }
}

static int unknown_command(const char *word)
{
    const struct cli_command *command;
    const char *names[16], *near;
    size_t n = 0;

    for (; n < 16 && (command = cli_command_at(n)); n++)
        names[n] = command->name;
    near = odd_suggest(word, names, n);
    if (near)
        cli_say("unknown command '%s'; did you mean '%s'?", word, near);
    else if (word[0] == '-' && word[1])
        cli_say("unknown option '%s' before a command; 'oddflow --help' shows the commands", word);
    else if (access(word, F_OK) == 0)
        cli_say("unknown command '%s'; to analyse that file, say 'oddflow detect %s'", word, word);
    else
        cli_say("unknown command '%s'; 'oddflow --help' shows the commands", word);
    return CLI_USAGE;
}

static int run_command(const struct cli_command *command, int argc, char **argv)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct cli_args args;
    size_t n;
    const struct odd_param *rows = cli_command_options(command, &n);
    enum odd_status st = cli_args_parse(&args, command->name, rows, n, argc, argv, &err);
    int code = CLI_DONE;

    if (st) {
        cli_say_error(&err);
        code = st == ODD_ERR_USAGE ? CLI_USAGE : CLI_FAILED;
    } else if (cli_args_get(&args, "help", NULL)) {
        cli_help_command(stdout, command);
    } else if (cli_args_get(&args, "version", NULL)) {
        printf("oddflow %s\n", odd_version());
    } else {
        code = command->run(command, &args);
    }
    cli_args_free(&args);
    return code;
}

static int dispatch(int argc, char **argv)
{
    const struct cli_command *command;

    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        cli_help_short(stdout);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("oddflow %s\n", odd_version());
        return CLI_DONE;
    }
    command = cli_command_find(argv[1]);
    return command ? run_command(command, argc - 2, argv + 2) : unknown_command(argv[1]);
}

/* What is left in stdout must reach its reader; one that has gone is no failure. */
static int finish_output(int code)
{
    bool failed = ferror(stdout);

    errno = 0;
    if (fflush(stdout) == 0 && !failed)
        return code;
    if (errno == EPIPE)
        return code;
    cli_say("cannot write standard output: %s", errno ? strerror(errno) : "an earlier write failed");
    return code == CLI_DONE ? CLI_FAILED : code;
}

int main(int argc, char **argv)
{
    open_standard_descriptors();
    /* What the program itself prints fits, so that a failing write is told with its reason at the end. */
    if (!isatty(STDOUT_FILENO))
        setvbuf(stdout, NULL, _IOFBF, 1 << 17);
    signal(SIGPIPE, SIG_IGN);
    return finish_output(dispatch(argc, argv));
}
