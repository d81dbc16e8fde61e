#include "base/line.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

void oddi_line_cut_comment(char *line)
{
    for (char *p = line; *p; p++) {
        if (*p == '#' && (p == line || is_blank(p[-1]))) {
            *p = '\0';
            return;
        }
    }
}

char *oddi_line_trim(char *line)
{
    char *end;

    while (is_blank(*line))
        line++;
    end = line + strlen(line);
    while (end > line && is_blank(end[-1]))
        end--;
    *end = '\0';
    return line;
}
