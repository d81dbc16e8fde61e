#include "write/write.h"

#include "base/json.h"
#include "write/record.h"

static void add_window(const struct oddi_record *r, struct oddi_json *j, const struct oddi_window_result *w)
{
    oddi_record_time(r, j, "window_start", w->start, oddi_format_time);
    oddi_record_time(r, j, "window_end", w->end, oddi_format_time);
}

static void ndjson_window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    struct oddi_json j;

    if (!r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    add_window(r, &j, w);
    oddi_record_window(r, &j, w);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

static void add_proto(struct oddi_json *j, const struct oddi_flow *f)
{
    const char *name;

    if (f->code[ODDI_PROTO] == ODDI_PROTO_NONE)
        return;
    name = oddi_proto_name(f->code[ODDI_PROTO]);
    if (!name && f->text[ODDI_PROTO].s) {
        oddi_record_text(j, "proto", &f->text[ODDI_PROTO]);
        return;
    }
    oddi_json_key(j, "proto");
    if (name)
        oddi_json_cstr(j, name);
    else
        oddi_json_u64(j, f->code[ODDI_PROTO]);
}

/* Every field of the table that the record has, in the table's order and under its own name. */
static void add_flow(const struct oddi_record *r, struct oddi_json *j, const struct oddi_flow *f)
{
    for (enum oddi_field id = 0; id < ODDI_N_FIELDS; id++) {
        const struct oddi_field_row *field = oddi_field_row(id);

        switch (field->type) {
        case ODDI_TYPE_TIME:
            oddi_record_time(r, j, field->name, f->time[id], oddi_format_time);
            break;
        case ODDI_TYPE_NUMBER:
            oddi_record_number(j, field->name, f->number[id]);
            break;
        case ODDI_TYPE_PROTO:
            add_proto(j, f);
            break;
        case ODDI_TYPE_ADDR:
            oddi_record_addr(j, field->name, &f->addr[id]);
            break;
        case ODDI_TYPE_PORT:
            oddi_record_code(j, field->name, f->code[id]);
            break;
        case ODDI_TYPE_TEXT:
            oddi_record_text(j, field->name, &f->text[id]);
            break;
        }
    }
}

static void ndjson_row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    const struct oddi_record *r = state;
    const struct oddi_verdict *v = row->verdict;
    struct oddi_json j;

    if (r->o->windows_only)
        return;
    oddi_json_init(&j, out);
    oddi_json_begin_object(&j);
    add_window(r, &j, row->window);
    oddi_record_preset(r, &j);
    if (v->entity) {
        oddi_record_entity(r, &j, v->entity);
    } else {
        oddi_record_source(r, &j, "file", v->source);
        oddi_json_key(&j, "row");
        oddi_json_u64(&j, v->row);
    }
    if (v->kind != ODDI_NORMAL) {
        oddi_json_key(&j, "kind");
        oddi_json_cstr(&j, oddi_kind_name(v->kind));
    }
    oddi_record_score(&j, v->score);
    oddi_json_key(&j, "cluster");
    oddi_json_i64(&j, v->cluster);
    if (row->flow) {
        add_flow(r, &j, row->flow);
        oddi_record_community_id(r, &j, row->flow);
    }
    oddi_record_features(r, &j, row->values);
    oddi_record_reasons(r, &j, row);
    oddi_json_end_object(&j);
    oddi_buf_char(out, '\n');
}

const struct oddi_writer oddi_writer_ndjson = {
    .name = "ndjson",
    .summary = "one JSON object a line, with oddflow's field names",
    .details =
        "Missing fields are left out. Bytes that are not UTF-8 are written as the escape of their value. "
        "Schema: docs/schemas/ndjson.schema.json, with --windows-only ndjson-window.schema.json.",
    .caps = ODDI_WRITE_FLOW | ODDI_WRITE_COMMAND,
    .state_size = sizeof(struct oddi_record),
    .open = oddi_record_open,
    .begin = oddi_record_begin,
    .window_begin = ndjson_window_begin,
    .row = ndjson_row,
    .window_end = oddi_record_window_end,
    .end = oddi_record_end,
    .close = oddi_record_close,
};
