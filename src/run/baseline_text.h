/* What the views of a baseline share: scopes in words and as conditions, counts and times as people and JSON read them. */
#ifndef ODDFLOW_RUN_BASELINE_TEXT_H
#define ODDFLOW_RUN_BASELINE_TEXT_H

#include "base/json.h"
#include "baseline/baseline.h"
#include "flow/time.h"

/* The models that judge: with memory and one or two days of training those without it. tree.n_models. */
const struct oddi_model *oddi_base_judges(const struct oddi_base_plan *p);
/* Scopes of a plan, and the number of the first: a plan without cuts has one, model 0. */
size_t oddi_base_scopes(const struct oddi_base_plan *p);
static inline uint32_t oddi_base_first_scope(const struct oddi_base_plan *p)
{
    return p->tree.n_models > 1;
}

/* Scope m in words and as a condition over the plan's keys; both buffers are cleared first. */
void oddi_base_scope_text(const struct oddi_base_plan *p, uint32_t m, struct oddi_buf *words,
                          struct oddi_buf *condition);
/* "1,537", "1,537 rows", "1 row" */
void oddi_show_grouped(struct oddi_buf *out, uint64_t n);
void oddi_show_count(struct oddi_buf *out, uint64_t n, const char *what);
/* "2025-03-03 00:00", zone NULL: UTC. */
void oddi_show_time(struct oddi_buf *out, int64_t t, const struct oddi_zone *zone);
/* At most `digits` significant ones. */
void oddi_show_number(struct oddi_buf *out, double v, int digits);

void oddi_json_member_time(struct oddi_json *j, const char *key, int64_t t, const struct oddi_zone *zone);
void oddi_json_member_count(struct oddi_json *j, const char *key, uint64_t n);
void oddi_json_member_text(struct oddi_json *j, const char *key, const char *text);
/* null where v is not finite. */
void oddi_json_member_number(struct oddi_json *j, const char *key, double v);

/* The zone that the plans were learnt in, which is one; NULL for UTC. The caller frees it. */
enum odd_status oddi_base_zone(const struct oddi_baseline *b, struct oddi_zone **zone,
                               struct odd_error *err) ODD_MUST_CHECK;

#endif
