#include "flow/name.h"

#include <string.h>

static bool is_separator(char c)
{
    return c == ' ' || c == '_' || c == '-' || c == '.' || c == '\t';
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool oddi_name_equal(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < a_size && is_separator(a[i]))
            i++;
        while (j < b_size && is_separator(b[j]))
            j++;
        if (i == a_size || j == b_size)
            return i == a_size && j == b_size;
        if (fold(a[i++]) != fold(b[j++]))
            return false;
    }
}

static struct oddi_name_match find_in_row(const struct oddi_field_row *row, const char *name, size_t n)
{
    struct oddi_name_match m = {ODDI_NO_FIELD, 0, 1, NULL};

    for (size_t i = 0; i < row->n_spellings; i++) {
        const struct oddi_spelling *s = &row->spellings[i];

        if (!oddi_name_equal(s->name, strlen(s->name), name, n))
            continue;
        m = (struct oddi_name_match){row->id, (uint32_t)i + 1, s->divisor, s};
        break;
    }
    return m;
}

struct oddi_name_match oddi_name_find(const char *name, size_t n)
{
    struct oddi_name_match none = {ODDI_NO_FIELD, 0, 1, NULL};

    for (int id = 0; id < ODDI_N_FIELDS; id++) {
        const struct oddi_field_row *row = oddi_field_row((enum oddi_field)id);

        if (oddi_name_equal(row->name, strlen(row->name), name, n))
            return (struct oddi_name_match){row->id, 0, 1, NULL};
    }
    for (int id = 0; id < ODDI_N_FIELDS; id++) {
        struct oddi_name_match m = find_in_row(oddi_field_row((enum oddi_field)id), name, n);

        if (m.field != ODDI_NO_FIELD)
            return m;
    }
    return none;
}
