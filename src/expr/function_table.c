#include "expr/function.h"

/* A new family is one file and one line here. */
#define FAMILIES(X)                                                                                          \
    X(compare)                                                                                               \
    X(number)                                                                                                \
    X(choose)                                                                                                \
    X(addr)                                                                                                  \
    X(time)                                                                                                  \
    X(text)                                                                                                  \
    X(window)

#define DECLARE(name) extern const struct oddi_function_family oddi_functions_##name;
#define POINTER(name) &oddi_functions_##name,
FAMILIES(DECLARE)
static const struct oddi_function_family *const table[] = {FAMILIES(POINTER)};

#define N_FAMILIES (sizeof table / sizeof table[0])

const struct oddi_function *oddi_function(uint16_t id)
{
    return &table[id >> 8]->rows[id & 0xff];
}

/* First row from `id` on that is called so. */
static uint16_t find_from(size_t family, size_t row, const char *name, size_t n)
{
    for (; family < N_FAMILIES; family++, row = 0)
        for (; row < table[family]->n; row++) {
            const char *s = table[family]->rows[row].name;

            if (strlen(s) == n && memcmp(s, name, n) == 0)
                return (uint16_t)(family << 8 | row);
        }
    return UINT16_MAX;
}

uint16_t oddi_function_find(const char *name, size_t n)
{
    return find_from(0, 0, name, n);
}

uint16_t oddi_function_next(uint16_t id)
{
    const char *name = oddi_function(id)->name;

    return find_from(id >> 8, (id & 0xffu) + 1, name, strlen(name));
}

const struct oddi_function *oddi_function_at(size_t i, const char **group)
{
    for (size_t f = 0; f < N_FAMILIES; f++) {
        if (i < table[f]->n) {
            *group = table[f]->group;
            return &table[f]->rows[i];
        }
        i -= table[f]->n;
    }
    return NULL;
}

enum oddi_expr_type oddi_type_of_letter(char letter)
{
    switch (letter) {
    case 'b':
        return ODDI_EXPR_BOOL;
    case 'n':
        return ODDI_EXPR_NUMBER;
    case 't':
        return ODDI_EXPR_TIME;
    case 'a':
        return ODDI_EXPR_ADDR;
    case 's':
        return ODDI_EXPR_TEXT;
    case 'p':
        return ODDI_EXPR_PROTO;
    case 'o':
        return ODDI_EXPR_PORT;
    case 'v':
        return ODDI_EXPR_SERVICE;
    default:
        return ODDI_EXPR_KEY;
    }
}
