#include "run/option_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "flow/field.h"
#include "flow/time.h"
#include "run/component.h"
#include "run/home.h"

bool oddi_parse_rate(const char *text, double *per_minute)
{
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : strlen(text);
    double factor = 1, number;
    uint64_t count;

    if (slash) {
        if (strcmp(slash, "/s") == 0)
            factor = 60;
        else if (strcmp(slash, "/h") == 0)
            factor = 1.0 / 60;
        else if (strcmp(slash, "/m") != 0)
            return false;
    }
    if (oddi_parse_count(text, n, &count))
        number = (double)count;
    else if (!oddi_parse_double(text, n, &number))
        return false;
    if (!(number > 0 && number <= 1e15))
        return false;
    *per_minute = number * factor;
    return true;
}

static enum odd_status check_rate(const char *name, const char *value, struct odd_error *err)
{
    double rate;

    if (oddi_parse_rate(value, &rate))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE,
                     "--%s must be a number of flows a minute, or N/s, N/m or N/h, not '%.80s'", name, value);
}

static enum odd_status check_time(const char *name, const char *value, struct odd_error *err)
{
    int64_t ts;

    if (oddi_parse_time(value, strlen(value), NULL, &ts))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE,
                     "--%s must be a time like 2011-08-10T09:46:53Z or 2011/08/10.09:46:53, not '%.80s'",
                     name, value);
}

static enum odd_status check_format(const char *name, const char *value, struct odd_error *err)
{
    return oddi_component_check(ODD_TABLE_READERS, name, "auto", value, err);
}

static enum odd_status check_output(const char *name, const char *value, struct odd_error *err)
{
    return oddi_component_check(ODD_TABLE_OUTPUTS, name, NULL, value, err);
}

static enum odd_status check_scale(const char *name, const char *value, struct odd_error *err)
{
    const struct oddi_scaler *scaler;
    struct oddi_spec spec;

    (void)name;
    ODDI_TRY(oddi_component_scaler(value, &scaler, &spec, err));
    oddi_spec_clear(&spec);
    return ODD_OK;
}

static enum odd_status check_detector(const char *name, const char *value, struct odd_error *err)
{
    const struct oddi_detector *detector;
    struct oddi_spec spec;

    (void)name;
    ODDI_TRY(oddi_component_detector(value, &detector, &spec, err));
    oddi_spec_clear(&spec);
    return ODD_OK;
}

static enum odd_status unknown_field(const char *field, struct odd_error *err)
{
    const char *names[ODDI_N_FIELDS], *near;

    for (int i = 0; i < ODDI_N_FIELDS; i++)
        names[i] = oddi_field_row((enum oddi_field)i)->name;
    near = odd_suggest(field, names, ODDI_N_FIELDS);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "--map: unknown field '%s'; did you mean '%s'?", field, near);
    return oddi_fail(err, ODD_ERR_USAGE, "--map: unknown field '%s'; 'oddflow list fields' shows them all",
                     field);
}

static enum odd_status check_map(const char *name, const char *value, struct odd_error *err)
{
    const char *equals = strchr(value, '=');
    size_t n = equals ? (size_t)(equals - value) : 0;
    char field[64];

    if (n == 0 || equals[1] == '\0')
        return oddi_fail(err, ODD_ERR_USAGE, "--%s must be FIELD=COLUMN, not '%.80s'", name, value);
    if (oddi_field_find(value, n, NULL) != ODDI_NO_FIELD)
        return ODD_OK;
    if (n >= sizeof field)
        n = sizeof field - 1;
    memcpy(field, value, n);
    field[n] = '\0';
    return unknown_field(field, err);
}

/* Whether a comma-separated list has an empty item; commas inside parentheses separate nothing. */
static bool has_empty_item(const char *s)
{
    bool empty = true;
    int depth = 0;

    for (; *s; s++) {
        depth += *s == '(';
        depth -= *s == ')';
        if (*s == ',' && depth == 0) {
            if (empty)
                return true;
            empty = true;
        } else if (*s != ' ') {
            empty = false;
        }
    }
    return empty;
}

static enum odd_status check_list(const char *name, const char *value, struct odd_error *err)
{
    if (!has_empty_item(value))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE, "--%s must be names with commas between, not '%.80s'", name, value);
}

static enum odd_status check_filled(const char *name, const char *value, struct odd_error *err)
{
    if (*value)
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE, "--%s must not be empty", name);
}

static enum odd_status check_assignment(const char *name, const char *value, struct odd_error *err)
{
    const char *equals = strchr(value, '=');

    if (equals && equals > value && equals[1])
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE, "--%s must be NAME=%s, not '%.80s'", name,
                     strcmp(name, "say") == 0 ? "TEXT" : "EXPR", value);
}

static enum odd_status check_home(const char *name, const char *value, struct odd_error *err)
{
    struct oddi_net *nets;
    size_t n;

    ODDI_TRY(oddi_home_parse(name, value, &nets, &n, err));
    free(nets);
    return ODD_OK;
}

static const struct {
    const char *name;
    enum odd_status (*check)(const char *name, const char *value, struct odd_error *err);
} checks[] = {
    {"time", check_time},      {"because", check_filled},    {"alerts", check_filled},
    {"mute", check_filled},    {"compare", check_filled},    {"data", check_filled},
    {"labels", check_filled},  {"negative", check_filled},   {"positive", check_filled},
    {"results", check_filled}, {"attacks", check_list},      {"bad", check_filled},
    {"config", check_filled},  {"detector", check_detector}, {"features", check_list},
    {"format", check_format},  {"by", check_filled},         {"feature", check_assignment},
    {"say", check_assignment}, {"home", check_home},         {"map", check_map},
    {"output", check_output},  {"rate", check_rate},         {"scale", check_scale},
    {"since", check_time},     {"start", check_time},        {"tz", check_filled},
    {"until", check_time},     {"write", check_filled},
};

enum odd_status oddi_option_check(const char *name, const char *value, struct odd_error *err)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if (strcmp(checks[i].name, name) == 0)
            return checks[i].check(name, value, err);
    }
    return ODD_OK;
}
