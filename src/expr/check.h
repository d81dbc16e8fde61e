/* Between the files of the checker (check*.c). */
#ifndef ODDFLOW_EXPR_CHECK_H
#define ODDFLOW_EXPR_CHECK_H

#include "expr/function.h"

/* Type of a bare word whose meaning its place will tell: a protocol or a day of the week. */
#define ODDI_TYPE_WORD ((uint8_t)ODDI_EXPR_N_TYPES)

struct oddi_key_scope {
    const char *text; /* canonical */
    const struct oddi_key_scope *outer;
};

struct oddi_check {
    struct oddi_tree *tree;
    const struct oddi_expr_options *options;
    struct oddi_expr_error *fault;
    const struct oddi_key_scope *keys; /* of the groups that the place is in */
    bool group;                        /* the place is about a group, not a row */
    bool optional;                     /* within an alias whose fields may lack */
    unsigned depth, over;
};

/* check.c. A node that is replaced keeps its index. */
enum odd_status oddi_check_row(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;
/* A CALL that is no aggregate, with its arguments: each about a group if c->group. */
enum odd_status oddi_check_function(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;
/* Chooses the function row for a CALL whose arguments are checked, and converts them. */
enum odd_status oddi_check_call(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;
enum odd_status oddi_check_memory(struct oddi_check *c);

/* check_name.c: a NAME becomes a FIELD, COLUMN, alias or WORD. */
enum odd_status oddi_check_name(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;
bool oddi_check_proto_word(const struct oddi_check *c, uint32_t i, uint32_t *code);

/* check_convert.c: whether node i may stand where `letter` (see function.h) is wanted, and making it so. */
bool oddi_check_fits(struct oddi_check *c, uint32_t i, char letter);
enum odd_status oddi_check_convert(struct oddi_check *c, uint32_t i, char letter) ODD_MUST_CHECK;
/* A call around node i (which keeps its index and becomes the call). */
enum odd_status oddi_check_wrap(struct oddi_check *c, uint32_t i, const char *name,
                                uint8_t flags) ODD_MUST_CHECK;
/* "a number", "a protocol (tcp)": for messages. */
const char *oddi_check_noun(const struct oddi_check *c, uint32_t i);

/* tcp/25: makes a division of a protocol's name the service that it means. */
bool oddi_check_service(struct oddi_check *c, uint32_t i);

/* check_set.c: `in`, whose first child is checked. */
enum odd_status oddi_check_in(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;

/* check_group.c: an expression about a group. */
enum odd_status oddi_check_group(struct oddi_check *c, uint32_t i) ODD_MUST_CHECK;
/* True if the call is an aggregate by its name and number of arguments. */
bool oddi_check_is_aggregate(const struct oddi_check *c, uint32_t i);
/* Puts what node `from` holds into the slot of `to`. */
void oddi_check_move(struct oddi_check *c, uint32_t to, uint32_t from);

#endif
