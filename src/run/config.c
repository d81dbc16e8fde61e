/* odd_options_read: options from the lines of a config file. */
#include "oddflow/oddflow.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/line.h"
#include "base/mem.h"

static enum odd_status set_line(odd_options *opt, char *line, struct odd_error *err)
{
    char *equals, *name;

    oddi_line_cut_comment(line);
    line = oddi_line_trim(line);
    if (!*line)
        return ODD_OK;
    equals = strchr(line, '=');
    if (!equals || equals == line)
        return oddi_fail(err, ODD_ERR_USAGE, "a line must be 'option = value', not '%.80s'", line);
    *equals = '\0';
    name = oddi_line_trim(line);
    if (strcmp(name, "config") == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a config file cannot name another");
    return odd_options_set(opt, name, oddi_line_trim(equals + 1), err);
}

static void add_place(struct odd_error *err, const char *name, uint64_t line)
{
    if (!err)
        return;
    err->line = line;
    snprintf(err->source, sizeof err->source, "%s", name ? name : "");
}

enum odd_status odd_options_read(odd_options *opt, const char *text, const char *name, struct odd_error *err)
{
    size_t size = strlen(text);
    char *copy = oddi_malloc_array(size + 1, 1), *line, *next;
    uint64_t number = 0;
    enum odd_status st = ODD_OK;

    if (!copy)
        return oddi_fail_memory(err);
    memcpy(copy, text, size + 1);
    line = strncmp(copy, "\xef\xbb\xbf", 3) == 0 ? copy + 3 : copy;
    for (; !st && line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        number++;
        st = set_line(opt, line, err);
    }
    if (st && st != ODD_ERR_MEMORY)
        add_place(err, name, number);
    free(copy);
    return st;
}
