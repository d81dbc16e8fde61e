#include "expr/check.h"

#include <strings.h>

#include "base/param.h"
#include "feature/feature.h"
#include "flow/name.h"

bool oddi_check_proto_word(const struct oddi_check *c, uint32_t i, uint32_t *code)
{
    const struct oddi_node *node = oddi_node(c->tree, i);

    return node->kind == ODDI_NODE_NAME && node->type == ODDI_TYPE_WORD &&
           oddi_parse_proto(oddi_node_text(c->tree, node), node->u.text.n, code) &&
           *code < ODDI_PROTO_OTHER && oddi_proto_name(*code);
}

static bool is_word(const char *s, size_t n)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    uint32_t code;

    for (size_t i = 0; i < 7; i++)
        if (n == 3 && strncasecmp(s, days[i], 3) == 0)
            return true;
    return oddi_parse_proto(s, n, &code) && code < ODDI_PROTO_OTHER && oddi_proto_name(code);
}

/* The column with exactly this name that is not the field the name spells; or, with `loose`, whatever the case. */
static bool find_column(const struct oddi_schema *s, const char *name, size_t n, bool loose)
{
    for (size_t i = 0; s && i < s->n_columns; i++) {
        size_t m = strlen(s->names[i]);

        if (loose ? oddi_name_equal(s->names[i], m, name, n) : m == n && memcmp(s->names[i], name, n) == 0)
            return true;
    }
    return false;
}

/* A column that spells a field which another column is (orig_ip_bytes beside orig_bytes). */
static bool shadowed_column(const struct oddi_schema *s, const char *name, size_t n)
{
    for (size_t i = 0; s && i < s->n_columns; i++)
        if (strlen(s->names[i]) == n && memcmp(s->names[i], name, n) == 0)
            return s->fields[i] == ODDI_NO_FIELD;
    return false;
}

static enum odd_status to_field(struct oddi_check *c, uint32_t i, enum oddi_field field)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    const struct oddi_field_row *row = oddi_field_row(field);
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_recipe recipe;
    static const uint8_t types[] = {
        [ODDI_TYPE_TIME] = ODDI_EXPR_TIME,   [ODDI_TYPE_NUMBER] = ODDI_EXPR_NUMBER,
        [ODDI_TYPE_PROTO] = ODDI_EXPR_PROTO, [ODDI_TYPE_ADDR] = ODDI_EXPR_ADDR,
        [ODDI_TYPE_PORT] = ODDI_EXPR_PORT,   [ODDI_TYPE_TEXT] = ODDI_EXPR_TEXT,
    };

    if (c->options->schema && !c->optional) {
        enum odd_status status =
            oddi_schema_resolve(c->options->schema, oddi_node_text(c->tree, node), &recipe, NULL, &err);

        if (status != ODD_OK)
            return status == ODD_ERR_MEMORY ? oddi_fault_memory(c->fault)
                                            : oddi_fault(c->fault, node->at, node->len, "%s", err.message);
    }
    node->kind = ODDI_NODE_FIELD;
    node->type = types[row->type];
    node->fn = (uint16_t)field;
    node->flags |= c->optional ? ODDI_FLAG_OPTIONAL : 0;
    return ODD_OK;
}

/* Both ends have the same type, so that the check need not know which it is. */
static enum odd_status to_host(struct oddi_check *c, uint32_t i)
{
    enum oddi_expr_host host = c->options->host;
    struct oddi_node *node = oddi_node(c->tree, i);

    if (host != ODDI_HOST_END)
        return to_field(c, i, host == ODDI_HOST_SRC ? ODDI_SRC_IP : ODDI_DST_IP);
    node->kind = ODDI_NODE_FIELD;
    node->type = ODDI_EXPR_ADDR;
    node->fn = ODDI_SRC_IP;
    node->flags |= ODDI_FLAG_END;
    return ODD_OK;
}

static enum odd_status to_alias(struct oddi_check *c, uint32_t i, uint8_t alias)
{
    const struct oddi_alias *a = oddi_alias_at(alias - 1u);
    bool of_flow = a->flow && c->options->flow_time;
    bool spelt_out = of_flow || (a->src && c->options->host != ODDI_HOST_END);
    const char *text = of_flow                             ? a->flow
                       : !spelt_out                        ? a->text
                       : c->options->host == ODDI_HOST_SRC ? a->src
                                                           : a->dst;
    uint32_t at = oddi_node(c->tree, i)->at, len = oddi_node(c->tree, i)->len, root;
    bool optional = c->optional;
    enum odd_status status;

    ODDI_TRY(oddi_expr_parse_alias(c->tree, text, at, len, &root, c->fault));
    oddi_check_move(c, i, root);
    c->optional = a->optional;
    status = oddi_check_row(c, i);
    c->optional = optional;
    oddi_node(c->tree, i)->alias = spelt_out ? 0 : alias;
    return status;
}

static enum odd_status unknown_name(struct oddi_check *c, uint32_t i)
{
    const char *names[ODDI_N_FIELDS + 64];
    const struct oddi_node *node = oddi_node(c->tree, i);
    const struct oddi_schema *s = c->options->schema;
    const char *name = oddi_node_text(c->tree, node), *near;
    size_t n = 0;

    for (int f = 0; f < ODDI_N_FIELDS; f++)
        names[n++] = oddi_field_row((enum oddi_field)f)->name;
    for (size_t a = 0; oddi_alias_at(a) && n < ODDI_N_FIELDS + 20; a++)
        names[n++] = oddi_alias_at(a)->name;
    for (size_t j = 0; s && j < s->n_columns && n < ODDI_N_FIELDS + 64; j++)
        names[n++] = s->names[j];
    if (oddi_function_find(name, node->u.text.n) != UINT16_MAX ||
        oddi_aggregate_find(name, node->u.text.n) != UINT16_MAX)
        return oddi_fault(c->fault, node->at, node->len,
                          "'%.60s' is a function: what it is about goes in brackets", name);
    near = oddi_suggest(name, names, n);
    if (near)
        return oddi_fault(c->fault, node->at, node->len, "there is no field '%.60s'; did you mean '%.60s'?",
                          name, near);
    return oddi_fault(
        c->fault, node->at, node->len,
        s ? "there is no field or column '%.60s'; texts are quoted"
          : "there is no field '%.60s'; texts are quoted, and a column of the input is written `%.60s`",
        name, name);
}

static enum odd_status to_column(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    const char *name = oddi_node_text(c->tree, node);

    if (c->options->schema && !find_column(c->options->schema, name, node->u.text.n, false) &&
        !find_column(c->options->schema, name, node->u.text.n, true))
        return oddi_fault(c->fault, node->at, node->len, "there is no column '%.80s'", name);
    if (node->u.text.n == 0 || memchr(name, '\0', node->u.text.n))
        return oddi_fault(c->fault, node->at, node->len, "a column has no such name");
    node->kind = ODDI_NODE_COLUMN;
    node->type = ODDI_EXPR_KEY;
    return ODD_OK;
}

enum odd_status oddi_check_name(struct oddi_check *c, uint32_t i)
{
    struct oddi_node *node = oddi_node(c->tree, i);
    const char *name = oddi_node_text(c->tree, node);
    size_t n = node->u.text.n;
    enum oddi_field field;
    uint8_t alias;

    if (node->type == ODDI_TYPE_WORD)
        return ODD_OK;
    if ((node->flags & ODDI_FLAG_QUOTED) || shadowed_column(c->options->schema, name, n))
        return to_column(c, i);
    if (c->options->host && n == 4 && strncasecmp(name, "host", 4) == 0)
        return to_host(c, i);
    field = oddi_field_find(name, n, NULL);
    if (field != ODDI_NO_FIELD)
        return to_field(c, i, field);
    alias = oddi_alias_find(name, n);
    if (alias && (c->options->host || !oddi_alias_at(alias - 1u)->src))
        return to_alias(c, i, alias);
    if (find_column(c->options->schema, name, n, false) || find_column(c->options->schema, name, n, true))
        return to_column(c, i);
    if (is_word(name, n)) {
        node->type = ODDI_TYPE_WORD;
        return ODD_OK;
    }
    return !c->options->schema && c->options->any_column ? to_column(c, i) : unknown_name(c, i);
}
