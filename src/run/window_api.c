/* What oddflow.h lets a caller see of a judged window. */
#include "run/run.h"

#include <math.h>
#include <string.h>

int64_t odd_window_start(const odd_window *win)
{
    return win->judged->result.start;
}
int64_t odd_window_end(const odd_window *win)
{
    return win->judged->result.end;
}
size_t odd_window_rows(const odd_window *win)
{
    return win->judged->result.n_rows;
}
size_t odd_window_clusters(const odd_window *win)
{
    return win->judged->result.n_clusters;
}
size_t odd_window_outliers(const odd_window *win)
{
    return win->judged->result.n_outliers;
}
size_t odd_window_features(const odd_window *win)
{
    return win->plan->d;
}

const char *odd_window_feature_name(const odd_window *win, size_t j)
{
    return j < win->plan->d ? win->plan->names[j] : NULL;
}

double odd_window_mean(const odd_window *win, size_t j)
{
    return j < win->plan->d ? win->judged->result.mean[j] : NAN;
}

double odd_window_std(const odd_window *win, size_t j)
{
    return j < win->plan->d ? win->judged->result.std[j] : NAN;
}

bool odd_window_entity(const odd_window *win, size_t i, const char **text, uint64_t *flows)
{
    const struct oddi_judged_window *j = win->judged;
    uint32_t group;

    if (!win->plan->entities || i >= j->result.n_rows)
        return false;
    group = j->grouped.entity[i];
    *text = j->entity_text.data + j->entity_at[i];
    *flows = j->grouped.off[group + 1] - j->grouped.off[group];
    return true;
}

static void copy(void *to, const void *from, size_t n, size_t size)
{
    if (to)
        memcpy(to, from, n * size);
}

enum odd_status odd_window_verdicts(const odd_window *win, struct odd_verdict_columns *columns)
{
    const struct oddi_judged_window *j = win->judged;
    size_t n = j->result.n_rows;

    if (columns->struct_size < sizeof *columns)
        return ODD_ERR_USAGE;
    copy(columns->source, j->source, n, sizeof *j->source);
    copy(columns->row, j->record, n, sizeof *j->record);
    copy(columns->cluster, j->label, n, sizeof *j->label);
    copy(columns->score, j->score, n, sizeof *j->score);
    return ODD_OK;
}

enum odd_status odd_window_reason(const odd_window *win, size_t i, size_t j, struct odd_reason *reason)
{
    const struct oddi_judged_window *w = win->judged;
    const struct oddi_reason *r;

    if (reason->struct_size < sizeof *reason)
        return ODD_ERR_USAGE;
    if (i >= w->n_odd || j >= win->plan->d)
        return ODD_END;
    r = &w->reasons[i * win->plan->d + j];
    *reason = (struct odd_reason){.struct_size = reason->struct_size,
                                  .row = w->odd[i],
                                  .nearest = w->nearest[i],
                                  .value = r->value,
                                  .nearest_value = r->nearest_value,
                                  .expected_low = r->expected_low,
                                  .expected_high = r->expected_high,
                                  .share = r->share,
                                  .normal_at = r->normal_at};
    return ODD_OK;
}
