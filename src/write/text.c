#include "write/text.h"

#include <math.h>

#include "base/json.h"
#include "base/num.h"
#include "write/quantity.h"
#include "write/reason.h"
#include "write/trim.h"

/* Columns of a flow's line, up to where its endpoints begin. */
enum { RANK_WIDTH = 4, SCORE_WIDTH = 6, ROW_WIDTH = 11, PROTO_WIDTH = 4, ENDPOINT_WIDTH = 48 };

void oddi_text_count(struct oddi_buf *out, uint64_t n, const char *noun)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
    oddi_buf_char(out, ' ');
    oddi_buf_str(out, noun);
    if (n != 1)
        oddi_buf_char(out, 's');
}

void oddi_text_odd(struct oddi_buf *out, const struct oddi_write_options *o, uint64_t n)
{
    char text[ODDI_NUM_MAX];

    if (!o->novelty) {
        oddi_text_count(out, n, "outlier");
        return;
    }
    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
    oddi_buf_str(out, n == 1 ? " novelty" : " novelties");
}

void oddi_text_score(struct oddi_buf *out, double score)
{
    int tenths;

    if (isnan(score)) {
        oddi_buf_char(out, '-');
        return;
    }
    tenths = (int)(score * 10);
    oddi_buf_printf(out, "%d.%d", tenths / 10, tenths % 10);
}

void oddi_text_feature(struct oddi_buf *out, const struct oddi_write_options *o, size_t j, double value)
{
    oddi_terminal_escape(out, o->features[j], strlen(o->features[j]));
    oddi_buf_char(out, ' ');
    oddi_quantity_add(out, value, 0);
    oddi_buf_str(out, oddi_quantity_unit(o->features[j]));
}

static void add_endpoint(struct oddi_buf *out, const struct oddi_addr *addr, uint32_t port)
{
    char text[ODDI_ADDR_TEXT_MAX], number[ODDI_NUM_MAX];
    size_t n = oddi_format_addr(text, addr);
    bool colons = addr->kind == ODDI_ADDR_V6 || addr->kind == ODDI_ADDR_MAC;
    bool brackets = colons && port != UINT32_MAX;

    if (brackets)
        oddi_buf_char(out, '[');
    if (n)
        oddi_buf_add(out, text, n);
    else
        oddi_buf_char(out, '?');
    if (brackets)
        oddi_buf_char(out, ']');
    if (port == UINT32_MAX)
        return;
    oddi_buf_char(out, ':');
    oddi_buf_add(out, number, oddi_format_u64(number, port));
}

static bool has_endpoints(const struct oddi_flow *flow)
{
    return flow->addr[ODDI_SRC_IP].kind || flow->addr[ODDI_DST_IP].kind ||
           flow->code[ODDI_SRC_PORT] != UINT32_MAX || flow->code[ODDI_DST_PORT] != UINT32_MAX;
}

/* "147.32.84.229:80 -> [2001:db8::1]:443"; two IPv6 addresses may need a line each. */
static void put_endpoints(struct oddi_lay *lay, const struct oddi_flow *flow)
{
    struct oddi_text dir = oddi_trim(flow->text[ODDI_DIR]);

    if (!has_endpoints(flow))
        return;
    add_endpoint(&lay->item, &flow->addr[ODDI_SRC_IP], flow->code[ODDI_SRC_PORT]);
    oddi_buf_char(&lay->item, ' ');
    if (dir.n)
        oddi_terminal_escape(&lay->item, dir.s, dir.n);
    else
        oddi_buf_str(&lay->item, "->");
    if (lay->item.size + ENDPOINT_WIDTH > lay->width - lay->indent)
        oddi_lay_put(lay, 0, false, NULL);
    else
        oddi_buf_char(&lay->item, ' ');
    add_endpoint(&lay->item, &flow->addr[ODDI_DST_IP], flow->code[ODDI_DST_PORT]);
    oddi_lay_put(lay, 0, false, NULL);
}

static bool add_proto(struct oddi_buf *out, const struct oddi_flow *flow)
{
    const struct oddi_text *spelt = &flow->text[ODDI_PROTO];
    const char *name;

    if (flow->code[ODDI_PROTO] == ODDI_PROTO_NONE)
        return false;
    name = oddi_proto_name(flow->code[ODDI_PROTO]);
    if (name)
        oddi_buf_str(out, name);
    else if (spelt->s)
        oddi_terminal_escape(out, spelt->s, spelt->n);
    else
        oddi_buf_printf(out, "%u", flow->code[ODDI_PROTO]);
    return true;
}

/* From RFC 3339, whose years have four digits here: date [0, 10), time to the second [11, 19), fraction, zone. */
static bool add_start(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_flow *flow,
                      bool date, bool fine)
{
    char text[ODDI_TIME_TEXT_MAX];
    size_t n, end = 19;

    if (flow->time[ODDI_TS_START] == ODDI_NO_TIME)
        return false;
    n = oddi_format_time(text, flow->time[ODDI_TS_START], o->zone);
    if (fine && n > 19 && text[19] == '.')
        for (end = 20; end < n && text[end] >= '0' && text[end] <= '9';)
            end++;
    if (date) {
        oddi_buf_add(out, text, 10);
        oddi_buf_char(out, ' ');
    }
    oddi_buf_add(out, text + 11, end - 11);
    return true;
}

/* ---- the line of a flow ---- */

/* Windows from this length on need the date beside the time of a flow; shorter than that, the fraction of a second. */
#define LONG_WINDOW  ODDI_DAY
#define SHORT_WINDOW (10 * ODDI_SECOND)

static void put_record(struct oddi_lay *lay, const struct oddi_write_options *o,
                       const struct oddi_write_row *row)
{
    int64_t start = row->window->start, end = row->window->end;
    bool timeless = o->no_window || start == INT64_MIN;
    bool date = o->top || timeless || end - start > LONG_WINDOW;
    bool fine = !timeless && end - start < SHORT_WINDOW;

    if (add_start(&lay->item, o, row->flow, date, fine))
        oddi_lay_put(lay, 0, false, NULL);
    if (add_proto(&lay->item, row->flow))
        oddi_lay_put(lay, PROTO_WIDTH, false, NULL);
    put_endpoints(lay, row->flow);
}

static void put_cluster(struct oddi_lay *lay, const struct oddi_verdict *v)
{
    if (v->cluster < 0)
        oddi_buf_str(&lay->item, "noise");
    else
        oddi_buf_printf(&lay->item, "cluster %d", (int)v->cluster);
    oddi_lay_put(lay, 0, false, NULL);
}

static void put_source(struct oddi_lay *lay, const struct oddi_write_options *o, uint32_t source)
{
    const char *name = source < o->n_sources ? o->sources[source] : "";

    oddi_buf_str(&lay->item, "in ");
    oddi_terminal_escape(&lay->item, name, strlen(name));
    oddi_lay_put(lay, 0, false, NULL);
}

void oddi_text_flow(struct oddi_lay *lay, const struct oddi_write_options *o,
                    const struct oddi_write_row *row)
{
    const struct oddi_verdict *v = row->verdict;

    oddi_text_score(&lay->item, v->score);
    oddi_lay_put(lay, SCORE_WIDTH, true, v->kind == ODDI_NORMAL ? NULL : ODDI_STYLE_RED);
    oddi_buf_printf(&lay->item, "row %llu", (unsigned long long)v->row);
    oddi_lay_put(lay, ROW_WIDTH, false, NULL);
    if (row->flow)
        put_record(lay, o, row);
    for (size_t j = 0; j < o->n_features; j++) {
        if (oddi_reason_names(o, row->window, v, j))
            continue;
        oddi_text_feature(&lay->item, o, j, row->values[j]);
        oddi_lay_put(lay, 0, false, NULL);
    }
    if (o->all)
        put_cluster(lay, v);
    if (o->n_sources > 1)
        put_source(lay, o, v->source);
}

/* ---- the line of an entity ---- */

static bool is_host(const struct oddi_write_options *o)
{
    return o->n_keys == 1 && (strcmp(o->keys[0], "src_ip") == 0 || strcmp(o->keys[0], "dst_ip") == 0);
}

void oddi_text_rows(struct oddi_buf *out, const struct oddi_write_options *o, uint64_t n)
{
    char text[ODDI_NUM_MAX];

    if (o->n_keys == 0 || is_host(o)) {
        oddi_text_count(out, n, o->n_keys ? "host" : "flow");
        return;
    }
    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
    oddi_buf_str(out, n == 1 ? " entity" : " entities");
}

/* "147.32.84.165"; of several keys "147.32.84.165 8.8.8.8 udp/53". */
static void add_keys(struct oddi_buf *out, const struct oddi_write_options *o, const struct oddi_entity *e)
{
    for (size_t k = 0; k < o->n_keys; k++) {
        const char *value = *e->values[k] ? e->values[k] : "-";

        if (k)
            oddi_buf_char(out, ' ');
        oddi_terminal_escape(out, value, strlen(value));
    }
}

void oddi_text_entity(struct oddi_lay *lay, const struct oddi_write_options *o,
                      const struct oddi_write_row *row)
{
    const struct oddi_verdict *v = row->verdict;
    char time[ODDI_TIME_TEXT_MAX];

    if (o->ranking) {
        oddi_buf_printf(&lay->item, "%zu.", row->shown + 1);
        oddi_lay_put(lay, RANK_WIDTH, true, NULL);
    }
    oddi_text_score(&lay->item, v->score);
    oddi_lay_put(lay, SCORE_WIDTH, true, v->kind == ODDI_NORMAL ? NULL : ODDI_STYLE_RED);
    add_keys(&lay->item, o, v->entity);
    oddi_lay_put(lay, 0, false, ODDI_STYLE_BOLD);
    if (o->top && !o->no_window && !o->ranking) {
        oddi_buf_add(&lay->item, time, oddi_format_time_plain(time, row->window->start, o->zone));
        oddi_lay_put(lay, 0, false, NULL);
    }
    oddi_text_count(&lay->item, v->entity->flows, "flow");
    oddi_lay_put(lay, 0, false, NULL);
    if (o->top && o->kinds && v->kind != ODDI_NORMAL) {
        oddi_buf_str(&lay->item, oddi_kind_name(v->kind));
        oddi_lay_put(lay, 0, false, NULL);
    }
    if (o->top && o->plan && !o->novelty) {
        oddi_terminal_escape(&lay->item, o->plan, strlen(o->plan));
        oddi_lay_put(lay, 0, false, NULL);
    }
    if (o->ranking && v->kind == ODDI_NORMAL && v->said) {
        oddi_buf_str(&lay->item, v->said);
        oddi_lay_put(lay, 0, false, NULL);
    }
    for (size_t j = 0; v->kind == ODDI_NORMAL && !o->ranking && j < o->n_features; j++) {
        struct oddi_reason r = {.value = row->values[j], .normal_at = NAN};

        oddi_terminal_escape(&lay->item, oddi_reason_feature(o, j), strlen(oddi_reason_feature(o, j)));
        oddi_buf_char(&lay->item, ' ');
        oddi_quantity_add(&lay->item, oddi_reason_shown(o, &r, j).value, 0);
        oddi_lay_put(lay, 0, false, NULL);
    }
    if (o->all)
        put_cluster(lay, v);
}
