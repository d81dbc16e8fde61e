/*
 * Functions and operators: rows of tables, one table a family (fn_*.c), listed in function_table.c.
 *
 * A name may have several rows; the first whose argument types fit is taken.
 */
#ifndef ODDFLOW_EXPR_FUNCTION_H
#define ODDFLOW_EXPR_FUNCTION_H

#include "expr/expr.h"
#include "expr/tree.h"

/* ODDI_CLONED(name) makes of the inline function name_body the kernel `name`, compiled also for AVX2 and taken where
 * the processor has it: the same operations, hence the same bits. */
#if defined(__x86_64__)
#define ODDI_CLONED(name)                                                                                    \
    __attribute__((target("avx2"))) static void name##_avx2(const struct oddi_kernel_args *k)                \
    {                                                                                                        \
        name##_body(k);                                                                                      \
    }                                                                                                        \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        if (!k->portable && __builtin_cpu_supports("avx2"))                                                  \
            name##_avx2(k);                                                                                  \
        else                                                                                                 \
            name##_body(k);                                                                                  \
    }
#else
#define ODDI_CLONED(name)                                                                                    \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        name##_body(k);                                                                                      \
    }
#endif
#define ODDI_BODY static inline __attribute__((always_inline)) void

/* What a kernel is given. in[i] and out are arrays of `n` <= ODDI_EXPR_BLOCK values of the row's types. */
struct oddi_kernel_args {
    void *out;
    const void *in[4];
    size_t n;
    unsigned constant; /* bit i: all values of in[i] are the same */
    const void *data;  /* what compile.c made of a set */
    const struct oddi_expr *expr;
    int64_t window_start;
    double entities; /* of the window; 0 while reading */
    bool portable;   /* do without vector instructions, for the tests */
};
typedef void (*oddi_kernel)(const struct oddi_kernel_args *k);

enum oddi_form { ODDI_FORM_CALL, ODDI_FORM_INFIX, ODDI_FORM_PREFIX };

/* When a function can be evaluated. */
enum oddi_stage {
    ODDI_STAGE_ROW,   /* while reading */
    ODDI_STAGE_WINDOW /* when the window's rows are all there */
};

/*
 * One letter a type: b bool, n number, t time, a address, s text, p protocol, o port, v service, k anything (as a key).
 * A letter with '*' is one or more of it, what follows '?' may be left out, and is null then.
 */
struct oddi_function {
    const char *name, *args;
    char result;
    uint8_t form, precedence, stage;
    oddi_kernel kernel;
    const char *help; /* NULL: a further row of the one above */
};

struct oddi_function_family {
    const char *group; /* heading in help and docs */
    const struct oddi_function *rows;
    size_t n;
};

/* Precedences: how tightly an operator binds. */
enum {
    ODDI_BINDS_OR = 1,
    ODDI_BINDS_AND,
    ODDI_BINDS_NOT,
    ODDI_BINDS_COMPARE,
    ODDI_BINDS_SUM,
    ODDI_BINDS_PRODUCT,
    ODDI_BINDS_MINUS,
    ODDI_BINDS_ATOM
};

#define ODDI_FN_MAX_ARGS 4

/* Row by id (id = family << 8 | row), first row of a name (UINT16_MAX: none), and the next of the same name. */
const struct oddi_function *oddi_function(uint16_t id);
uint16_t oddi_function_find(const char *name, size_t n);
uint16_t oddi_function_next(uint16_t id);
/* Every row in order of tables, for help; NULL past the end. */
const struct oddi_function *oddi_function_at(size_t i, const char **group);
enum oddi_expr_type oddi_type_of_letter(char letter);

/* ---- data of sets: what `in` looks into -------------------------------------------------------------------------- */

struct oddi_number_range {
    double low, high;
};
struct oddi_code_range {
    uint32_t low, high;
};
struct oddi_time_range {
    int64_t low, high;
};
struct oddi_net_match {
    uint64_t value[2], mask[2];
    uint8_t kind;
};
/* `n` members at `at`, of the kind that the kernel knows. */
struct oddi_set {
    const void *at;
    size_t n;
};
/* The mask and value that tell whether an address lies in a network. */
struct oddi_net_match oddi_net_match(const struct oddi_net *net);

static inline bool oddi_net_has(const struct oddi_net_match *m, const struct oddi_addr *a)
{
    uint64_t w[2];

    memcpy(w, a->bytes, 16);
    return a->kind == m->kind && (w[0] & m->mask[0]) == m->value[0] && (w[1] & m->mask[1]) == m->value[1];
}

static inline bool oddi_addr_equal(const struct oddi_addr *a, const struct oddi_addr *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static inline uint32_t oddi_service(uint32_t proto, uint32_t port)
{
    if (proto > ODDI_PROTO_OTHER)
        return UINT32_MAX;
    return proto << 17 | (port > 65535 ? 0 : port + 1);
}

/* fn_text.c: '*' stands for any bytes, '?' for one, '\' takes the next as it is. Linear in n * m. */
bool oddi_glob(const char *s, size_t n, const char *pattern, size_t m);

#endif
