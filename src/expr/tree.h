/* The tree of an expression: nodes in one array, named by index, so that a failed allocation leaves nothing to undo. */
#ifndef ODDFLOW_EXPR_TREE_H
#define ODDFLOW_EXPR_TREE_H

#include "base/buf.h"
#include "expr/expr.h"

#define ODDI_EXPR_MAX_TEXT  65536u
#define ODDI_EXPR_MAX_NODES 20000u
#define ODDI_EXPR_MAX_DEPTH 100u

enum oddi_node_kind {
    ODDI_NODE_NUMBER, /* literal */
    ODDI_NODE_TEXT,   /* literal */
    ODDI_NODE_ADDR,   /* literal */
    ODDI_NODE_NET,    /* literal; only right of `in` and == */
    ODDI_NODE_CODE,   /* literal of type PROTO, PORT or SERVICE */
    ODDI_NODE_TIME,   /* literal */
    ODDI_NODE_NAME,   /* a word not looked up yet */
    ODDI_NODE_FIELD,  /* fn is the field; u.text its name as typed */
    ODDI_NODE_COLUMN, /* the input's column of that name; type KEY until its use says NUMBER or TEXT */
    ODDI_NODE_CALL,   /* row of the function table: operators and functions */
    ODDI_NODE_AGG,    /* row of the aggregate table over the rows of a group */
    ODDI_NODE_OVER,   /* the same over inner groups: keys, then the inner expression */
    ODDI_NODE_SET,    /* {a, b, c} */
    ODDI_NODE_RANGE,  /* a..b */
};

enum {
    ODDI_FLAG_DURATION = 1, /* a number written with a unit of time */
    ODDI_FLAG_DOUBLE = 2,   /* a text in double quotes: may turn out to be a column's name */
    ODDI_FLAG_WHERE = 4,    /* last child of an aggregate: its condition */
    ODDI_FLAG_IMPLICIT = 8, /* a conversion that was not written */
    ODDI_FLAG_OPTIONAL = 16,
    ODDI_FLAG_QUOTED = 32,  /* a name in backquotes: a column */
    ODDI_FLAG_CHECKED = 64, /* CALL: fn and type are set */
    ODDI_FLAG_END = 128,    /* FIELD: `host`, either end of the flow */
};

#define ODDI_NO_NODE 0u

struct oddi_node {
    uint8_t kind, type, flags;
    uint8_t alias;        /* 1 + index into the aliases, when the user wrote one word for all this */
    uint16_t fn;          /* CALL: function; AGG, OVER: aggregate; FIELD: field */
    uint32_t first, next; /* children; ODDI_NO_NODE ends */
    uint32_t at, len;     /* in the text */
    union {
        double number;
        int64_t time;
        uint32_t code;
        struct oddi_net net;
        struct {
            uint32_t off, n; /* in the tree's strings */
        } text;
    } u;
};

struct oddi_tree {
    struct oddi_node *node; /* [0] is not used */
    size_t n, cap;
    struct oddi_buf strings; /* each NUL-terminated */
    uint32_t root;
    bool host; /* the word `host` is a value */
};

struct oddi_expr {
    struct oddi_tree tree;
    struct oddi_buf text; /* canonical, NUL-terminated */
    struct oddi_expr_need *needs;
    size_t n_needs;
    const struct oddi_zone *zone;
    struct oddi_net *home;
    size_t n_home;
    enum oddi_expr_want want;
};

static inline struct oddi_node *oddi_node(const struct oddi_tree *t, uint32_t i)
{
    return &t->node[i];
}

bool oddi_tree_init(struct oddi_tree *t);
void oddi_tree_clear(struct oddi_tree *t);
/* A new node, zeroed but for kind and place; ODDI_NO_NODE when memory or the cap ends. */
uint32_t oddi_tree_add(struct oddi_tree *t, enum oddi_node_kind kind, uint32_t at, uint32_t len);
/* Appends a child. */
void oddi_tree_append(struct oddi_tree *t, uint32_t parent, uint32_t child);
size_t oddi_tree_children(const struct oddi_tree *t, uint32_t i);
/* The k-th child, ODDI_NO_NODE if there is none. */
uint32_t oddi_tree_child(const struct oddi_tree *t, uint32_t i, size_t k);
/* Puts `with` where `child` of `parent` is. */
void oddi_tree_replace(struct oddi_tree *t, uint32_t parent, uint32_t child, uint32_t with);
/* A copy of a node with all below it; ODDI_NO_NODE as above. */
uint32_t oddi_tree_copy(struct oddi_tree *t, uint32_t i);
/* Adds a string; its offset, SIZE_MAX when memory ends. */
size_t oddi_tree_string(struct oddi_tree *t, const char *s, size_t n);
static inline const char *oddi_node_text(const struct oddi_tree *t, const struct oddi_node *n)
{
    return t->strings.data + n->u.text.off;
}

/* Parsing. Names are left as NAME nodes. fault is filled on ODD_ERR_USAGE. */
enum odd_status oddi_expr_parse(struct oddi_tree *t, const char *text, size_t n,
                                struct oddi_expr_error *fault);
/* Parses an alias' text for the user's span [at, at + len). */
enum odd_status oddi_expr_parse_alias(struct oddi_tree *t, const char *text, uint32_t at, uint32_t len,
                                      uint32_t *root, struct oddi_expr_error *fault);

/* Looks names up, types every node, puts conversions in, checks what is wanted. */
enum odd_status oddi_expr_check(struct oddi_tree *t, const struct oddi_expr_options *options,
                                struct oddi_expr_error *fault);

/* Appends the canonical spelling of node i. */
void oddi_tree_print(const struct oddi_tree *t, uint32_t i, struct oddi_buf *out);

/* Words that stand for an expression of the language itself. */
struct oddi_alias {
    const char *name, *text, *help;
    bool optional; /* what it reads may be lacking */
    /* Of a word that goes with `host`: what it means where the host is src_ip, and where it is dst_ip. */
    const char *src, *dst;
    const char *flow; /* its text where there is no window; NULL: the same */
};
const struct oddi_alias *oddi_alias_at(size_t i);
/* 1 + index, or 0. */
uint8_t oddi_alias_find(const char *name, size_t n);

/* Fills the fault; returns ODD_ERR_USAGE. */
enum odd_status oddi_fault(struct oddi_expr_error *fault, size_t at, size_t len, const char *fmt, ...)
    ODDI_PRINTF(4, 5);
enum odd_status oddi_fault_memory(struct oddi_expr_error *fault);

/* "number", "an address", ... */
const char *oddi_type_name(enum oddi_expr_type type);
const char *oddi_type_noun(enum oddi_expr_type type);

#endif
