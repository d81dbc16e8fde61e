#include "expr/function.h"

#include <math.h>

#define CHOOSE(suffix, T, KNOWN)                                                                             \
    static void if_##suffix(const struct oddi_kernel_args *k)                                                \
    {                                                                                                        \
        const uint8_t *c = k->in[0];                                                                         \
        const T *a = k->in[1], *b = k->in[2];                                                                \
        T *out = k->out;                                                                                     \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = c[i] == ODDI_TRUE ? a[i] : b[i];                                                        \
    }                                                                                                        \
    static void coalesce_##suffix(const struct oddi_kernel_args *k)                                          \
    {                                                                                                        \
        const T *a = k->in[0], *b = k->in[1];                                                                \
        T *out = k->out;                                                                                     \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = KNOWN(a[i]) ? a[i] : b[i];                                                              \
    }                                                                                                        \
    static void missing_##suffix(const struct oddi_kernel_args *k)                                           \
    {                                                                                                        \
        const T *a = k->in[0];                                                                               \
        uint8_t *out = k->out;                                                                               \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = KNOWN(a[i]) ? ODDI_FALSE : ODDI_TRUE;                                                   \
    }

#define KNOWN_f64(x)  ((x) == (x))
#define KNOWN_i64(x)  ((x) != ODDI_NO_TIME)
#define KNOWN_u32(x)  ((x) != UINT32_MAX)
#define KNOWN_u8(x)   ((x) != ODDI_UNKNOWN)
#define KNOWN_addr(x) ((x).kind != ODDI_ADDR_NONE)
#define KNOWN_text(x) ((x).s != NULL)

CHOOSE(f64, double, KNOWN_f64)
CHOOSE(i64, int64_t, KNOWN_i64)
CHOOSE(u32, uint32_t, KNOWN_u32)
CHOOSE(u8, uint8_t, KNOWN_u8)
CHOOSE(addr, struct oddi_addr, KNOWN_addr)
CHOOSE(text, struct oddi_text, KNOWN_text)

static void number_of_code(const struct oddi_kernel_args *k)
{
    const uint32_t *a = k->in[0];
    double *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = a[i] == UINT32_MAX ? NAN : a[i];
}

static void number_of_truth(const struct oddi_kernel_args *k)
{
    const uint8_t *a = k->in[0];
    double *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = a[i] == ODDI_UNKNOWN ? NAN : a[i] == ODDI_TRUE;
}

#define ROW(name, args, result, kernel, help)                                                                \
    {                                                                                                        \
        name, args, result, ODDI_FORM_CALL, ODDI_BINDS_ATOM, 0, kernel, help                                 \
    }

static const struct oddi_function rows[] = {
    ROW("coalesce", "oo", 'o', coalesce_u32, "the first, or the second where the first is null"),
    ROW("coalesce", "pp", 'p', coalesce_u32, NULL),
    ROW("coalesce", "vv", 'v', coalesce_u32, NULL),
    ROW("coalesce", "tt", 't', coalesce_i64, NULL),
    ROW("coalesce", "aa", 'a', coalesce_addr, NULL),
    ROW("coalesce", "ss", 's', coalesce_text, NULL),
    ROW("coalesce", "bb", 'b', coalesce_u8, NULL),
    ROW("coalesce", "nn", 'n', coalesce_f64, NULL),
    ROW("if", "boo", 'o', if_u32, "the second where the condition is true, else the third"),
    ROW("if", "bpp", 'p', if_u32, NULL),
    ROW("if", "bvv", 'v', if_u32, NULL),
    ROW("if", "btt", 't', if_i64, NULL),
    ROW("if", "baa", 'a', if_addr, NULL),
    ROW("if", "bss", 's', if_text, NULL),
    ROW("if", "bbb", 'b', if_u8, NULL),
    ROW("if", "bnn", 'n', if_f64, NULL),
    ROW("missing", "o", 'b', missing_u32, "there is no value; also: x is null, x is not null"),
    ROW("missing", "p", 'b', missing_u32, NULL),
    ROW("missing", "v", 'b', missing_u32, NULL),
    ROW("missing", "t", 'b', missing_i64, NULL),
    ROW("missing", "a", 'b', missing_addr, NULL),
    ROW("missing", "s", 'b', missing_text, NULL),
    ROW("missing", "b", 'b', missing_u8, NULL),
    ROW("missing", "n", 'b', missing_f64, NULL),
    ROW("number", "o", 'n', number_of_code, "a port or protocol as a number; true as 1 and false as 0"),
    ROW("number", "p", 'n', number_of_code, NULL),
    ROW("number", "b", 'n', number_of_truth, NULL),
};

const struct oddi_function_family oddi_functions_choose = {"choices", rows, sizeof rows / sizeof rows[0]};
