/* The canonical spelling: one text for one tree, which parses to that tree again. */
#include "expr/function.h"

#include <math.h>

#include "base/num.h"
#include "feature/feature.h"

struct printer {
    const struct oddi_tree *tree;
    struct oddi_buf *out;
};

static void print_node(struct printer *p, uint32_t i, int binds);

static void print_quoted(struct printer *p, const char *s, size_t n, char quote)
{
    oddi_buf_char(p->out, quote);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == quote || s[i] == '\\')
            oddi_buf_char(p->out, '\\');
        oddi_buf_char(p->out, s[i]);
    }
    oddi_buf_char(p->out, quote);
}

static void print_number(struct printer *p, const struct oddi_node *n)
{
    char text[ODDI_NUM_MAX];
    size_t len = 0;
    double ns = n->u.number * 1e9, back;

    if ((n->flags & ODDI_FLAG_DURATION) && ns < 9e18 && rint(ns) / 1e9 == n->u.number) {
        oddi_buf_add(p->out, text, oddi_format_duration(text, (int64_t)rint(ns)));
        return;
    }
    if (fabs(n->u.number) < 1e15 && n->u.number == rint(n->u.number)) {
        oddi_buf_add(p->out, text, oddi_format_i64(text, (int64_t)n->u.number));
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        len = oddi_format_double(text, n->u.number, digits);
        if (oddi_parse_double(text, len, &back) && back == n->u.number)
            break;
    }
    oddi_buf_add(p->out, text, len);
}

static void print_addr(struct printer *p, const struct oddi_net *net, bool bits)
{
    char text[ODDI_ADDR_TEXT_MAX];

    oddi_buf_add(p->out, text, oddi_format_addr(text, &net->addr));
    if (bits)
        oddi_buf_printf(p->out, "/%u", net->bits);
}

static void print_code(struct printer *p, const struct oddi_node *n)
{
    char text[64];
    uint32_t value = n->u.code;
    size_t len = oddi_expr_format((enum oddi_expr_type)n->type, &value, NULL, text, sizeof text);

    /* a service and the few protocols whose names are no words are quoted */
    if (n->type == ODDI_EXPR_PORT ||
        (n->type == ODDI_EXPR_PROTO && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789") == len &&
         (text[0] >= 'a' || !oddi_proto_name(value))))
        oddi_buf_add(p->out, text, len);
    else
        print_quoted(p, text, len, '\'');
}

static void print_time(struct printer *p, int64_t t)
{
    char text[ODDI_TIME_TEXT_MAX];

    print_quoted(p, text, oddi_format_time(text, t, NULL), '\'');
}

static void print_list(struct printer *p, uint32_t first)
{
    const char *comma = "";

    for (uint32_t a = first; a != ODDI_NO_NODE; a = oddi_node(p->tree, a)->next) {
        bool where = oddi_node(p->tree, a)->flags & ODDI_FLAG_WHERE;

        oddi_buf_str(p->out, !where ? comma : *comma ? " where " : "where ");
        print_node(p, a, 0);
        comma = ", ";
    }
}

static void print_infix(struct printer *p, const struct oddi_node *n, const struct oddi_function *f)
{
    const char *between = "";

    for (uint32_t a = n->first; a != ODDI_NO_NODE; a = oddi_node(p->tree, a)->next) {
        bool left_of_chain =
            a == n->first && (f->precedence == ODDI_BINDS_SUM || f->precedence == ODDI_BINDS_PRODUCT);

        oddi_buf_str(p->out, between);
        if (*between) {
            oddi_buf_str(p->out, f->name);
            oddi_buf_char(p->out, ' ');
        }
        print_node(p, a, left_of_chain ? f->precedence : f->precedence + 1);
        between = " ";
    }
}

static void print_call(struct printer *p, const struct oddi_node *n, int binds)
{
    const struct oddi_function *f = oddi_function(n->fn);
    const struct oddi_node *x = oddi_node(p->tree, n->first);
    bool brackets = f->form != ODDI_FORM_CALL && f->precedence < binds;

    if (n->flags & ODDI_FLAG_IMPLICIT) {
        print_node(p, n->first, binds);
        return;
    }
    if (brackets)
        oddi_buf_char(p->out, '(');
    if (f->form == ODDI_FORM_INFIX) {
        print_infix(p, n, f);
    } else if (f->form == ODDI_FORM_CALL) {
        oddi_buf_printf(p->out, "%s(", f->name);
        print_list(p, n->first);
        oddi_buf_char(p->out, ')');
    } else if (f->precedence == ODDI_BINDS_MINUS) {
        /* "-5" would be read as the number */
        bool number = x->kind == ODDI_NODE_NUMBER && !(x->flags & ODDI_FLAG_DURATION);

        oddi_buf_str(p->out, number ? "-(" : "-");
        print_node(p, n->first, number ? 0 : ODDI_BINDS_MINUS);
        oddi_buf_str(p->out, number ? ")" : "");
    } else {
        oddi_buf_str(p->out, "not ");
        print_node(p, n->first, ODDI_BINDS_NOT);
    }
    if (brackets)
        oddi_buf_char(p->out, ')');
}

static void print_aggregate(struct printer *p, const struct oddi_node *n, int binds)
{
    if (n->flags & ODDI_FLAG_IMPLICIT) {
        print_node(p, n->first, binds);
        return;
    }
    oddi_buf_str(p->out, oddi_aggregate_at(n->fn)->name);
    oddi_buf_str(p->out, n->kind == ODDI_NODE_OVER ? "_over(" : "(");
    print_list(p, n->first);
    oddi_buf_char(p->out, ')');
}

static void print_node(struct printer *p, uint32_t i, int binds)
{
    const struct oddi_node *n = oddi_node(p->tree, i);

    if (n->alias) {
        oddi_buf_str(p->out, oddi_alias_at(n->alias - 1u)->name);
        return;
    }
    switch (n->kind) {
    case ODDI_NODE_NUMBER:
        print_number(p, n);
        return;
    case ODDI_NODE_TEXT:
        print_quoted(p, oddi_node_text(p->tree, n), n->u.text.n, '\'');
        return;
    case ODDI_NODE_ADDR:
    case ODDI_NODE_NET:
        print_addr(p, &n->u.net, n->kind == ODDI_NODE_NET);
        return;
    case ODDI_NODE_CODE:
        print_code(p, n);
        return;
    case ODDI_NODE_TIME:
        print_time(p, n->u.time);
        return;
    case ODDI_NODE_FIELD:
        oddi_buf_str(p->out,
                     n->flags & ODDI_FLAG_END ? "host" : oddi_field_row((enum oddi_field)n->fn)->name);
        return;
    case ODDI_NODE_COLUMN:
        print_quoted(p, oddi_node_text(p->tree, n), n->u.text.n, '`');
        return;
    case ODDI_NODE_SET:
        oddi_buf_char(p->out, '{');
        print_list(p, n->first);
        oddi_buf_char(p->out, '}');
        return;
    case ODDI_NODE_RANGE:
        print_node(p, n->first, ODDI_BINDS_SUM);
        oddi_buf_str(p->out, "..");
        print_node(p, oddi_node(p->tree, n->first)->next, ODDI_BINDS_SUM);
        return;
    case ODDI_NODE_CALL:
        print_call(p, n, binds);
        return;
    default:
        print_aggregate(p, n, binds);
    }
}

void oddi_tree_print(const struct oddi_tree *t, uint32_t i, struct oddi_buf *out)
{
    struct printer p = {t, out};

    print_node(&p, i, 0);
}
