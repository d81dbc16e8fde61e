#include "alert/write.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

static void add_time(struct oddi_json *j, const char *key, int64_t ts, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];

    if (ts == ODDI_NO_TIME || ts == INT64_MAX)
        return;
    oddi_json_key(j, key);
    oddi_json_str(j, text, oddi_format_time(text, ts, zone));
}

static void add_id(struct oddi_json *j, uint64_t id)
{
    char text[16];

    for (int i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[id >> (60 - 4 * i) & 15];
    oddi_json_key(j, "id");
    oddi_json_str(j, text, sizeof text);
}

static void add_count(struct oddi_json *j, const char *key, uint64_t n)
{
    oddi_json_key(j, key);
    oddi_json_u64(j, n);
}

static void add_number(struct oddi_json *j, const char *key, double v)
{
    if (isnan(v))
        return;
    oddi_json_key(j, key);
    oddi_json_exact(j, v);
}

static void add_reason(struct oddi_json *j, const char *feature, const struct oddi_reason *r)
{
    oddi_json_begin_object(j);
    oddi_json_key(j, "feature");
    oddi_json_str(j, feature, strlen(feature));
    add_number(j, "value", r->value);
    oddi_json_key(j, "expected");
    oddi_json_begin_array(j);
    oddi_json_exact(j, r->expected_low);
    oddi_json_exact(j, r->expected_high);
    oddi_json_end_array(j);
    add_number(j, "share", r->share);
    add_number(j, "nearest", r->nearest_value);
    add_number(j, "normal_at", r->normal_at);
    oddi_json_end_object(j);
}

static void add_reasons(struct oddi_json *j, const struct oddi_alert *alert,
                        const struct oddi_alert_preset *preset)
{
    if (alert->reasons) {
        oddi_json_key(j, "reasons");
        oddi_json_begin_array(j);
        for (size_t k = 0; k < preset->n_features; k++)
            add_reason(j, preset->features[k], &alert->reasons[k]);
        oddi_json_end_array(j);
    }
    if (alert->sentence) {
        oddi_json_key(j, "reason");
        oddi_json_str(j, alert->sentence, alert->sentence_size);
    }
    if (alert->command) {
        oddi_json_key(j, "command");
        oddi_json_str(j, alert->command, alert->command_size);
    }
}

/* "entity":{"src_ip":"10.0.0.1"}; a key without a value is left out. */
static void add_entity(struct oddi_json *j, const struct oddi_alert *alert,
                       const struct oddi_alert_preset *preset)
{
    const char *value = alert->values;
    struct oddi_buf name;

    if (!value)
        return;
    oddi_buf_init(&name, 0);
    oddi_json_key(j, "entity");
    oddi_json_begin_object(j);
    for (size_t k = 0; k < preset->n_keys; k++, value += strlen(value) + 1) {
        if (!*value)
            continue;
        oddi_buf_clear(&name);
        oddi_json_escape(&name, preset->keys[k], strlen(preset->keys[k]));
        oddi_json_key(j, oddi_buf_cstr(&name));
        oddi_json_cstr(j, value);
    }
    oddi_json_end_object(j);
    if (!oddi_buf_ok(&name))
        j->out->failed = true;
    oddi_buf_free(&name);
}

void oddi_alert_write(struct oddi_buf *out, const struct oddi_alert *alert,
                      const struct oddi_alert_preset *preset, const struct oddi_zone *zone)
{
    struct oddi_json j;

    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    add_id(&j, alert->id);
    oddi_json_key(&j, "preset");
    oddi_json_str(&j, preset->name, strlen(preset->name));
    if (preset->kind) {
        oddi_json_key(&j, "kind");
        oddi_json_cstr(&j, preset->kind);
    }
    oddi_json_key(&j, "key");
    oddi_json_str(&j, alert->key, alert->key_size);
    add_entity(&j, alert, preset);
    add_time(&j, "start", alert->start, zone);
    add_time(&j, "end", alert->end, zone);
    if (!isnan(alert->score)) {
        oddi_json_key(&j, "score");
        oddi_json_score(&j, alert->score);
    }
    add_time(&j, "peak_start", alert->peak_start, zone);
    add_time(&j, "peak_end", alert->peak_end, zone);
    add_count(&j, "windows", alert->windows);
    add_count(&j, "count", alert->rows);
    add_reasons(&j, alert, preset);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}
