#include "run/baseline_about.h"

#include <string.h>

#include "base/num.h"
#include "flow/addr.h"
#include "run/learner.h"

static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool is_name(const char *arg, size_t n, const char *name)
{
    return strlen(name) == n && memcmp(arg, name, n) == 0;
}

static bool parse_small(const char *text, uint64_t most, uint8_t *out)
{
    uint64_t v;

    if (!oddi_parse_u64(text, strlen(text), &v) || v > most)
        return false;
    *out = (uint8_t)v;
    return true;
}

static bool parse_weekday(const char *text, uint8_t *out)
{
    for (uint8_t i = 0; i < 7; i++)
        if (strcmp(text, weekdays[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

/* tcp/25, as expressions have it. */
static bool parse_service(const char *text, uint32_t *out)
{
    const struct oddi_expr_options o = {.want = ODDI_WANT_KEY, .any_column = true};
    const struct oddi_expr_input in = {.window_start = ODDI_NO_TIME};
    struct oddi_expr_error fault;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_evaluator *evaluator = NULL;
    struct oddi_program *program = NULL;
    const struct oddi_expr_need *needs;
    struct oddi_expr *e;
    bool ok;

    if (oddi_expr_new(text, strlen(text), &o, &e, &fault) != ODD_OK)
        return false;
    ok = oddi_expr_type(e) == ODDI_EXPR_SERVICE && oddi_expr_needs(e, &needs) == 0 &&
         oddi_program_new((const struct oddi_expr *const *)&e, 1, &program, &err) == ODD_OK &&
         oddi_evaluator_new(program, &evaluator, &err) == ODD_OK;
    if (ok) {
        oddi_evaluate(evaluator, &in, 0, 1);
        memcpy(out, oddi_evaluator_result(evaluator, 0), sizeof *out);
    }
    oddi_evaluator_free(evaluator);
    oddi_program_free(program);
    oddi_expr_free(e);
    return ok && *out != ODDI_NO_SERVICE;
}

static bool parse_yes(const char *text, int *out)
{
    *out = strcmp(text, "yes") == 0;
    return *out || strcmp(text, "no") == 0;
}

static enum odd_status parse_feature(const char *arg, size_t name, const char *value, struct oddi_about *out,
                                     struct odd_error *err)
{
    double v;

    if (!oddi_parse_double(value, strlen(value), &v))
        return oddi_fail(err, ODD_ERR_USAGE, "'%s' wants a number, as in %.*s=12", arg, (int)name, arg);
    if (out->n == ODDI_ABOUT_MAX)
        return oddi_fail(err, ODD_ERR_LIMIT, "at most %d features can be told", ODDI_ABOUT_MAX);
    out->feature[out->n].name = arg;
    out->feature[out->n].size = name;
    out->feature[out->n++].value = v;
    return ODD_OK;
}

static enum odd_status wrong(const char *arg, const char *what, struct odd_error *err)
{
    return oddi_fail(err, ODD_ERR_USAGE, "'%s' wants %s", arg, what);
}

static enum odd_status parse_one(const char *arg, const struct oddi_zone *zone, struct oddi_about *out,
                                 struct odd_error *err)
{
    const char *value = strchr(arg, '=');
    size_t name = value ? (size_t)(value - arg) : 0;

    if (name == 0)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "'%s' says nothing about a row: tell NAME=VALUE, such as host=10.20.1.2, "
                         "time='2025-03-10 22:00', service=tcp/443 or flows=120",
                         arg);
    value++;
    if (is_name(arg, name, "plan")) {
        out->plan = value;
        return ODD_OK;
    }
    if (is_name(arg, name, "host")) {
        out->has_addr = oddi_parse_addr(value, strlen(value), &out->addr);
        return out->has_addr ? ODD_OK : wrong(arg, "an address, as in host=10.20.1.2", err);
    }
    if (is_name(arg, name, "service")) {
        out->has_service = parse_service(value, &out->service);
        return out->has_service ? ODD_OK : wrong(arg, "a service, as in service=tcp/443", err);
    }
    if (is_name(arg, name, "time")) {
        out->has_time = oddi_parse_time(value, strlen(value), zone, &out->time);
        return out->has_time ? ODD_OK : wrong(arg, "a time, as in time='2025-03-10 22:00'", err);
    }
    if (is_name(arg, name, "hour")) {
        out->has_hour = parse_small(value, 23, &out->hour);
        return out->has_hour ? ODD_OK : wrong(arg, "an hour from 0 to 23", err);
    }
    if (is_name(arg, name, "weekday")) {
        out->has_weekday = parse_weekday(value, &out->weekday);
        return out->has_weekday ? ODD_OK : wrong(arg, "a weekday: mon, tue, wed, thu, fri, sat or sun", err);
    }
    if (is_name(arg, name, "known"))
        return parse_yes(value, &out->known) ? ODD_OK : wrong(arg, "yes or no", err);
    return parse_feature(arg, name, value, out, err);
}

enum odd_status oddi_about_parse(const char *const *args, size_t n, const struct oddi_zone *zone,
                                 struct oddi_about *out, struct odd_error *err)
{
    *out = (struct oddi_about){.known = -1};
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(parse_one(args[i], zone, out, err));
    return ODD_OK;
}

struct oddi_row_key oddi_about_key(const struct oddi_about *a, const struct oddi_base_plan *p,
                                   const struct oddi_zone *zone)
{
    struct oddi_entity_who who = {.service = a->has_service ? a->service : ODDI_NO_SERVICE};
    struct oddi_row_key key;

    if (a->has_addr) {
        who.addr = a->addr;
        who.host = oddi_key(ODDI_EXPR_ADDR, &a->addr);
    }
    key = oddi_row_key(&who, 0, a->has_time ? a->time : 0, zone);
    if (a->has_hour)
        key.hour = a->hour;
    if (a->has_weekday)
        key.weekday = a->weekday;
    key.known = a->known >= 0 ? a->known : p->blind == NULL || oddi_host_is_known(&p->memory, key.host);
    return key;
}
