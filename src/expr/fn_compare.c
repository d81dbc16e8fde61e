#include "expr/function.h"

/* Comparisons of NaN are false, so that only != must look whether both are there. */
#define KNOWN_f64(x) ((x) == (x))
#define KNOWN_i64(x) ((x) != ODDI_NO_TIME)
#define KNOWN_u32(x) ((x) != UINT32_MAX)
#define KNOWN_u8(x)  ((x) != ODDI_UNKNOWN)

/* The loops are as plain as can be for the compiler to make vectors of them. */
#define COMPARE(name, T, KNOWN, op)                                                                          \
    ODDI_BODY name##_body(const struct oddi_kernel_args *k)                                                  \
    {                                                                                                        \
        const T *restrict a = k->in[0], *restrict b = k->in[1];                                              \
        uint8_t *restrict out = k->out;                                                                      \
        T y = b[0];                                                                                          \
                                                                                                             \
        size_t n = k->constant & 2 ? k->n : 0;                                                               \
                                                                                                             \
        for (size_t i = 0; i < n; i++) {                                                                     \
            int known = KNOWN(a[i]) & KNOWN(y);                                                              \
            out[i] = (uint8_t)(1 - known + 2 * ((a[i] op y) & known));                                       \
        }                                                                                                    \
        for (size_t i = n; i < k->n; i++) {                                                                  \
            int known = KNOWN(a[i]) & KNOWN(b[i]);                                                           \
            out[i] = (uint8_t)(1 - known + 2 * ((a[i] op b[i]) & known));                                    \
        }                                                                                                    \
    }                                                                                                        \
    ODDI_CLONED(name)

#define COMPARE_ALL(suffix, T)                                                                               \
    COMPARE(eq_##suffix, T, KNOWN_##suffix, ==)                                                              \
    COMPARE(ne_##suffix, T, KNOWN_##suffix, !=)                                                              \
    COMPARE(lt_##suffix, T, KNOWN_##suffix, <)                                                               \
    COMPARE(le_##suffix, T, KNOWN_##suffix, <=)                                                              \
    COMPARE(gt_##suffix, T, KNOWN_##suffix, >)                                                               \
    COMPARE(ge_##suffix, T, KNOWN_##suffix, >=)

COMPARE_ALL(f64, double)
COMPARE_ALL(i64, int64_t)
COMPARE_ALL(u32, uint32_t)
COMPARE(eq_u8, uint8_t, KNOWN_u8, ==)
COMPARE(ne_u8, uint8_t, KNOWN_u8, !=)

/* One IPv4 network, the usual case: a load, a mask and a comparison by row. */
static void in_net4(const struct oddi_net_match *net, const struct oddi_addr *restrict x, size_t n,
                    uint8_t *restrict out)
{
    uint32_t value, mask, word;

    memcpy(&value, net->value, sizeof value);
    memcpy(&mask, net->mask, sizeof mask);
    for (size_t i = 0; i < n; i++) {
        memcpy(&word, x[i].bytes, sizeof word);
        out[i] = (uint8_t)(2 * ((x[i].kind == ODDI_ADDR_V4) & ((word & mask) == value)) +
                           (x[i].kind == ODDI_ADDR_NONE));
    }
}

static void eq_addr(const struct oddi_kernel_args *k)
{
    const struct oddi_addr *a = k->in[0], *b = k->in[1];
    uint8_t *out = k->out;

    if (k->constant & 2 && b[0].kind == ODDI_ADDR_V4) {
        struct oddi_net_match net = oddi_net_match(&(struct oddi_net){b[0], 32});

        in_net4(&net, a, k->n, out);
        return;
    }
    for (size_t i = 0; i < k->n; i++)
        out[i] = !a[i].kind || !b[i].kind        ? ODDI_UNKNOWN
                 : oddi_addr_equal(&a[i], &b[i]) ? ODDI_TRUE
                                                 : ODDI_FALSE;
}

static void eq_text(const struct oddi_kernel_args *k)
{
    const struct oddi_text *a = k->in[0], *b = k->in[1];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = !a[i].s || !b[i].s                                        ? ODDI_UNKNOWN
                 : a[i].n == b[i].n && memcmp(a[i].s, b[i].s, a[i].n) == 0 ? ODDI_TRUE
                                                                           : ODDI_FALSE;
}

static void negate(uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(2 - out[i]);
}

static void ne_addr(const struct oddi_kernel_args *k)
{
    eq_addr(k);
    negate(k->out, k->n);
}

static void ne_text(const struct oddi_kernel_args *k)
{
    eq_text(k);
    negate(k->out, k->n);
}

/* ---- in ----------------------------------------------------------------------------------------------------------- */

#define IN_RANGES(name, T, R, KNOWN)                                                                         \
    ODDI_BODY name##_body(const struct oddi_kernel_args *k)                                                  \
    {                                                                                                        \
        const struct oddi_set *set = k->data;                                                                \
        const R *range = set->at;                                                                            \
        const T *restrict x = k->in[0];                                                                      \
        uint8_t *restrict out = k->out;                                                                      \
                                                                                                             \
        for (size_t i = 0; i < k->n; i++)                                                                    \
            out[i] = KNOWN(x[i]) ? ODDI_FALSE : ODDI_UNKNOWN;                                                \
        for (size_t j = 0; j < set->n; j++) {                                                                \
            T low = range[j].low, high = range[j].high;                                                      \
            for (size_t i = 0; i < k->n; i++) {                                                              \
                uint8_t hit = (uint8_t)(((x[i] >= low) & (x[i] <= high)) * 2);                               \
                out[i] = out[i] > hit ? out[i] : hit;                                                        \
            }                                                                                                \
        }                                                                                                    \
    }                                                                                                        \
    ODDI_CLONED(name)

IN_RANGES(in_number, double, struct oddi_number_range, KNOWN_f64)
IN_RANGES(in_time, int64_t, struct oddi_time_range, KNOWN_i64)
IN_RANGES(in_code_each, uint32_t, struct oddi_code_range, KNOWN_u32)

/* Ranges of codes are ascending and apart. */
static void in_code(const struct oddi_kernel_args *k)
{
    const struct oddi_set *set = k->data;
    const struct oddi_code_range *range = set->at;
    const uint32_t *x = k->in[0];
    uint8_t *out = k->out;

    if (set->n <= 8) {
        in_code_each(k);
        return;
    }
    for (size_t i = 0; i < k->n; i++) {
        size_t low = 0, high = set->n;

        while (high - low > 1) {
            size_t mid = low + (high - low) / 2;

            if (range[mid].low <= x[i])
                low = mid;
            else
                high = mid;
        }
        out[i] = x[i] == UINT32_MAX                                  ? ODDI_UNKNOWN
                 : x[i] >= range[low].low && x[i] <= range[low].high ? ODDI_TRUE
                                                                     : ODDI_FALSE;
    }
}

static void in_addr(const struct oddi_kernel_args *k)
{
    const struct oddi_set *set = k->data;
    const struct oddi_net_match *net = set->at;
    const struct oddi_addr *x = k->in[0];
    uint8_t *out = k->out;

    if (set->n == 1 && net->kind == ODDI_ADDR_V4) {
        in_net4(net, x, k->n, out);
        return;
    }
    for (size_t i = 0; i < k->n; i++)
        out[i] = x[i].kind ? ODDI_FALSE : ODDI_UNKNOWN;
    for (size_t j = 0; j < set->n; j++)
        for (size_t i = 0; i < k->n; i++)
            if (oddi_net_has(&net[j], &x[i]))
                out[i] = ODDI_TRUE;
}

static void in_text(const struct oddi_kernel_args *k)
{
    const struct oddi_set *set = k->data;
    const struct oddi_text *member = set->at;
    const struct oddi_text *x = k->in[0];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++) {
        out[i] = x[i].s ? ODDI_FALSE : ODDI_UNKNOWN;
        for (size_t j = 0; x[i].s && j < set->n && out[i] != ODDI_TRUE; j++)
            if (member[j].n == x[i].n && memcmp(member[j].s, x[i].s, x[i].n) == 0)
                out[i] = ODDI_TRUE;
    }
}

struct oddi_net_match oddi_net_match(const struct oddi_net *net)
{
    struct oddi_net_match m = {.kind = net->addr.kind};
    uint8_t mask[16] = {0};

    for (unsigned i = 0; i < 16; i++) {
        unsigned kept = net->bits > 8 * i ? net->bits - 8 * i : 0;

        mask[i] = kept >= 8 ? 0xff : (uint8_t)(0xff00u >> kept);
    }
    if (net->addr.kind == ODDI_ADDR_MAC)
        memset(mask, 0xff, sizeof mask);
    memcpy(m.mask, mask, sizeof mask);
    memcpy(m.value, net->addr.bytes, sizeof m.value);
    for (unsigned i = 0; i < 2; i++)
        m.value[i] &= m.mask[i];
    return m;
}

/* ---- and, or, not ------------------------------------------------------------------------------------------------- */

static void and_kernel(const struct oddi_kernel_args *k)
{
    const uint8_t *a = k->in[0], *b = k->in[1];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = a[i] < b[i] ? a[i] : b[i];
}

static void or_kernel(const struct oddi_kernel_args *k)
{
    const uint8_t *a = k->in[0], *b = k->in[1];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = a[i] > b[i] ? a[i] : b[i];
}

static void not_kernel(const struct oddi_kernel_args *k)
{
    const uint8_t *a = k->in[0];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = (uint8_t)(2 - a[i]);
}

#define OP(name, args, kernel, help)                                                                         \
    {                                                                                                        \
        name, args, 'b', ODDI_FORM_INFIX, ODDI_BINDS_COMPARE, 0, kernel, help                                \
    }
/* Ports and codes before numbers, so that 80 becomes a port where it meets one. */
#define ORDERED(name, op, help)                                                                              \
    OP(name, "oo", op##_u32, help), OP(name, "tt", op##_i64, NULL), OP(name, "nn", op##_f64, NULL)
#define EQUAL(name, op, help)                                                                                \
    OP(name, "oo", op##_u32, help), OP(name, "pp", op##_u32, NULL), OP(name, "vv", op##_u32, NULL),          \
        OP(name, "tt", op##_i64, NULL), OP(name, "aa", op##_addr, NULL), OP(name, "ss", op##_text, NULL),    \
        OP(name, "bb", op##_u8, NULL), OP(name, "nn", op##_f64, NULL)

static const struct oddi_function rows[] = {
    {"or", "b*", 'b', ODDI_FORM_INFIX, ODDI_BINDS_OR, 0, or_kernel,
     "true if one is; null if none is and one is null"},
    {"and", "b*", 'b', ODDI_FORM_INFIX, ODDI_BINDS_AND, 0, and_kernel,
     "false if one is; null if none is and one is null"},
    {"not", "b", 'b', ODDI_FORM_PREFIX, ODDI_BINDS_NOT, 0, not_kernel, "the contrary; null stays null"},
    EQUAL("==", eq, "equal; also written ="),
    EQUAL("!=", ne, "not equal"),
    ORDERED("<", lt, "less; of times: earlier"),
    ORDERED("<=", le, "at most"),
    ORDERED(">", gt, "greater"),
    ORDERED(">=", ge, "at least"),
    OP("in", "o", in_code, "one of {a, b, c}, within a..b (both ends belong to it), or in a network"),
    OP("in", "p", in_code, NULL),
    OP("in", "v", in_code, NULL),
    OP("in", "t", in_time, NULL),
    OP("in", "a", in_addr, NULL),
    OP("in", "s", in_text, NULL),
    OP("in", "n", in_number, NULL),
};

const struct oddi_function_family oddi_functions_compare = {"conditions", rows, sizeof rows / sizeof rows[0]};
