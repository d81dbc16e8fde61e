#include "settings.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "progress.h"
#include "read_text.h"

static enum odd_status read_config(odd_options *opt, const char *path, struct odd_error *err)
{
    char *text;
    enum odd_status st;

    if (!path)
        return ODD_OK;
    st = cli_read_text("config file", path, &text, err);
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

enum odd_status cli_settings_now(odd_options *opt, struct odd_error *err)
{
    char now[ODD_TIME_TEXT_MAX];
    struct timespec t;

    if (odd_options_get(opt, "time"))
        return ODD_OK;
    clock_gettime(CLOCK_REALTIME, &t);
    odd_format_time((int64_t)t.tv_sec * 1000000000, now);
    return odd_options_set(opt, "time", now, err);
}
