#include "settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "progress.h"
#include "say.h"

#define MAX_CONFIG (1u << 20) /* bytes */

static enum odd_status read_text(const char *path, char *text, struct odd_error *err)
{
    FILE *f = fopen(path, "re");
    size_t n;
    enum odd_status st = ODD_OK;

    if (!f)
        return cli_fail(err, ODD_ERR_IO, "cannot read the config file '%s': %s", path, strerror(errno));
    n = fread(text, 1, MAX_CONFIG, f);
    if (ferror(f))
        st = cli_fail(err, ODD_ERR_IO, "cannot read the config file '%s': %s", path, strerror(errno));
    else if (n == MAX_CONFIG)
        st = cli_fail(err, ODD_ERR_LIMIT, "the config file '%s' is longer than 1 MiB", path);
    else if (memchr(text, '\0', n))
        st = cli_fail(err, ODD_ERR_USAGE, "the config file '%s' is not text: it has a NUL byte", path);
    else
        text[n] = '\0';
    fclose(f);
    return st;
}

static enum odd_status read_config(odd_options *opt, const char *path, struct odd_error *err)
{
    char *text;
    enum odd_status st;

    if (!path)
        return ODD_OK;
    text = malloc(MAX_CONFIG + 1);
    if (!text)
        return cli_fail(err, ODD_ERR_MEMORY, "out of memory");
    st = read_text(path, text, err);
    if (!st)
        st = odd_options_read(opt, text, path, err);
    free(text);
    return st;
}

enum odd_status cli_settings_new(const char *command, const struct cli_args *args, odd_options **out,
                                 struct odd_error *err)
{
    enum odd_status st = odd_options_new(command, out, err);

    if (!st)
        st = read_config(*out, cli_args_get(args, "config", NULL), err);
    for (size_t i = 0; !st && i < args->n_options; i++)
        st = odd_options_set(*out, args->options[i].row->name, args->options[i].value, err);
    if (st) {
        odd_options_free(*out);
        *out = NULL;
    }
    return st;
}

bool cli_settings_on(const odd_options *opt, const char *name)
{
    const char *text = odd_options_get(opt, name);

    return text && strcmp(text, "yes") == 0;
}

int cli_exit_code(enum odd_status status)
{
    switch (status) {
    case ODD_OK:
    case ODD_END:
    case ODD_ERR_CLOSED:
        return CLI_DONE;
    case ODD_ERR_USAGE:
        return CLI_USAGE;
    case ODD_ERR_CANCELED:
        return CLI_INTERRUPTED + cli_interrupted();
    default:
        return CLI_FAILED;
    }
}
