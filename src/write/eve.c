#include "write/write.h"

#include "base/json.h"
#include "base/num.h"
#include "write/record.h"

/* Suricata's names and types (its EVE JSON): integers for counts and age (a fraction is cut), protocols in upper case, hardware addresses in an
 * object of their own. Its event types "anomaly" and "alert" mean other things, hence a type of our own. */

static void add_window(const struct oddi_record *r, struct oddi_json *j, const struct oddi_window_result *w)
{
    oddi_record_time(r, j, "start", w->start, oddi_format_time_eve);
    oddi_record_time(r, j, "end", w->end, oddi_format_time_eve);
}

static void add_event(struct oddi_json *j, const char *type)
{
    oddi_json_key(j, "event_type");
    oddi_json_cstr(j, type);
}

static void eve_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    struct oddi_json j;

    if (!r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    oddi_record_time(r, &j, "timestamp", w->start, oddi_format_time_eve);
    add_event(&j, "flow_window");
    oddi_json_key(&j, "flow_window");
    oddi_json_begin_object(&j);
    add_window(r, &j, w);
    oddi_record_window(r, &j, w);
    oddi_json_end_object(&j);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void add_proto(struct oddi_json *j, const struct oddi_flow *f)
{
    uint32_t code = f->code[ODDI_PROTO];
    const char *name = oddi_proto_name(code);
    struct oddi_text spelt = f->text[ODDI_PROTO];
    char text[ODDI_NUM_MAX];
    size_t n;

    if (code == ODDI_PROTO_NONE)
        return;
    if (name)
        spelt = (struct oddi_text){name, strlen(name)};
    if (spelt.s) {
        n = spelt.n < sizeof text ? spelt.n : sizeof text;
        for (size_t i = 0; i < n; i++)
            text[i] = upper(spelt.s[i]);
    } else {
        n = oddi_format_u64(text, code);
    }
    oddi_json_key(j, "proto");
    oddi_json_str(j, text, n);
}

static void add_endpoints(struct oddi_json *j, const struct oddi_flow *f)
{
    const struct oddi_addr *src = &f->addr[ODDI_SRC_IP], *dst = &f->addr[ODDI_DST_IP];

    if (src->kind != ODDI_ADDR_MAC)
        oddi_record_addr(j, "src_ip", src);
    oddi_record_code(j, "src_port", f->code[ODDI_SRC_PORT]);
    if (dst->kind != ODDI_ADDR_MAC)
        oddi_record_addr(j, "dest_ip", dst);
    oddi_record_code(j, "dest_port", f->code[ODDI_DST_PORT]);
    add_proto(j, f);
    if (src->kind != ODDI_ADDR_MAC && dst->kind != ODDI_ADDR_MAC)
        return;
    oddi_json_key(j, "ether");
    oddi_json_begin_object(j);
    if (src->kind == ODDI_ADDR_MAC)
        oddi_record_addr(j, "src_mac", src);
    if (dst->kind == ODDI_ADDR_MAC)
        oddi_record_addr(j, "dest_mac", dst);
    oddi_json_end_object(j);
}

static void add_flow(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f)
{
    oddi_json_key(j, "flow");
    oddi_json_begin_object(j);
    oddi_record_count(j, "pkts_toserver", f->number[ODDI_SRC_PKTS]);
    oddi_record_count(j, "pkts_toclient", f->number[ODDI_DST_PKTS]);
    oddi_record_count(j, "bytes_toserver", f->number[ODDI_SRC_BYTES]);
    oddi_record_count(j, "bytes_toclient", f->number[ODDI_DST_BYTES]);
    oddi_record_time(r, j, "start", f->time[ODDI_TS_START], oddi_format_time_eve);
    oddi_record_time(r, j, "end", oddi_record_flow_end(f), oddi_format_time_eve);
    oddi_record_count(j, "age", f->number[ODDI_DURATION]);
    oddi_record_text(j, "state", &f->text[ODDI_STATE]);
    oddi_json_end_object(j);
}

static void add_verdict(const struct oddi_record *r, struct oddi_json *j, const struct oddi_write_row *row)
{
    oddi_json_key(j, "flow_anomaly");
    oddi_json_begin_object(j);
    oddi_record_verdict(r, j, row->verdict);
    if (!r->o->no_window) {
        oddi_json_key(j, "window");
        oddi_json_begin_object(j);
        add_window(r, j, row->window);
        oddi_json_end_object(j);
    }
    oddi_record_features(r, j, row->values);
    oddi_record_reasons(r, j, row);
    oddi_json_end_object(j);
}

static void eve_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    int64_t start = row->flow ? row->flow->time[ODDI_TS_START] : ODDI_NO_TIME;
    struct oddi_json j;

    if (r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    oddi_record_time(r, &j, "timestamp", start != ODDI_NO_TIME ? start : row->window->start,
                     oddi_format_time_eve);
    add_event(&j, row->verdict->kind == ODDI_NORMAL ? "flow" : "flow_anomaly");
    if (row->flow) {
        add_endpoints(&j, row->flow);
        oddi_record_community_id(r, &j, row->flow);
        add_flow(r, &j, row->flow);
    }
    add_verdict(r, &j, row);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

const struct oddi_writer oddi_writer_eve = {
    .name = "eve",
    .summary = "Suricata-shaped JSON lines, event_type flow_anomaly",
    .details = "Normal flows (--all) are events of type flow, windows (--windows-only) of type flow_window. "
               "timestamp is the "
               "start of the flow. Schema: docs/schemas/eve.schema.json.",
    .caps = ODDI_WRITE_FLOW | ODDI_WRITE_COMMAND,
    .state_size = sizeof(struct oddi_record),
    .open = oddi_record_open,
    .begin = oddi_record_begin,
    .window_begin = eve_window_begin,
    .row = eve_row,
    .window_end = oddi_record_window_end,
    .end = oddi_record_end,
    .close = oddi_record_close,
};
