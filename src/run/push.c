/* Rows pushed by the caller instead of read from inputs. */
#include "run/run.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const struct odd_column *find_column(const struct odd_column *columns, size_t n, const char *name)
{
    enum oddi_field id = oddi_field_find(name, strlen(name), NULL);

    for (size_t i = 0; i < n; i++)
        if (columns[i].name && strcmp(columns[i].name, name) == 0)
            return &columns[i];
    for (size_t i = 0; id != ODDI_NO_FIELD && i < n; i++)
        if (columns[i].name && oddi_field_find(columns[i].name, strlen(columns[i].name), NULL) == id)
            return &columns[i];
    return NULL;
}

/* Starts the run at the first push: one input without a source. */
static enum odd_status start(struct odd_run *run, struct odd_error *err)
{
    struct oddi_run_input in = {0};

    if (run->n_inputs > 0 || run->writing)
        return oddi_fail(err, ODD_ERR_USAGE, "a run has either inputs or pushed rows");
    if (!oddi_grow(&run->inputs, &run->cap_inputs, 1, sizeof *run->inputs))
        return oddi_fail_memory(err);
    ODDI_TRY(oddi_plan_bind_names(&run->plan, err));
    run->push_feature = oddi_calloc_array(run->plan.d, sizeof *run->push_feature);
    if (!run->push_feature)
        return oddi_fail_memory(err);
    run->inputs[0] = in;
    run->n_inputs = 1;
    run->pushed = true;
    return oddi_run_start(run, err);
}

static enum odd_status reserve(struct odd_run *run, size_t n, struct odd_error *err)
{
    if (n > UINT32_MAX)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most 2^32 - 1 rows can be pushed at once");
    if (n <= run->push_cap)
        return ODD_OK;
    run->push_cap = 0;
    free(run->push_ts);
    free(run->push_place);
    run->push_ts = oddi_calloc_array(n, sizeof *run->push_ts);
    run->push_place = oddi_malloc_array(n, sizeof *run->push_place);
    for (size_t j = 0; j < run->plan.d; j++) {
        free(run->push_feature[j]);
        run->push_feature[j] = oddi_malloc_array(n, sizeof(double));
        if (!run->push_feature[j])
            return oddi_fail_memory(err);
    }
    if (!run->push_ts || !run->push_place)
        return oddi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        run->push_place[i] = (uint32_t)i;
    run->push_cap = n;
    return ODD_OK;
}

static bool is_valid(const struct odd_column *c, size_t i)
{
    return !c->valid || (c->valid[i / 8] >> (i % 8) & 1);
}

static const void *value_at(const struct odd_column *c, size_t i, size_t size)
{
    return (const char *)c->data + (ptrdiff_t)i * (c->stride ? c->stride : (ptrdiff_t)size);
}

static void copy_feature(const struct odd_column *c, size_t n, double *to)
{
    for (size_t i = 0; i < n; i++) {
        memcpy(&to[i], value_at(c, i, sizeof *to), sizeof *to);
        if (!is_valid(c, i) || !isfinite(to[i]))
            to[i] = NAN;
    }
}

/* The name of feature j without its function. */
static const char *feature_field(const struct odd_run *run, size_t j)
{
    return run->plan.exprs[j].field;
}

static enum odd_status copy_rows(struct odd_run *run, const struct odd_column *columns, size_t n_columns,
                                 size_t n, struct odd_error *err)
{
    const struct odd_column *ts = NULL;

    for (size_t j = 0; j < run->plan.d; j++) {
        const struct odd_column *c = find_column(columns, n_columns, feature_field(run, j));

        if (!c)
            return oddi_fail(err, ODD_ERR_USAGE, "feature '%s' is not among the pushed columns",
                             feature_field(run, j));
        copy_feature(c, n, run->push_feature[j]);
        oddi_function_apply(run->plan.functions[j], run->push_feature[j], n);
    }
    if (run->plan.windows.timeless)
        return ODD_OK;
    ts = find_column(columns, n_columns, "ts_start");
    if (!ts)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "ts_start is not among the pushed columns (or set option no-window)");
    for (size_t i = 0; i < n; i++) {
        if (!is_valid(ts, i))
            return oddi_fail(err, ODD_ERR_USAGE, "row %zu has no ts_start", i);
        memcpy(&run->push_ts[i], value_at(ts, i, sizeof(int64_t)), sizeof(int64_t));
    }
    return ODD_OK;
}

enum odd_status odd_run_push(odd_run *run, const struct odd_column *columns, size_t n_columns, size_t n_rows,
                             struct odd_error *err)
{
    struct oddi_rows rows;
    size_t from = 0;

    if (!run->pushed)
        ODDI_TRY(start(run, err));
    if (run->stage != ODDI_RUN_READING)
        return oddi_fail(err, ODD_ERR_USAGE, "rows are pushed before odd_run_end");
    ODDI_TRY(reserve(run, n_rows, err));
    ODDI_TRY(copy_rows(run, columns, n_columns, n_rows, err));
    rows = (struct oddi_rows){.feature = (const double *const *)run->push_feature,
                              .record = run->push_place,
                              .offset = run->push_place,
                              .record_base = run->push_rows,
                              .offset_base = run->push_rows};
    while (from < n_rows) {
        ODDI_TRY(oddi_windows_add(run->windows, 0, &rows, run->push_ts, &from, n_rows, INT64_MAX, NULL, err));
        ODDI_TRY(oddi_run_submit_due(run, err));
    }
    run->push_rows += n_rows;
    run->ledger.read += n_rows;
    return ODD_OK;
}

enum odd_status odd_run_end(odd_run *run, struct odd_error *err)
{
    if (!run->pushed || run->stage != ODDI_RUN_READING)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_run_end ends a run that was pushed to, once");
    oddi_windows_source_ended(run->windows, 0);
    oddi_windows_flush(run->windows);
    run->stage = ODDI_RUN_CLOSING;
    return ODD_OK;
}
