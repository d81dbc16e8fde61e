/* Between parse.c and parse_filter.c: the state of a parser. */
#ifndef ODDFLOW_EXPR_PARSE_H
#define ODDFLOW_EXPR_PARSE_H

#include "expr/lex.h"

struct oddi_parser {
    struct oddi_tree *tree;
    const char *text;
    size_t n;
    struct oddi_token token; /* the next one, not taken yet */
    size_t end;              /* of the last one taken */
    unsigned depth;
    struct oddi_expr_error *fault;
};

/* Takes the token and looks at the next. */
enum odd_status oddi_parser_next(struct oddi_parser *p) ODD_MUST_CHECK;
/* True if the next token is this mark, or this word (in any case). */
bool oddi_parser_is(const struct oddi_parser *p, enum oddi_punct punct);
bool oddi_parser_word(const struct oddi_parser *p, const char *word);
/* The token after the next one, without its text. */
enum odd_status oddi_parser_peek(struct oddi_parser *p, struct oddi_token *out) ODD_MUST_CHECK;
enum odd_status oddi_parser_fail(struct oddi_parser *p, const char *expected);

/* Nodes. Each fails with memory or the cap on nodes. */
enum odd_status oddi_parser_name(struct oddi_parser *p, enum oddi_node_kind kind, const char *name, size_t n,
                                 uint32_t at, uint32_t len, uint32_t *out) ODD_MUST_CHECK;
enum odd_status oddi_parser_call(struct oddi_parser *p, const char *name, uint32_t a, uint32_t b, uint32_t at,
                                 uint32_t *out) ODD_MUST_CHECK;

/* A sum; what stands right of `in`. */
enum odd_status oddi_parse_sum(struct oddi_parser *p, uint32_t *out) ODD_MUST_CHECK;
enum odd_status oddi_parse_members(struct oddi_parser *p, uint32_t *out) ODD_MUST_CHECK;
/* The operator's name if the token is a comparison ("==" for "="), else NULL. */
const char *oddi_parser_comparison(const struct oddi_parser *p);

/* parse_filter.c: "src net 10.0.0.0/8", "port > 1024", "flags S". *out is ODDI_NO_NODE if the text is none of these. */
enum odd_status oddi_parse_filter_term(struct oddi_parser *p, uint32_t *out) ODD_MUST_CHECK;

#endif
