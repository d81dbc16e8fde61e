/* The tables of functions, aggregates and words as text, for help and docs. */
#include "expr/function.h"

#include "feature/feature.h"

struct line {
    char *s;
    size_t n, size;
};

static void put(struct line *l, const char *s)
{
    for (; *s && l->n + 1 < l->size; s++)
        l->s[l->n++] = *s;
    l->s[l->n] = '\0';
}

static const char *type_word(char letter)
{
    return letter == 'k' ? "value" : oddi_type_name(oddi_type_of_letter(letter));
}

static void put_args(struct line *l, const char *args, bool parameter)
{
    const char *comma = "";
    bool optional = false;

    for (; *args; args++) {
        if (*args == '?') {
            put(l, *comma ? " [" : "[");
            optional = true;
            continue;
        }
        put(l, comma);
        put(l, type_word(*args));
        comma = ", ";
        if (args[1] == '*') {
            put(l, ", ...");
            args++;
        }
    }
    put(l, optional ? "]" : "");
    put(l, parameter ? ", share" : "");
}

/* Further rows of a function differ in types only: "a, b or c". */
static bool same_shape(const struct oddi_function *f, size_t i)
{
    const char *group;
    const struct oddi_function *next = oddi_function_at(i + 1, &group);

    return next && strcmp(next->name, f->name) == 0;
}

static void signature_of(const struct oddi_function *f, size_t i, struct line *l)
{
    if (f->form == ODDI_FORM_CALL) {
        put(l, f->name);
        put(l, "(");
        if (same_shape(f, i)) /* the types of one row would be too little */
            put(l, strcmp(f->name, "if") == 0 ? "condition, value, value"
                   : f->args[1]               ? "value, value"
                                              : "value");
        else
            put_args(l, f->args, false);
        put(l, ") -> ");
        put(l, same_shape(f, i) && f->result != 'b' && f->result != 'n' ? "value" : type_word(f->result));
        return;
    }
    put(l, f->form == ODDI_FORM_INFIX ? "x " : "");
    put(l, strcmp(f->name, "neg") == 0 ? "-" : f->name);
    put(l, strcmp(f->name, "neg") == 0 ? "x" : f->form == ODDI_FORM_INFIX ? " y" : " x");
    put(l, " -> ");
    put(l, type_word(f->result));
}

static bool function_help(size_t *i, struct oddi_expr_help *row, struct line *l)
{
    const struct oddi_function *f;
    const char *group;

    for (size_t k = 0; (f = oddi_function_at(k, &group)); k++) {
        if (!f->help)
            continue;
        if ((*i)-- > 0)
            continue;
        *row = (struct oddi_expr_help){f->name, l->s, f->help, group};
        signature_of(f, k, l);
        return true;
    }
    return false;
}

static bool aggregate_help(size_t i, struct oddi_expr_help *row, struct line *l)
{
    const struct oddi_aggregate *a = oddi_aggregate_at(i);

    *row = (struct oddi_expr_help){a->name, l->s, a->help, "aggregates"};
    put(l, a->name);
    put(l, "(");
    put_args(l, a->args, a->parameter);
    put(l, a->args[0] == 'k' ? ", ..." : "");
    put(l, a->args[0] ? " [where condition]) -> " : "[where condition]) -> ");
    put(l, type_word(a->result));
    return true;
}

bool oddi_expr_help(size_t i, struct oddi_expr_help *row, char signature[160])
{
    struct line l = {signature, 0, 160};
    const struct oddi_alias *alias;
    size_t n = 0;

    signature[0] = '\0';
    if (function_help(&i, row, &l))
        return true;
    while (oddi_aggregate_at(n))
        n++;
    if (i < n)
        return aggregate_help(i, row, &l);
    alias = oddi_alias_at(i - n);
    if (!alias)
        return false;
    put(&l, alias->text);
    *row = (struct oddi_expr_help){alias->name, signature, alias->help, "words"};
    return true;
}
