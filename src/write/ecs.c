#include "write/write.h"

#include <math.h>

#include "base/json.h"
#include "base/num.h"
#include "write/record.h"

/* The Elastic Common Schema's names and types: event.kind alert, lists for category and type, nanoseconds, integers for
 * counts, hardware addresses in upper case with hyphens. What ECS has no field for is below "oddflow". */

#define ECS_VERSION "8.11.0"

/* ---- the event ---------------------------------------------------------------------------------------------------- */

static void add_word(struct oddi_json *j, const char *key, const char *word)
{
    oddi_json_key(j, key);
    oddi_json_cstr(j, word);
}

static void add_list(struct oddi_json *j, const char *key, const char *word)
{
    oddi_json_key(j, key);
    oddi_json_begin_array(j);
    oddi_json_cstr(j, word);
    oddi_json_end_array(j);
}

/* "@timestamp" and "ecs"; then the "event" is open, up to what is of the flow. */
static void begin_event(const struct oddi_record *r, struct oddi_json *j, int64_t ts, const char *kind,
                        const char *type, const char *dataset)
{
    oddi_json_begin_object(j);
    oddi_record_time(r, j, "@timestamp", ts, oddi_format_time);
    oddi_json_key(j, "ecs");
    oddi_json_begin_object(j);
    add_word(j, "version", ECS_VERSION);
    oddi_json_end_object(j);
    oddi_json_key(j, "event");
    oddi_json_begin_object(j);
    add_word(j, "kind", kind);
    add_list(j, "category", "network");
    add_list(j, "type", type);
    add_word(j, "module", "oddflow");
    add_word(j, "dataset", dataset);
}

static void add_bounds(const struct oddi_record *r, struct oddi_json *j, int64_t start, int64_t end)
{
    oddi_record_time(r, j, "start", start, oddi_format_time);
    oddi_record_time(r, j, "end", end, oddi_format_time);
}

/* The length in nanoseconds as the record has it, else from its start to its end. */
static void add_duration(struct oddi_json *j, const struct oddi_flow *f)
{
    double ns = nearbyint(f->number[ODDI_DURATION] * (double)ODDI_SECOND);
    int64_t start = f->time[ODDI_TS_START], end = f->time[ODDI_TS_END], length;

    if (ns >= 0 && ns < 0x1p62) {
        oddi_json_key(j, "duration");
        oddi_json_u64(j, (uint64_t)ns);
    } else if (start != ODDI_NO_TIME && end != ODDI_NO_TIME && end >= start &&
               !__builtin_sub_overflow(end, start, &length)) {
        oddi_json_key(j, "duration");
        oddi_json_i64(j, length);
    }
}

static void add_event(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row)
{
    const struct oddi_window_result *w = row->window;
    const struct oddi_flow *f = row->flow;
    const struct oddi_verdict *v = row->verdict;
    bool odd = v->kind != ODDI_NORMAL;
    int64_t start = f && f->time[ODDI_TS_START] != ODDI_NO_TIME ? f->time[ODDI_TS_START] : w->start;

    begin_event(r, j, start, odd ? "alert" : "event", v->entity ? "info" : "connection",
                v->entity ? "oddflow.entity" : "oddflow.flow");
    if (v->entity) {
        add_bounds(r, j, w->start, w->end);
    } else if (f) {
        add_bounds(r, j, f->time[ODDI_TS_START], oddi_record_flow_end(f));
        add_duration(j, f);
    }
    if (odd && !isnan(v->score)) {
        oddi_json_key(j, "risk_score");
        oddi_json_score(j, v->score);
        oddi_record_count(j, "severity", v->score);
    }
    oddi_json_end_object(j);
}

/* ---- the flow ------------------------------------------------------------------------------------------------------ */

static bool is_ip(const struct oddi_addr *a)
{
    return a->kind == ODDI_ADDR_V4 || a->kind == ODDI_ADDR_V6;
}

static void add_mac(struct oddi_json *j, const struct oddi_addr *a)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[18];
    size_t n = 0;

    for (size_t i = 0; i < 6; i++) {
        if (i)
            text[n++] = '-';
        text[n++] = digits[a->bytes[i] >> 4];
        text[n++] = digits[a->bytes[i] & 15];
    }
    oddi_json_key(j, "mac");
    oddi_json_str(j, text, n);
}

/* One end; nothing if the record says nothing of it. */
static void add_end(struct oddi_json *j, const char *key, const struct oddi_addr *addr, uint32_t port,
                    double bytes, double packets)
{
    if (addr->kind == ODDI_ADDR_NONE && port == UINT32_MAX && !(bytes >= 0) && !(packets >= 0))
        return;
    oddi_json_key(j, key);
    oddi_json_begin_object(j);
    if (is_ip(addr)) {
        oddi_record_addr(j, "address", addr);
        oddi_record_addr(j, "ip", addr);
    } else if (addr->kind == ODDI_ADDR_MAC) {
        add_mac(j, addr);
    }
    oddi_record_code(j, "port", port);
    oddi_record_count(j, "bytes", bytes);
    oddi_record_count(j, "packets", packets);
    oddi_json_end_object(j);
}

/* "tcp"; of a protocol without a name its number alone. */
static void add_transport(struct oddi_json *j, const struct oddi_flow *f)
{
    uint32_t code = f->code[ODDI_PROTO];
    const char *name = oddi_proto_name(code);
    char number[ODDI_NUM_MAX];

    if (code == ODDI_PROTO_NONE)
        return;
    if (name)
        add_word(j, "transport", name);
    else if (code == ODDI_PROTO_OTHER)
        oddi_record_text(j, "transport", &f->text[ODDI_PROTO]);
    if (code < 256) {
        oddi_json_key(j, "iana_number");
        oddi_json_str(j, number, oddi_format_u64(number, code));
    }
}

static void add_network(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f,
                        bool whole)
{
    const struct oddi_addr *src = &f->addr[ODDI_SRC_IP], *dst = &f->addr[ODDI_DST_IP];
    const struct oddi_addr *ip = is_ip(src) ? src : dst;

    if (!is_ip(ip) && f->code[ODDI_PROTO] == ODDI_PROTO_NONE && !(f->number[ODDI_BYTES] >= 0) &&
        !(f->number[ODDI_PKTS] >= 0))
        return;
    oddi_json_key(j, "network");
    oddi_json_begin_object(j);
    if (is_ip(ip))
        add_word(j, "type", ip->kind == ODDI_ADDR_V4 ? "ipv4" : "ipv6");
    add_transport(j, f);
    oddi_record_count(j, "bytes", f->number[ODDI_BYTES]);
    oddi_record_count(j, "packets", f->number[ODDI_PKTS]);
    if (whole)
        oddi_record_community_id(r, j, f);
    oddi_json_end_object(j);
}

/* Every address of the event, by which others find it. */
static void add_related(struct oddi_json *j, const struct oddi_flow *f)
{
    const struct oddi_addr *src = &f->addr[ODDI_SRC_IP], *dst = &f->addr[ODDI_DST_IP];
    bool same = src->kind == dst->kind && !memcmp(src->bytes, dst->bytes, sizeof src->bytes);
    char text[ODDI_ADDR_TEXT_MAX];

    if (!is_ip(src) && !is_ip(dst))
        return;
    oddi_json_key(j, "related");
    oddi_json_begin_object(j);
    oddi_json_key(j, "ip");
    oddi_json_begin_array(j);
    if (is_ip(src))
        oddi_json_str(j, text, oddi_format_addr(text, src));
    if (is_ip(dst) && !same)
        oddi_json_str(j, text, oddi_format_addr(text, dst));
    oddi_json_end_array(j);
    oddi_json_end_object(j);
}

static void add_observer(struct oddi_json *j, const struct oddi_flow *f)
{
    if (!is_ip(&f->addr[ODDI_EXPORTER]))
        return;
    oddi_json_key(j, "observer");
    oddi_json_begin_object(j);
    oddi_record_addr(j, "ip", &f->addr[ODDI_EXPORTER]);
    oddi_json_end_object(j);
}

static void add_tags(struct oddi_json *j, const struct oddi_text *label)
{
    if (!label->s)
        return;
    oddi_json_key(j, "tags");
    oddi_json_begin_array(j);
    oddi_json_str(j, label->s, label->n);
    oddi_json_end_array(j);
}

/* `whole`: a flow, not what the keys of an entity say of one. */
static void add_flow(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f, bool whole)
{
    add_end(j, "source", &f->addr[ODDI_SRC_IP], f->code[ODDI_SRC_PORT], f->number[ODDI_SRC_BYTES],
            f->number[ODDI_SRC_PKTS]);
    add_end(j, "destination", &f->addr[ODDI_DST_IP], f->code[ODDI_DST_PORT], f->number[ODDI_DST_BYTES],
            f->number[ODDI_DST_PKTS]);
    add_network(r, j, f, whole);
    add_related(j, f);
    add_observer(j, f);
    add_tags(j, &f->text[ODDI_LABEL]);
}

/* ---- entities ------------------------------------------------------------------------------------------------------ */

static void clear_flow(struct oddi_flow *f)
{
    memset(f, 0, sizeof *f);
    for (size_t id = 0; id < ODDI_N_FIELDS; id++) {
        f->number[id] = NAN;
        f->time[id] = ODDI_NO_TIME;
        f->code[id] = UINT32_MAX;
    }
}

/* The keys of an entity that are fields, as a flow that has these alone. */
static void entity_flow(const struct oddi_write_options *o, const struct oddi_entity *e, struct oddi_flow *f)
{
    clear_flow(f);
    for (size_t k = 0; k < o->n_keys; k++) {
        enum oddi_field id = oddi_field_find(o->keys[k], strlen(o->keys[k]), NULL);
        size_t n = strlen(e->values[k]);

        if (id == ODDI_NO_FIELD || !n)
            continue;
        if (oddi_field_row(id)->type == ODDI_TYPE_ADDR && !oddi_parse_addr(e->values[k], n, &f->addr[id]))
            memset(&f->addr[id], 0, sizeof f->addr[id]);
        if (oddi_field_row(id)->type == ODDI_TYPE_PORT && !oddi_parse_port(e->values[k], n, &f->code[id]))
            f->code[id] = UINT32_MAX;
        if (id == ODDI_PROTO && !oddi_parse_proto(e->values[k], n, &f->code[id]))
            f->code[id] = ODDI_PROTO_NONE;
    }
}

/* ---- ours ---------------------------------------------------------------------------------------------------------- */

static void add_rule(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row)
{
    if (row->verdict->kind == ODDI_NORMAL)
        return;
    oddi_json_key(j, "rule");
    oddi_json_begin_object(j);
    add_word(j, "name", r->o->detector ? r->o->detector : "oddflow");
    add_word(j, "category", oddi_kind_name(row->verdict->kind));
    add_word(j, "ruleset", "oddflow");
    oddi_json_end_object(j);
}

static void add_model(const struct oddi_record *r, struct oddi_json *j)
{
    if (!r->o->scaler || !r->o->detector)
        return;
    oddi_json_key(j, "model");
    oddi_json_begin_object(j);
    add_word(j, "scaler", r->o->scaler);
    add_word(j, "detector", r->o->detector);
    oddi_json_end_object(j);
}

static void add_ours(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row)
{
    oddi_json_key(j, "oddflow");
    oddi_json_begin_object(j);
    oddi_record_verdict(r, j, row->verdict);
    if (!r->o->no_window) {
        oddi_json_key(j, "window");
        oddi_json_begin_object(j);
        add_bounds(r, j, row->window->start, row->window->end);
        oddi_json_end_object(j);
    }
    add_model(r, j);
    if (row->flow) {
        oddi_record_text(j, "state", &row->flow->text[ODDI_STATE]);
        oddi_record_text(j, "dir", &row->flow->text[ODDI_DIR]);
        oddi_record_text(j, "tcp_flags", &row->flow->text[ODDI_TCP_FLAGS]);
    }
    oddi_record_features(r, j, row->values);
    oddi_record_reasons(r, j, row);
    oddi_json_end_object(j);
}

/* ---- the writer ---------------------------------------------------------------------------------------------------- */

static void ecs_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    struct oddi_json j;

    if (!r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    begin_event(r, &j, w->start, "metric", "info", "oddflow.window");
    add_bounds(r, &j, w->start, w->end);
    oddi_json_end_object(&j);
    oddi_json_key(&j, "oddflow");
    oddi_json_begin_object(&j);
    add_model(r, &j);
    oddi_record_window(r, &j, w);
    oddi_json_end_object(&j);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

static void ecs_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    struct oddi_flow entity;
    struct oddi_json j;

    if (r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    add_event(r, &j, row);
    if (row->verdict->kind != ODDI_NORMAL)
        oddi_record_sentence(r, &j, "message", row);
    if (row->verdict->entity) {
        entity_flow(r->o, row->verdict->entity, &entity);
        add_flow(r, &j, &entity, false);
    } else if (row->flow) {
        add_flow(r, &j, row->flow, true);
    }
    add_rule(r, &j, row);
    add_ours(r, &j, row);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

const struct oddi_writer oddi_writer_ecs = {
    .name = "ecs",
    .summary = "Elastic Common Schema, one event of kind alert a line",
    .details =
        "Normal flows (--all) are of kind event, windows (--windows-only) of kind metric. The score is "
        "event.risk_score; what ECS has no field for is below oddflow. Schema: docs/schemas/ecs.schema.json.",
    .caps = ODDI_WRITE_FLOW | ODDI_WRITE_COMMAND,
    .state_size = sizeof(struct oddi_record),
    .open = oddi_record_open,
    .begin = oddi_record_begin,
    .window_begin = ecs_window_begin,
    .row = ecs_row,
    .window_end = oddi_record_window_end,
    .end = oddi_record_end,
    .close = oddi_record_close,
};
