/* Tokens of an expression. */
#ifndef ODDFLOW_EXPR_LEX_H
#define ODDFLOW_EXPR_LEX_H

#include "expr/tree.h"

enum oddi_token_kind {
    ODDI_TOKEN_END,
    ODDI_TOKEN_NAME,   /* a word, which may have dots */
    ODDI_TOKEN_QUOTED, /* `a column` */
    ODDI_TOKEN_NUMBER,
    ODDI_TOKEN_TEXT,
    ODDI_TOKEN_ADDR,
    ODDI_TOKEN_NET,
    ODDI_TOKEN_PUNCT
};

enum oddi_punct {
    ODDI_P_OPEN,
    ODDI_P_CLOSE,
    ODDI_P_SET,     /* { or [ */
    ODDI_P_SET_END, /* } or ] */
    ODDI_P_COMMA,
    ODDI_P_PLUS,
    ODDI_P_MINUS,
    ODDI_P_TIMES,
    ODDI_P_DIVIDE,
    ODDI_P_MODULO,
    ODDI_P_EQ,
    ODDI_P_NE,
    ODDI_P_LT,
    ODDI_P_LE,
    ODDI_P_GT,
    ODDI_P_GE,
    ODDI_P_RANGE,
    ODDI_P_AND, /* && */
    ODDI_P_OR,
    ODDI_P_NOT
};

struct oddi_token {
    enum oddi_token_kind kind;
    uint32_t at, len;
    bool duration, twice; /* NUMBER with a unit of time; TEXT in double quotes */
    union {
        double number;
        struct oddi_net net; /* ADDR too */
        enum oddi_punct punct;
        struct {
            uint32_t off, n; /* in the tree's strings, unescaped */
        } text;              /* TEXT, QUOTED */
    } u;
};

/* The token at or after `at`. Texts go to the tree's strings. */
enum odd_status oddi_lex(struct oddi_tree *t, const char *text, size_t n, size_t at, struct oddi_token *out,
                         struct oddi_expr_error *fault) ODD_MUST_CHECK;

#endif
