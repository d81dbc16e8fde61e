#include "run/baseline_text.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "baseline/scope_text.h"
#include "run/plan.h"

/* ---- Scopes ------------------------------------------------------------------------------------------------------ */

const struct oddi_model *oddi_base_judges(const struct oddi_base_plan *p)
{
    return p->blind && p->model[0].cal.n_kept == 0 ? p->blind : p->model;
}

size_t oddi_base_scopes(const struct oddi_base_plan *p)
{
    return p->tree.n_models > 1 ? p->tree.n_models - 1 : 1;
}

static bool is_of_type(const char *text, size_t n, enum oddi_expr_type type)
{
    const struct oddi_expr_options o = {.want = ODDI_WANT_KEY, .any_column = true};
    struct oddi_expr_error fault;
    struct oddi_expr *e;
    bool is;

    if (oddi_expr_new(text, n, &o, &e, &fault) != ODD_OK)
        return false;
    is = oddi_expr_type(e) == type;
    oddi_expr_free(e);
    return is;
}

/* The plan's key of a type, as it was written; `other` if it has none. */
static const char *key_name(const struct oddi_base_plan *p, enum oddi_expr_type type, const char *other,
                            char name[128])
{
    const char *text = oddi_base_option(p, "by");
    size_t n = text ? strlen(text) : 0;

    for (size_t from = 0, end; from < n; from = end + 1) {
        while (text[from] == ' ')
            from++;
        end = from + oddi_expr_item_end(text + from, n - from);
        if (end - from >= 128 || !is_of_type(text + from, end - from, type))
            continue;
        memcpy(name, text + from, end - from);
        name[end - from] = '\0';
        return name;
    }
    return other;
}

void oddi_base_scope_text(const struct oddi_base_plan *p, uint32_t m, struct oddi_buf *words,
                          struct oddi_buf *condition)
{
    char addr[128], service[128];
    const struct oddi_scope_names names = {key_name(p, ODDI_EXPR_ADDR, "src_ip", addr),
                                           key_name(p, ODDI_EXPR_SERVICE, "service", service)};

    oddi_buf_clear(words);
    oddi_buf_clear(condition);
    oddi_scope_words(&p->tree, m, p->key, p->n_sample, words);
    oddi_scope_expression(&p->tree, m, &names, condition);
}

enum odd_status oddi_base_zone(const struct oddi_baseline *b, struct oddi_zone **zone, struct odd_error *err)
{
    const char *tz = oddi_base_option(&b->plans[0], "tz");

    *zone = NULL;
    return tz ? oddi_plan_zone(tz, zone, err) : ODD_OK;
}

/* ---- For people --------------------------------------------------------------------------------------------------- */

void oddi_show_grouped(struct oddi_buf *out, uint64_t n)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_u64_grouped(text, n));
}

void oddi_show_count(struct oddi_buf *out, uint64_t n, const char *what)
{
    oddi_show_grouped(out, n);
    oddi_buf_printf(out, " %s%s", what, n == 1 ? "" : "s");
}

void oddi_show_time(struct oddi_buf *out, int64_t t, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_buf_add(out, text, oddi_format_time_plain(text, t, zone));
}

void oddi_show_number(struct oddi_buf *out, double v, int digits)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text, oddi_format_double(text, v, digits));
}

/* ---- As JSON ------------------------------------------------------------------------------------------------------- */

void oddi_json_member_time(struct oddi_json *j, const char *key, int64_t t, const struct oddi_zone *zone)
{
    char text[ODDI_TIME_TEXT_MAX];

    oddi_json_key(j, key);
    oddi_json_str(j, text, oddi_format_time(text, t, zone));
}

void oddi_json_member_count(struct oddi_json *j, const char *key, uint64_t n)
{
    oddi_json_key(j, key);
    oddi_json_u64(j, n);
}

void oddi_json_member_text(struct oddi_json *j, const char *key, const char *text)
{
    oddi_json_key(j, key);
    oddi_json_cstr(j, text);
}

void oddi_json_member_number(struct oddi_json *j, const char *key, double v)
{
    oddi_json_key(j, key);
    if (isfinite(v))
        oddi_json_exact(j, v);
    else
        oddi_json_null(j);
}
