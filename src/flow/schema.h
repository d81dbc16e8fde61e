/*
 * From a header to fields: which column gives which field, and what must be added or subtracted.
 */
#ifndef ODDFLOW_FLOW_SCHEMA_H
#define ODDFLOW_FLOW_SCHEMA_H

#include "base/error.h"
#include "flow/field.h"

enum oddi_how {
    ODDI_ABSENT,
    ODDI_COLUMN,     /* column a / div_a */
    ODDI_SUM,        /* a / div_a + b / div_b: bytes where a file has only both directions */
    ODDI_DIFFERENCE, /* a / div_a - b / div_b: dst_bytes from the total */
    ODDI_ELAPSED /* columns a and b are times: a - b in seconds, type NUMBER: duration from end and start */
};

/* How one wanted value comes out of a record. */
struct oddi_recipe {
    enum oddi_how how;
    enum oddi_type type;
    uint32_t a, b; /* column numbers */
    double div_a, div_b;
};

struct oddi_schema {
    char **names; /* as in the header, blanks at the ends and a BOM removed */
    size_t n_columns;
    enum oddi_field *fields; /* per column, ODDI_NO_FIELD if unknown or a repetition */
    struct oddi_recipe recipes[ODDI_N_FIELDS];
};

/* Takes copies of the names. `maps` are n_maps texts "field=Column" that overrule the table; an unknown field or a
 * column that is not there is ODD_ERR_USAGE with did-you-mean. ODD_ERR_LIMIT above 4096 columns. */
enum odd_status oddi_schema_init(struct oddi_schema *s, const char *const *names, const size_t *lengths,
                                 size_t n, const char *const *maps, size_t n_maps,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_schema_clear(struct oddi_schema *s);

/* The recipe for a name a user typed: an exact column name, a field in any dialect, or a column name without regard
 * to case. *canonical (may be NULL) becomes the field's canonical name or the column's own, owned by the table or the
 * schema. ODD_ERR_USAGE with did-you-mean otherwise; for a known field that this input lacks the message says so. */
enum odd_status oddi_schema_resolve(const struct oddi_schema *s, const char *name, struct oddi_recipe *out,
                                    const char **canonical, struct odd_error *err) ODD_MUST_CHECK;

#endif
