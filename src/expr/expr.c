#include "expr/expr.h"

#include "base/mem.h"
#include "expr/program.h"
#include "feature/feature.h"

static enum odd_status parse_and_check(struct oddi_expr *e, const char *text, size_t n,
                                       const struct oddi_expr_options *options, struct oddi_expr_error *fault)
{
    if (!oddi_tree_init(&e->tree))
        return oddi_fault_memory(fault);
    e->tree.host = options->host != ODDI_HOST_NONE;
    ODDI_TRY(oddi_expr_parse(&e->tree, text, n, fault));
    ODDI_TRY(oddi_expr_check(&e->tree, options, fault));
    if (options->n_home) {
        e->home = oddi_malloc_array(options->n_home, sizeof *e->home);
        if (!e->home)
            return oddi_fault_memory(fault);
        memcpy(e->home, options->home, options->n_home * sizeof *e->home);
        e->n_home = options->n_home;
    }
    oddi_tree_print(&e->tree, e->tree.root, &e->text);
    oddi_buf_char(&e->text, '\0');
    return oddi_buf_ok(&e->text) && oddi_needs_collect(e) ? ODD_OK : oddi_fault_memory(fault);
}

enum odd_status oddi_expr_new(const char *text, size_t n, const struct oddi_expr_options *options,
                              struct oddi_expr **out, struct oddi_expr_error *fault)
{
    struct oddi_expr *e = oddi_calloc_array(1, sizeof *e);
    enum odd_status status;

    if (!e)
        return oddi_fault_memory(fault);
    oddi_buf_init(&e->text, 0);
    e->zone = options->zone;
    e->want = options->want;
    status = parse_and_check(e, text, n, options, fault);
    if (status != ODD_OK) {
        oddi_expr_free(e);
        return status;
    }
    *out = e;
    return ODD_OK;
}

void oddi_expr_free(struct oddi_expr *e)
{
    if (!e)
        return;
    oddi_tree_clear(&e->tree);
    oddi_buf_free(&e->text);
    free(e->needs);
    free(e->home);
    free(e);
}

enum oddi_expr_type oddi_expr_type(const struct oddi_expr *e)
{
    return (enum oddi_expr_type)oddi_node(&e->tree, e->tree.root)->type;
}

const char *oddi_expr_text(const struct oddi_expr *e)
{
    return e->text.data;
}

size_t oddi_expr_needs(const struct oddi_expr *e, const struct oddi_expr_need **needs)
{
    *needs = e->needs;
    return e->n_needs;
}

size_t oddi_expr_item_end(const char *text, size_t n)
{
    int depth = 0;
    char quote = 0;

    for (size_t i = 0; i < n; i++) {
        char c = text[i];

        if (quote) {
            i += c == '\\';
            quote = c == quote ? 0 : quote;
        } else if (c == '\'' || c == '"' || c == '`') {
            quote = c;
        } else if (c == '(' || c == '{' || c == '[') {
            depth++;
        } else if (c == ')' || c == '}' || c == ']') {
            depth--;
        } else if (c == ',' && depth <= 0) {
            return i;
        }
    }
    return n;
}
