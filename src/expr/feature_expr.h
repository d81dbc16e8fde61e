/*
 * What a user may write as a feature: FIELD or log1p(FIELD). The seed of the expression language.
 *
 * FIELD is a field in any dialect's spelling or a numeric column by its own name.
 */
#ifndef ODDFLOW_EXPR_FEATURE_EXPR_H
#define ODDFLOW_EXPR_FEATURE_EXPR_H

#include "flow/schema.h"

enum oddi_function { ODDI_FN_NONE, ODDI_FN_LOG1P };

struct oddi_feature_expr {
    enum oddi_function fn;
    char *field; /* as typed, without the function */
};

/* Parses `n` comma-separated features; names may be double-quoted where they hold commas or parentheses. *out has *count
 * entries, freed by oddi_feature_exprs_free. "all" is left to the caller. */
enum odd_status oddi_feature_exprs_parse(const char *text, struct oddi_feature_expr **out, size_t *count,
                                         struct odd_error *err) ODD_MUST_CHECK;
void oddi_feature_exprs_free(struct oddi_feature_expr *exprs, size_t count);

/* Binds to an input: the recipe, and in *name a new string, canonical: "bytes", "log1p(bytes)". */
enum odd_status oddi_feature_expr_bind(const struct oddi_feature_expr *e, const struct oddi_schema *schema,
                                       struct oddi_recipe *recipe, char **name,
                                       struct odd_error *err) ODD_MUST_CHECK;

/* Canonical name without an input (pushed columns): the field's if it is one, else as typed. */
enum odd_status oddi_feature_expr_name(const struct oddi_feature_expr *e, char **name,
                                       struct odd_error *err) ODD_MUST_CHECK;

/* Applies the function to n values in place. Missing (NaN) stays missing, and what has no finite result becomes so. */
void oddi_function_apply(enum oddi_function fn, double *x, size_t n);

#endif
