/* The inside of a group plan: steps over columns (group_plan.c makes them, group_evaluate.c takes them). */
#ifndef ODDFLOW_EXPR_GROUP_STEPS_H
#define ODDFLOW_EXPR_GROUP_STEPS_H

#include "expr/group_plan.h"
#include "expr/program.h"
#include "feature/feature.h"

#define ODDI_NO_COLUMN UINT32_MAX
#define ODDI_ROWS      UINT32_MAX /* "level" of a column that has a value per row */

/* A column of the window: a value per row, or per group of a level (0: the entities). */
struct oddi_group_column {
    uint32_t level; /* or ODDI_ROWS */
    uint8_t type;
    bool may_approx;
    uint32_t slot, memory; /* where it comes from instead of a step; ODDI_NO_COLUMN */
};

enum oddi_step_kind {
    ODDI_STEP_USERS, /* out = popularity of key */
    ODDI_STEP_CODE,  /* out = code over in[], all of the domain of out */
    ODDI_STEP_LEVEL, /* level `made` = level `level` parted by `key`, `where` */
    ODDI_STEP_AGGREGATE, /* out = aggregate at `level` of x where `where`; of a level's inner groups if inner != 0 */
};

struct oddi_step {
    enum oddi_step_kind kind;
    uint32_t out, level, made, key, where, x, ts, inner;
    uint16_t aggregate;
    bool witness;
    double parameter;
    struct oddi_code code;
    uint32_t *in; /* CODE: column of each input */
    size_t n_in, in_cap;
};

/* What was made already: an aggregate by its text, so that two features share it. */
struct oddi_group_known {
    char *text;
    uint32_t level, column;
};

struct oddi_group_plan {
    struct oddi_program *rows;
    enum oddi_expr_type *slot_types;
    struct oddi_group_memory *memories;
    struct oddi_group_column *columns;
    struct oddi_step *steps;
    struct oddi_group_known *known;
    uint32_t *out;          /* column of each expression */
    uint32_t *witness_step; /* per expression: the step whose witness it has, or ODDI_NO_COLUMN */
    size_t n, n_memories, n_columns, n_steps, n_known, n_levels;
    size_t memory_cap, column_cap, step_cap, known_cap;
    size_t slot_cap;
};

#endif
