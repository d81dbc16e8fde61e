#include "run/alerting.h"

#include "alert/write.h"
#include "base/mem.h"

#define MAX_KEYS 64

struct oddi_alerting {
    struct oddi_alerts *alerts;
    struct oddi_alert_preset *presets;
    size_t n;
    const struct oddi_zone *zone;
    odd_write_fn write;
    void *ctx;
    struct oddi_buf out;
    uint64_t written;
};

enum odd_status oddi_alerting_new(size_t n, odd_write_fn write, void *ctx, const struct oddi_zone *zone,
                                  struct oddi_alerting **out, struct odd_error *err)
{
    struct oddi_alerting *a = oddi_calloc_array(1, sizeof *a);
    struct oddi_alerts_options options = {.n_presets = n, .max_open = ODDI_MAX_OPEN_ALERTS};
    enum odd_status status;

    if (!a)
        return oddi_fail_memory(err);
    a->presets = oddi_calloc_array(n, sizeof *a->presets);
    a->n = n;
    a->zone = zone;
    a->write = write;
    a->ctx = ctx;
    oddi_buf_init(&a->out, 0);
    options.presets = a->presets;
    status = a->presets ? oddi_alerts_new(&options, &a->alerts, err) : oddi_fail_memory(err);
    if (status != ODD_OK) {
        oddi_alerting_free(a);
        return status;
    }
    *out = a;
    return ODD_OK;
}

void oddi_alerting_free(struct oddi_alerting *a)
{
    if (!a)
        return;
    for (size_t i = 0; a->presets && i < a->n; i++)
        free((void *)(uintptr_t)a->presets[i].features);
    free(a->presets);
    oddi_alerts_free(a->alerts);
    oddi_buf_free(&a->out);
    free(a);
}

enum odd_status oddi_alerting_preset(struct oddi_alerting *a, size_t i, const char *name,
                                     const struct oddi_plan *plan, enum oddi_kind kind, struct odd_error *err)
{
    struct oddi_alert_preset *p = &a->presets[i];
    const char **features = oddi_calloc_array(plan->d + 1, sizeof *features);

    if (!features)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < plan->d; j++)
        features[j] = plan->shown[j];
    *p = (struct oddi_alert_preset){.name = name, .features = features, .n_features = plan->d};
    p->kind = oddi_kind_name(kind);
    p->n_keys = plan->entities ? plan->by->n_keys : ODDI_FLOW_KEYS;
    p->keys = plan->entities ? plan->by->key_names : oddi_flow_keys;
    return ODD_OK;
}

/* ---- Output ----------------------------------------------------------------------------------------------------------- */

static enum odd_status write_one(void *ctx, const struct oddi_alert *alert, struct odd_error *err)
{
    struct oddi_alerting *a = ctx;

    oddi_alert_write(&a->out, alert, &a->presets[alert->preset], a->zone);
    a->written++;
    return oddi_buf_ok(&a->out) ? ODD_OK : oddi_fail_memory(err);
}

static enum odd_status deliver(struct oddi_alerting *a, struct odd_error *err)
{
    int e = a->out.size ? a->write(a->ctx, a->out.data, a->out.size) : 0;

    oddi_buf_clear(&a->out);
    return e == 0 ? ODD_OK : oddi_fail_errno(err, NULL, "write the alerts", e);
}

/* ---- Windows ---------------------------------------------------------------------------------------------------------- */

static enum odd_status add(struct oddi_alerting *a, size_t preset, int64_t start, int64_t end,
                           const struct oddi_alarms *alarms, size_t i, struct odd_error *err)
{
    const struct oddi_alert_preset *p = &a->presets[preset];
    const struct oddi_alarm *x = &alarms->at[i];
    const char *values[MAX_KEYS], *text = alarms->text.data, *value = text + x->values;

    for (size_t k = 0; k < p->n_keys && k < MAX_KEYS; k++, value += strlen(value) + 1)
        values[k] = value;
    return oddi_alerts_add(
        a->alerts,
        &(struct oddi_alert_row){.preset = preset,
                                 .key = text + x->key,
                                 .key_size = x->key_size,
                                 .start = start,
                                 .end = end,
                                 .score = x->score,
                                 .reasons = x->explained ? alarms->reasons + i * p->n_features : NULL,
                                 .sentence = x->sentence_size ? text + x->sentence : NULL,
                                 .sentence_size = x->sentence_size,
                                 .command = x->command_size ? text + x->command : NULL,
                                 .command_size = x->command_size,
                                 .values = p->n_keys <= MAX_KEYS ? values : NULL},
        err);
}

enum odd_status oddi_alerting_window(struct oddi_alerting *a, size_t i, int64_t start, int64_t end,
                                     const struct oddi_alarms *alarms, struct odd_error *err)
{
    ODDI_TRY(oddi_alerts_advance(a->alerts, i, start, write_one, a, err));
    for (size_t k = 0; k < alarms->n; k++)
        ODDI_TRY(add(a, i, start, end, alarms, k, err));
    return deliver(a, err);
}

enum odd_status oddi_alerting_end(struct oddi_alerting *a, struct odd_error *err)
{
    ODDI_TRY(oddi_alerts_flush(a->alerts, write_one, a, err));
    return deliver(a, err);
}

uint64_t oddi_alerting_written(const struct oddi_alerting *a)
{
    return a->written;
}

uint64_t oddi_alerting_refused(const struct oddi_alerting *a)
{
    return oddi_alerts_refused(a->alerts);
}
