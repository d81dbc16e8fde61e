/*
 * Features of groups: expressions with aggregates, evaluated over the rows of one window sorted by entity.
 *
 * Three steps. (1) While reading, oddi_group_rows() is a program that turns each row into slots: the numbers, truths,
 * times and 64-bit keys that the aggregates need and nothing else; the run keeps them by row. (2) When a window closes,
 * the run sorts its rows by entity, each group's in record order, and, where the plan asks for memory, says of each
 * row whether its key was met before. (3) oddi_group_evaluate() gives the features.
 *
 * The result does not depend on batch size, threads or merge order: only on the rows of the window in record order.
 */
#ifndef ODDFLOW_EXPR_GROUP_PLAN_H
#define ODDFLOW_EXPR_GROUP_PLAN_H

#include "expr/expr.h"

struct oddi_group_plan; /* immutable: shared by threads */

/* All `n` expressions, made with ODDI_WANT_AGGREGATE, must outlive the plan. */
enum odd_status oddi_group_plan_new(const struct oddi_expr *const *exprs, size_t n,
                                    struct oddi_group_plan **out, struct odd_error *err) ODD_MUST_CHECK;
void oddi_group_plan_free(struct oddi_group_plan *plan);

/* What to keep of each row: the types of the program's outputs (mostly BOOL, NUMBER, TIME and KEY; never TEXT), in its
 * order. */
const struct oddi_program *oddi_group_rows(const struct oddi_group_plan *plan);
size_t oddi_group_slots(const struct oddi_group_plan *plan, const enum oddi_expr_type **types);

/* Memory that the run must keep across windows (feature/memory.h does it). For memory m the value of a row is slot
 * `key`. */
struct oddi_group_memory {
    enum { ODDI_MEMORY_ENTITY, ODDI_MEMORY_ALL } scope; /* is_new(x): met by this entity; unseen(x): by any */
    uint32_t key;                                       /* slot */
    const char *text;                                   /* canonical, for messages: "is_new(dst_ip)" */
};
size_t oddi_group_memories(const struct oddi_group_plan *plan, const struct oddi_group_memory **memories);

/* One window. Group g is rows [off[g], off[g + 1]). */
struct oddi_group_input {
    size_t n_rows, n_groups; /* n_rows < 2^32 - 1 */
    const uint32_t *off;     /* n_groups + 1 */
    const void *const *slots;
    /* Per memory one enum oddi_truth per row: TRUE = never met before this window; UNKNOWN (in the warm-up: the first
     * window or day) makes is_new() null. NULL where the plan has no memory. */
    const uint8_t *const *memory;
    int64_t window_start, window_end; /* ODDI_NO_TIME: unknown, rate() is then null */
};

struct oddi_group_evaluator; /* one per thread; memory grows to the largest window met */
enum odd_status oddi_group_evaluator_new(const struct oddi_group_plan *plan,
                                         struct oddi_group_evaluator **out,
                                         struct odd_error *err) ODD_MUST_CHECK;
void oddi_group_evaluator_free(struct oddi_group_evaluator *e);

/* out[g * stride + j] = expression j of group g; NaN = null. approx (may be NULL; n_groups * n expressions, packed):
 * 1 where a distinct() behind the value went over its cap and is an estimate. ODD_ERR_MEMORY. */
enum odd_status oddi_group_evaluate(struct oddi_group_evaluator *e, const struct oddi_group_input *in,
                                    double *out, size_t stride, uint8_t *approx,
                                    struct odd_error *err) ODD_MUST_CHECK;
/* After oddi_group_evaluate: the first row (index in the window) of the inner group that gave expression j of group g its
 * value, where the expression is max_over() or min_over(), bare or inside log1p(): "127 peers" -> a row of service
 * tcp/25. UINT32_MAX where there is none. */
uint32_t oddi_group_witness(const struct oddi_group_evaluator *e, size_t g, size_t j);

#endif
