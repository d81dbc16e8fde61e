#include "base/param.h"

#include <string.h>

const char *oddi_choices_get(const char *choices, size_t i, size_t *len)
{
    const char *p = choices;
    if (!p || !*p)
        return NULL;
    for (; i > 0; i--) {
        p = strchr(p, '|');
        if (!p)
            return NULL;
        p++;
    }
    *len = strcspn(p, "|");
    return p;
}

size_t oddi_choices_count(const char *choices)
{
    size_t n = 0, len;
    while (oddi_choices_get(choices, n, &len))
        n++;
    return n;
}

int oddi_choices_find(const char *choices, const char *word)
{
    const char *choice;
    size_t len, n = strlen(word);
    for (size_t i = 0; (choice = oddi_choices_get(choices, i, &len)); i++)
        if (len == n && memcmp(choice, word, n) == 0)
            return (int)i;
    return -1;
}
