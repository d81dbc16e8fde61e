/*
 * Parameters: rows of struct odd_param (oddflow.h) parsed into values.
 *
 * The same engine serves command options, config files and component specs such as
 * "dbscan:eps=2.5,min_samples=5", so that a sentence of complaint is written once.
 */
#ifndef ODDFLOW_BASE_PARAM_H
#define ODDFLOW_BASE_PARAM_H

#include "base/error.h"

/* A parsed value; which member holds it follows from the row's type. */
union oddi_value {
    bool flag;        /* BOOL */
    int64_t i;        /* INT, DURATION (ns), CHOICE (index into the choices) */
    uint64_t u;       /* SIZE (bytes) */
    double f;         /* FLOAT; NaN: the word that it may be instead */
    const char *text; /* TIME STRING LIST: as given (LIST: joined by \n); NULL if unset */
};

/* Index of the row called `name` (exact), or -1. */
int oddi_param_find(const struct odd_param *rows, size_t n, const char *name);

/* Parses and checks `text` for one row. text == NULL is allowed for BOOL (yes) and stands for "unset" elsewhere
 * (0 / NULL). `out->text` points into `text`. Messages read like
 * "--min_samples must be a whole number from 1 to 1000000, not '0'"; `dashes` says whether to print "--". */
enum odd_status oddi_param_parse(const struct odd_param *row, const char *text, bool dashes,
                                 union oddi_value *out, struct odd_error *err) ODD_MUST_CHECK;

/* Splits a component spec "name[:key=value[,key=value...]]". */
struct oddi_spec {
    char name[64];
    union oddi_value values[16]; /* one per row of the component's params */
    char *text;                  /* storage that values point into; freed by oddi_spec_clear */
};
#define ODDI_SPEC_MAX 16
/* Name part only, so that the caller can look the component up; false if empty or too long. */
bool oddi_spec_name(const char *spec, char name[64]);
/* Defaults of `rows`, then the keys of `spec`. `kind` is for messages ("detector"). Unknown keys get a
 * did-you-mean. On error nothing needs freeing. */
enum odd_status oddi_spec_parse(const char *kind, const char *spec, const struct odd_param *rows, size_t n,
                                struct oddi_spec *out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_spec_clear(struct oddi_spec *spec);

/* Number of the alternatives in "a|b|c", the index of `word` in it (-1: none), and alternative i (its length in
 * *len; NULL past the end). */
size_t oddi_choices_count(const char *choices);
int oddi_choices_find(const char *choices, const char *word);
const char *oddi_choices_get(const char *choices, size_t i, size_t *len);

/* Nearest candidate by Damerau-Levenshtein distance, case ignored, at most a third of the word off. NULL if none.
 * Also the body of odd_suggest. */
const char *oddi_suggest(const char *word, const char *const *candidates, size_t n);

#endif
