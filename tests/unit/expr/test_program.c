/* Random expressions against an interpreter that walks the tree row by row, the slowest and plainest way there is. */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "expr/function.h"
#include "failalloc.h"

#define ROWS 2600 /* two blocks and a part of one */

struct table {
    double number[ODDI_N_FIELDS][ROWS];
    int64_t time[ODDI_N_FIELDS][ROWS];
    uint32_t code[ODDI_N_FIELDS][ROWS];
    struct oddi_addr addr[ODDI_N_FIELDS][ROWS];
    struct oddi_span span[ODDI_N_FIELDS][ROWS];
};

static const char words[] = "CONINTS_FSPA_FSPA";
#define WINDOW_START 1312969560000000000

static void make_table(struct table *t, uint64_t seed)
{
    static const struct oddi_span spans[] = {{0, 3}, {3, 3}, {6, 2}, {8, 9}, {0, 0}, {0, UINT32_MAX}};
    static const double numbers[] = {0, 1, -1, 2.5, 100, 1e6, 1e300, NAN, NAN};
    struct oddi_rng rng;

    oddi_rng_seed(&rng, seed);
    for (size_t f = 0; f < ODDI_N_FIELDS; f++)
        for (size_t i = 0; i < ROWS; i++) {
            uint64_t r = oddi_rng_next(&rng);
            struct oddi_addr v4 = {{10, (uint8_t)(r & 1), 0, (uint8_t)(r >> 8 & 3)}, ODDI_ADDR_V4};
            struct oddi_addr v6 = {{0xfe, 0x80, [15] = (uint8_t)(r >> 8 & 3)}, ODDI_ADDR_V6};

            t->number[f][i] = numbers[r % 9];
            t->time[f][i] = r % 7 ? WINDOW_START + (int64_t)(r >> 20) : ODDI_NO_TIME;
            t->code[f][i] = f == ODDI_PROTO ? (r % 3   ? 6u
                                               : r % 2 ? 17u
                                                       : UINT32_MAX)
                                            : (r % 7 ? (uint32_t)(r >> 40) % 100 : UINT32_MAX);
            t->addr[f][i] = r % 8 == 0 ? (struct oddi_addr){0} : r % 3 ? v4 : v6;
            t->span[f][i] = spans[r % 6];
        }
}

/* ---- the interpreter ---------------------------------------------------------------------------------------------- */

struct value {
    bool null;
    bool truth;
    double number;
    int64_t time;
    uint32_t code;
    struct oddi_addr addr;
    const char *s;
    size_t n;
};

struct walk {
    const struct table *t;
    const struct oddi_tree *tree;
    size_t row;
};

static struct value walk(const struct walk *w, uint32_t i);

static struct value null_value(void)
{
    return (struct value){.null = true};
}

static struct value number_value(double x)
{
    return (struct value){.null = isnan(x) || isinf(x), .number = x};
}

static struct value truth_value(bool t)
{
    return (struct value){.truth = t};
}

static struct value field_value(const struct walk *w, enum oddi_field f)
{
    struct value v = {0};

    switch (oddi_field_row(f)->type) {
    case ODDI_TYPE_NUMBER:
        return number_value(w->t->number[f][w->row]);
    case ODDI_TYPE_TIME:
        v.time = w->t->time[f][w->row];
        v.null = v.time == ODDI_NO_TIME;
        return v;
    case ODDI_TYPE_PROTO:
    case ODDI_TYPE_PORT:
        v.code = w->t->code[f][w->row];
        v.null = v.code == UINT32_MAX;
        return v;
    case ODDI_TYPE_ADDR:
        v.addr = w->t->addr[f][w->row];
        v.null = v.addr.kind == ODDI_ADDR_NONE;
        return v;
    case ODDI_TYPE_TEXT:
        v.null = w->t->span[f][w->row].len == UINT32_MAX;
        v.s = words + w->t->span[f][w->row].off;
        v.n = v.null ? 0 : w->t->span[f][w->row].len;
        return v;
    }
    return v;
}

/* -1, 0, 1; 2: neither (addresses and texts only differ) */
static int compare(const struct value *a, const struct value *b, char type)
{
    switch (type) {
    case 'n':
        return (a->number > b->number) - (a->number < b->number);
    case 't':
        return (a->time > b->time) - (a->time < b->time);
    case 'a':
        return memcmp(&a->addr, &b->addr, sizeof a->addr) ? 2 : 0;
    case 's':
        return a->n == b->n && (a->n == 0 || memcmp(a->s, b->s, a->n) == 0) ? 0 : 2;
    case 'b':
        return a->truth == b->truth ? 0 : 2;
    default:
        return (a->code > b->code) - (a->code < b->code);
    }
}

static struct value compared(const char *op, const struct value *a, const struct value *b, char type)
{
    int c;

    if (a->null || b->null)
        return null_value();
    c = compare(a, b, type);
    if (strcmp(op, "==") == 0)
        return truth_value(c == 0);
    if (strcmp(op, "!=") == 0)
        return truth_value(c != 0);
    return truth_value(op[0] == '<' ? c == -1 || (op[1] && c == 0) : c == 1 || (op[1] && c == 0));
}

static bool member(const struct walk *w, const struct value *x, uint32_t m, char type)
{
    const struct oddi_node *n = oddi_node(w->tree, m);
    struct value low, high;

    if (n->kind == ODDI_NODE_NET) {
        unsigned bits = n->u.net.bits;

        for (unsigned b = 0; b < bits; b++)
            if ((x->addr.bytes[b / 8] ^ n->u.net.addr.bytes[b / 8]) >> (7 - b % 8) & 1)
                return false;
        return x->addr.kind == n->u.net.addr.kind;
    }
    if (n->kind != ODDI_NODE_RANGE) {
        low = walk(w, m);
        return compare(x, &low, type) == 0;
    }
    low = walk(w, n->first);
    high = walk(w, oddi_node(w->tree, n->first)->next);
    if (compare(&low, &high, type) > 0)
        return compare(x, &low, type) >= 0 || compare(x, &high, type) <= 0;
    return compare(x, &low, type) >= 0 && compare(x, &high, type) <= 0;
}

static struct value in_value(const struct walk *w, const struct oddi_node *n, char type)
{
    struct value x = walk(w, n->first);
    uint32_t m = oddi_node(w->tree, n->first)->next;

    if (x.null)
        return null_value();
    if (oddi_node(w->tree, m)->kind != ODDI_NODE_SET)
        return truth_value(member(w, &x, m, type));
    for (m = oddi_node(w->tree, m)->first; m != ODDI_NO_NODE; m = oddi_node(w->tree, m)->next)
        if (member(w, &x, m, type))
            return truth_value(true);
    return truth_value(false);
}

static struct value chain_value(const struct walk *w, const struct oddi_node *n, bool is_and)
{
    bool unknown = false;

    for (uint32_t a = n->first; a != ODDI_NO_NODE; a = oddi_node(w->tree, a)->next) {
        struct value v = walk(w, a);

        if (!v.null && v.truth != is_and)
            return truth_value(!is_and);
        unknown |= v.null;
    }
    return unknown ? null_value() : truth_value(is_and);
}

static double arithmetic(const char *op, double x, double y)
{
    switch (op[0]) {
    case '+':
        return x + y;
    case '-':
        return x - y;
    case '*':
        return x * y;
    case '/':
        return x / y;
    default:
        x = fmod(x, y);
        return x != 0 && (x < 0) != (y < 0) ? x + y : x;
    }
}

static double function_of(const char *name, double x)
{
    return strcmp(name, "abs") == 0     ? fabs(x)
           : strcmp(name, "sqrt") == 0  ? sqrt(x)
           : strcmp(name, "log1p") == 0 ? log1p(x)
           : strcmp(name, "floor") == 0 ? floor(x)
                                        : -x;
}

static bool glob(const char *s, size_t n, const char *p)
{
    if (*p == '\0')
        return n == 0;
    if (*p == '*')
        return glob(s, n, p + 1) || (n > 0 && glob(s + 1, n - 1, p));
    return n > 0 && (*p == '?' || *p == *s) && glob(s + 1, n - 1, p + 1);
}

static struct value extreme(const struct walk *w, const struct oddi_node *n, bool greatest)
{
    struct value best = walk(w, n->first);

    for (uint32_t a = n->first; a != ODDI_NO_NODE; a = oddi_node(w->tree, a)->next) {
        struct value v = walk(w, a);

        if (v.null)
            return v;
        if (greatest ? v.number > best.number : v.number < best.number)
            best = v;
    }
    return best;
}

static struct value net_value(struct value a, double bits4)
{
    unsigned bits = a.addr.kind == ODDI_ADDR_V4 ? (unsigned)bits4 : 64;

    for (unsigned b = bits; b < 128; b++)
        a.addr.bytes[b / 8] &= (uint8_t) ~(0x80u >> (b % 8));
    return a;
}

static struct value unary_value(const char *name, struct value a, char type)
{
    if (strcmp(name, "missing") == 0)
        return truth_value(a.null);
    if (a.null)
        return a;
    if (strcmp(name, "not") == 0)
        return truth_value(!a.truth);
    if (strcmp(name, "number") == 0)
        return number_value(type == 'b' ? a.truth : a.code);
    if (strcmp(name, "length") == 0)
        return number_value((double)a.n);
    if (strcmp(name, "hour") == 0)
        return number_value((double)(a.time / 3600000000000 % 24));
    return number_value(function_of(name, a.number));
}

static struct value binary_value(const char *name, struct value a, struct value b)
{
    if (strcmp(name, "coalesce") == 0)
        return a.null ? b : a;
    if (strcmp(name, "service") == 0) {
        struct value v = {.null = a.null};

        v.code = a.code << 17 | (b.null ? 0 : b.code + 1);
        return v;
    }
    if (a.null || b.null)
        return null_value();
    if (strcmp(name, "like") == 0)
        return truth_value(glob(a.s, a.n, b.s));
    return number_value(arithmetic(name, a.number, b.number));
}

static struct value call_value(const struct walk *w, const struct oddi_node *n)
{
    const struct oddi_function *f = oddi_function(n->fn);
    struct value a, b;

    if (f->args[1] == '*')
        return f->args[0] == 'b' ? chain_value(w, n, f->name[0] == 'a') : extreme(w, n, f->name[1] == 'a');
    if (strcmp(f->name, "in") == 0)
        return in_value(w, n, f->args[0]);
    a = walk(w, n->first);
    if (f->args[1] == '\0')
        return unary_value(f->name, a, f->args[0]);
    b = walk(w, oddi_node(w->tree, n->first)->next);
    if (strcmp(f->name, "if") == 0)
        return !a.null && a.truth ? b : walk(w, oddi_tree_child(w->tree, (uint32_t)(n - w->tree->node), 2));
    if (strcmp(f->name, "net") == 0)
        return a.null ? a : net_value(a, b.number);
    if (strchr("=!<>", f->name[0]))
        return compared(f->name, &a, &b, f->args[0]);
    return binary_value(f->name, a, b);
}

static struct value walk(const struct walk *w, uint32_t i)
{
    const struct oddi_node *n = oddi_node(w->tree, i);
    struct value v = {0};

    switch (n->kind) {
    case ODDI_NODE_NUMBER:
        return number_value(n->u.number);
    case ODDI_NODE_TEXT:
        v.s = oddi_node_text(w->tree, n);
        v.n = n->u.text.n;
        return v;
    case ODDI_NODE_ADDR:
        v.addr = n->u.net.addr;
        return v;
    case ODDI_NODE_TIME:
        v.time = n->u.time;
        return v;
    case ODDI_NODE_CODE:
        v.code = n->u.code;
        return v;
    case ODDI_NODE_FIELD:
        return field_value(w, (enum oddi_field)n->fn);
    default:
        return call_value(w, n);
    }
}

/* ---- random expressions ------------------------------------------------------------------------------------------- */

struct writer {
    struct oddi_rng rng;
    char s[4000];
    size_t n;
};

static void say(struct writer *w, const char *text)
{
    size_t m = strlen(text);

    if (w->n + m < sizeof w->s) {
        memcpy(w->s + w->n, text, m + 1);
        w->n += m;
    }
}

/* $x stands for an expression of type x (n b a s o p t v), all else for itself. The first few have nothing inside. */
static const char *const templates[][26] = {
    ['n'] = {"bytes",
             "pkts",
             "src_bytes",
             "dst_bytes",
             "3",
             "0",
             "1.5",
             "10k",
             "(2s + 1)",
             "($n + $n)",
             "($n - $n)",
             "($n * $n)",
             "($n / $n)",
             "($n % $n)",
             "abs($n)",
             "sqrt($n)",
             "log1p($n)",
             "floor($n)",
             "-($n)",
             "if($b, $n, $n)",
             "min($n, $n, $n)",
             "max($n, $n)",
             "coalesce($n, $n)",
             "length($s)",
             "number($o)"},
    ['b'] = {"tcp",
             "bytes > 0",
             "state is null",
             "src_port == 25",
             "$n > $n",
             "$n <= $n",
             "$n == $n",
             "$n != $n",
             "($b and $b)",
             "($b or $b)",
             "($b and $b and $b)",
             "not ($b)",
             "$o == $o",
             "$o in {22, 25, 80..90}",
             "$n in {1, 2..200}",
             "$a == $a",
             "$a in {10.0.0.0/16, fe80::/64, 10.1.0.1}",
             "$s == $s",
             "$s like 'F*P*'",
             "$s in {'CON', 'S_'}",
             "missing($n)",
             "$t < $t",
             "hour($t) in 10..9",
             "$a not in {10.1.0.0/30}",
             "$v == 'tcp/25'",
             "$p != udp"},
    ['a'] = {"src_ip", "dst_ip", "10.0.0.1", "net($a, 31)", "if($b, $a, $a)"},
    ['s'] = {"state", "dir", "'CON'", "''", "coalesce($s, $s)"},
    ['o'] = {"src_port", "dst_port", "if($b, $o, $o)"},
    ['p'] = {"proto", "coalesce(proto, tcp)"},
    ['t'] = {"ts_start", "ts_end", "coalesce($t, ts_end)"},
    ['v'] = {"service", "service($p, $o)"},
};

static void write_one(struct writer *w, char type, int depth)
{
    const char *const *list = templates[(unsigned char)type], *c;
    size_t n = 0, plain = 0;

    while (n < 26 && list[n])
        n++;
    while (plain < n && !strchr(list[plain], '$'))
        plain++;
    c = list[oddi_rng_below(&w->rng, depth > 0 ? n : plain)];
    for (; *c; c++) {
        char one[2] = {*c, 0};

        if (*c == '$')
            write_one(w, *++c, depth - 1);
        else
            say(w, one);
    }
}

/* ---- the comparison ----------------------------------------------------------------------------------------------- */

static bool agrees(enum oddi_expr_type type, const void *got, const struct value *want)
{
    uint32_t code;
    const struct oddi_text *text = got;

    switch (type) {
    case ODDI_EXPR_BOOL:
        return *(const uint8_t *)got == (want->null ? ODDI_UNKNOWN : want->truth ? ODDI_TRUE : ODDI_FALSE);
    case ODDI_EXPR_NUMBER:
        return want->null ? isnan(*(const double *)got) : *(const double *)got == want->number;
    case ODDI_EXPR_TIME:
        return *(const int64_t *)got == (want->null ? ODDI_NO_TIME : want->time);
    case ODDI_EXPR_ADDR:
        return want->null ? ((const struct oddi_addr *)got)->kind == ODDI_ADDR_NONE
                          : memcmp(got, &want->addr, sizeof want->addr) == 0;
    case ODDI_EXPR_TEXT:
        return want->null ? !text->s
                          : text->s && text->n == want->n && memcmp(text->s, want->s, want->n) == 0;
    default:
        memcpy(&code, got, sizeof code);
        return code == (want->null ? UINT32_MAX : want->code);
    }
}

static void bind(const struct table *t, const struct oddi_expr_need *needs, size_t n,
                 struct oddi_column *columns, uint32_t *map)
{
    for (size_t k = 0; k < n; k++) {
        enum oddi_field f = needs[k].field;
        const void *at = needs[k].type == ODDI_TYPE_NUMBER ? (const void *)t->number[f]
                         : needs[k].type == ODDI_TYPE_TIME ? (const void *)t->time[f]
                         : needs[k].type == ODDI_TYPE_ADDR ? (const void *)t->addr[f]
                         : needs[k].type == ODDI_TYPE_TEXT ? (const void *)t->span[f]
                                                           : (const void *)t->code[f];

        memset(&columns[k], 0, sizeof columns[k]);
        memcpy(&columns[k].u.any, &at, sizeof at);
        map[k] = (uint32_t)k;
    }
}

static void check_rows(const struct table *t, const struct oddi_expr *e, const void *got, size_t from,
                       size_t n)
{
    size_t size = oddi_expr_value_size(oddi_expr_type(e));

    for (size_t i = 0; i < n; i++) {
        struct walk w = {t, &e->tree, from + i};
        struct value want = walk(&w, e->tree.root);

        if (!agrees(oddi_expr_type(e), (const char *)got + i * size, &want))
            fail_msg("row %zu of %s", from + i, oddi_expr_text(e));
    }
}

#define MANY 12

/* Several expressions in one program, so that they share what they have in common. */
static void check_many(const struct table *t, const struct oddi_expr *const *exprs, size_t n, size_t step)
{
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    const struct oddi_expr_need *needs;
    struct oddi_column columns[ODDI_N_FIELDS];
    uint32_t map[ODDI_N_FIELDS];
    size_t n_needs;
    struct oddi_expr_input in = {columns, map, words, WINDOW_START};

    assert_int_equal(oddi_program_new(exprs, n, &p, NULL), ODD_OK);
    n_needs = oddi_program_needs(p, &needs);
    bind(t, needs, n_needs, columns, map);
    assert_int_equal(oddi_evaluator_new(p, &ev, NULL), ODD_OK);
    for (size_t from = 0; from < ROWS; from += step) {
        size_t m = ROWS - from < step ? ROWS - from : step;

        oddi_evaluate(ev, &in, from, m);
        for (size_t k = 0; k < n; k++)
            check_rows(t, exprs[k], oddi_evaluator_result(ev, k), from, m);
    }
    oddi_evaluator_free(ev);
    oddi_program_free(p);
}

static struct oddi_expr *parse(const char *text, enum oddi_expr_want want)
{
    struct oddi_expr_options o = {.want = want};
    struct oddi_expr_error fault;
    struct oddi_expr *e;
    char shown[600];

    if (oddi_expr_new(text, strlen(text), &o, &e, &fault) != ODD_OK) {
        oddi_expr_error_show(text, strlen(text), &fault, shown, sizeof shown);
        fail_msg("%s\n%s", fault.message, shown);
    }
    return e;
}

static void test_random(void **state)
{
    struct table *t = malloc(sizeof *t);
    struct writer w;

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct oddi_expr *exprs[MANY];

        make_table(t, seed);
        oddi_rng_seed(&w.rng, seed * 77);
        for (size_t k = 0; k < MANY; k++) {
            static const char types[] = "nbbbnasotv";
            struct oddi_expr *again;

            w.n = 0;
            write_one(&w, types[oddi_rng_below(&w.rng, 10)], 1 + (int)(seed % 4));
            exprs[k] = parse(w.s, ODDI_WANT_VALUE);
            again = parse(oddi_expr_text(exprs[k]), ODDI_WANT_VALUE);
            assert_string_equal(oddi_expr_text(again), oddi_expr_text(exprs[k]));
            oddi_expr_free(again);
        }
        check_many(t, (const struct oddi_expr *const *)exprs, MANY,
                   seed % 3 ? ODDI_EXPR_BLOCK : 1 + seed * 7);
        for (size_t k = 0; k < MANY; k++)
            oddi_expr_free(exprs[k]);
    }
    free(t);
}

static void test_filter(void **state)
{
    struct table *t = malloc(sizeof *t);
    const struct oddi_expr *e =
        parse("tcp and bytes > 1 and (src_ip in 10.0.0.0/16 or dst_port < 50)", ODDI_WANT_CONDITION);
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    const struct oddi_expr_need *needs;
    struct oddi_column columns[ODDI_N_FIELDS];
    uint32_t map[ODDI_N_FIELDS], rows[ROWS];
    struct oddi_expr_input in = {columns, map, words, WINDOW_START};
    uint8_t *column = malloc(ROWS);
    void *out[] = {column};
    size_t n, n_needs, k = 0;

    (void)state;
    make_table(t, 5);
    assert_int_equal(oddi_program_new(&e, 1, &p, NULL), ODD_OK);
    n_needs = oddi_program_needs(p, &needs);
    bind(t, needs, n_needs, columns, map);
    assert_int_equal(oddi_evaluator_new(p, &ev, NULL), ODD_OK);
    n = oddi_filter(ev, &in, ROWS, rows);
    oddi_evaluate_columns(ev, &in, ROWS, out);
    for (uint32_t i = 0; i < ROWS; i++) {
        struct walk w = {t, &e->tree, i};
        struct value v = walk(&w, e->tree.root);

        assert_int_equal(column[i], v.null ? ODDI_UNKNOWN : v.truth ? ODDI_TRUE : ODDI_FALSE);
        if (!v.null && v.truth)
            assert_int_equal(rows[k++], i);
    }
    assert_int_equal(k, n);
    assert_true(n > 100 && n < ROWS - 100);
    oddi_evaluator_free(ev);
    oddi_program_free(p);
    oddi_expr_free((struct oddi_expr *)(uintptr_t)e);
    free(column);
    free(t);
}

/* What an input lacks is null in every row. */
static void test_absent(void **state)
{
    const struct oddi_expr *e =
        parse("failed is null and state is null and not (bytes > 5) is null", ODDI_WANT_CONDITION);
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    const struct oddi_expr_need *needs;
    uint32_t map[ODDI_N_FIELDS];
    struct oddi_expr_input in = {NULL, map, NULL, ODDI_NO_TIME};
    size_t n;

    (void)state;
    assert_int_equal(oddi_program_new(&e, 1, &p, NULL), ODD_OK);
    n = oddi_program_needs(p, &needs);
    assert_int_equal(n, 5);          /* state proto dst_pkts tcp_flags bytes */
    assert_false(needs[0].optional); /* asked for without `failed` too */
    assert_true(needs[1].optional && needs[2].optional && needs[3].optional);
    memset(map, 0xff, sizeof map);
    assert_int_equal(oddi_evaluator_new(p, &ev, NULL), ODD_OK);
    oddi_evaluate(ev, &in, 0, 3);
    assert_int_equal(((const uint8_t *)oddi_evaluator_result(ev, 0))[2], ODDI_FALSE);
    oddi_evaluator_free(ev);
    oddi_program_free(p);
    oddi_expr_free((struct oddi_expr *)(uintptr_t)e);
}

static enum odd_status story(void *ctx)
{
    static const char text[] =
        "src net 10.0.0.0/8 and dst_port in {1, 2..5} and label like '*x*' and not failed and "
        "if(tcp, bytes, 5) > min(pkts, 10M, 3) and service == tcp/25";
    struct oddi_net home = {.bits = 8, .addr = {{10}, ODDI_ADDR_V4}};
    struct oddi_expr_options o = {.home = &home, .n_home = 1};
    struct oddi_expr_error fault;
    struct oddi_expr *e;
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    const struct oddi_expr *list[1];
    enum odd_status status = oddi_expr_new(text, sizeof text - 1, &o, &e, &fault);

    (void)ctx;
    if (status != ODD_OK)
        return status;
    list[0] = e;
    status = oddi_program_new(list, 1, &p, NULL);
    if (status == ODD_OK) {
        status = oddi_evaluator_new(p, &ev, NULL);
        if (status == ODD_OK)
            oddi_evaluator_free(ev);
        oddi_program_free(p);
    }
    oddi_expr_free(e);
    return status;
}

static void test_memory(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(story, NULL));
}

static void test_show(void **state)
{
    struct oddi_expr_options o = {.want = ODDI_WANT_CONDITION};
    struct oddi_expr_error fault;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_expr *e;
    const char *text = "tcp and byts > 5";
    char shown[200];

    (void)state;
    assert_int_equal(oddi_expr_new(text, strlen(text), &o, &e, &fault), ODD_ERR_USAGE);
    oddi_expr_error_show(text, strlen(text), &fault, shown, sizeof shown);
    assert_string_equal(shown, "tcp and byts > 5\n        ^~~~\n");
    assert_int_equal(oddi_expr_fail(&err, ODD_ERR_USAGE, text, strlen(text), &fault), ODD_ERR_USAGE);
    assert_string_equal(err.message, "at column 9, 'byts': there is no field 'byts'; did you mean 'bytes'?");
    assert_int_equal(oddi_expr_error_show(text, strlen(text), &fault, shown, 5), 4);
    assert_string_equal(shown, "tcp ");
    fault = (struct oddi_expr_error){.at = 3, .len = 99};
    oddi_expr_error_show("a\n\xc3\xa4\tb\nc", 8, &fault, shown,
                         sizeof shown); /* the second line, its second column */
    assert_string_equal(shown, "\xc3\xa4?b\n ^~~\n");
}

/* Lists, columns by the input's names, and fields that it lacks. */
static void test_schema(void **state)
{
    static const char *const names[] = {"StartTime", "orig_bytes", "orig_ip_bytes", "service", "My Col"};
    static const size_t lengths[] = {9, 10, 13, 7, 6};
    struct oddi_schema schema;
    struct oddi_expr_options o = {.want = ODDI_WANT_NUMBER, .schema = &schema};
    struct oddi_expr_error fault;
    const struct oddi_expr_need *needs;
    struct oddi_expr *e;
    static const struct {
        const char *text, *canonical;
    } cases[] = {{"orig_bytes", "src_bytes"}, {"orig_ip_bytes", "`orig_ip_bytes`"},
                 {"my_col", "`my_col`"},      {"`My Col` / 2", "`My Col` / 2"},
                 {"\"My Col\"", "`My Col`"},  {"bytes", NULL},
                 {"dst_ip == 1.2.3.4", NULL}, {"`Your Col`", NULL},
                 {"failed", "failed"}};

    (void)state;
    assert_int_equal(oddi_schema_init(&schema, names, lengths, 5, NULL, 0, NULL), ODD_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum odd_status status = oddi_expr_new(cases[i].text, strlen(cases[i].text), &o, &e, &fault);

        assert_int_equal(status, cases[i].canonical ? ODD_OK : ODD_ERR_USAGE);
        if (status != ODD_OK)
            continue;
        assert_string_equal(oddi_expr_text(e), cases[i].canonical);
        assert_true(oddi_expr_needs(e, &needs) >= 1);
        oddi_expr_free(e);
    }
    oddi_schema_clear(&schema);
    o.schema = NULL;
    o.any_column = true;
    assert_int_equal(oddi_expr_new("whatever", 8, &o, &e, &fault), ODD_OK);
    assert_int_equal(oddi_expr_needs(e, &needs), 1);
    assert_true(needs[0].field == ODDI_NO_FIELD && strcmp(needs[0].name, "whatever") == 0 &&
                needs[0].type == ODDI_TYPE_NUMBER);
    oddi_expr_free(e);
    assert_int_equal(oddi_expr_item_end("max(a, b), c", 12), 9);
    assert_int_equal(oddi_expr_item_end("a in {1,2} and `x,y` == 'a,\\',b'", 32), 32);
}

/* Every protocol's name survives being printed. */
static void test_protocols(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < ODDI_PROTO_OTHER; code++) {
        char text[80];
        struct oddi_expr *a, *b;

        if (!oddi_proto_name(code) && code > 255)
            continue;
        if (oddi_proto_name(code))
            snprintf(text, sizeof text, "proto == '%s'", oddi_proto_name(code));
        else
            snprintf(text, sizeof text, "proto == %u", code);
        a = parse(text, ODDI_WANT_CONDITION);
        b = parse(oddi_expr_text(a), ODDI_WANT_CONDITION);
        assert_string_equal(oddi_expr_text(a), oddi_expr_text(b));
        oddi_expr_free(a);
        oddi_expr_free(b);
    }
}

static void test_help(void **state)
{
    struct oddi_expr_help row;
    char signature[160];
    size_t n = 0;

    (void)state;
    for (; oddi_expr_help(n, &row, signature); n++)
        assert_true(row.name[0] && row.help && row.help[0] && row.group && signature[0]);
    assert_true(n > 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random), cmocka_unit_test(test_filter),    cmocka_unit_test(test_absent),
        cmocka_unit_test(test_memory), cmocka_unit_test(test_show),      cmocka_unit_test(test_schema),
        cmocka_unit_test(test_help),   cmocka_unit_test(test_protocols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
