#include "base/param.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/num.h"

/* Limits beyond these stand for "any" and are not worth a number in a sentence. */
#define NO_LIMIT   9.2e18
#define NO_DECIMAL 1e100
#define ABOVE_ZERO 1e-100

#define MAX_SENTENCE 2048
#define MAX_CHOICES  64

int oddi_param_find(const struct odd_param *rows, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool parse_bool(const char *text, bool *out)
{
    static const char *const yes[] = {"yes", "true", "1", "on", ""}, *const no[] = {"no", "false", "0",
                                                                                    "off"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(text, yes[i]) == 0) {
            *out = true;
            return true;
        }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcasecmp(text, no[i]) == 0) {
            *out = false;
            return true;
        }
    return false;
}

static bool counts_records(const char *unit)
{
    return unit && (strcmp(unit, "rows") == 0 || strcmp(unit, "flows") == 0);
}

static bool parse_int(const struct odd_param *row, const char *text, int64_t *out)
{
    uint64_t count;
    size_t n = strlen(text);
    if (oddi_parse_i64(text, n, out))
        return true;
    if (!counts_records(row->unit) || !oddi_parse_count(text, n, &count) || count > INT64_MAX)
        return false;
    *out = (int64_t)count;
    return true;
}

static bool in_range(const struct odd_param *row, double v)
{
    return row->min > row->max || (v >= row->min && v <= row->max);
}

static bool parse_value(const struct odd_param *row, const char *text, union oddi_value *out)
{
    size_t n = strlen(text);
    switch (row->type) {
    case ODD_PARAM_BOOL:
        return parse_bool(text, &out->flag);
    case ODD_PARAM_INT:
        return parse_int(row, text, &out->i) && in_range(row, (double)out->i);
    case ODD_PARAM_FLOAT:
        if (row->choices && strcmp(text, row->choices) == 0) {
            out->f = NAN;
            return true;
        }
        return oddi_parse_double(text, n, &out->f) && in_range(row, out->f);
    case ODD_PARAM_SIZE:
        return oddi_parse_size(text, n, &out->u) && in_range(row, (double)out->u);
    case ODD_PARAM_DURATION:
        return oddi_parse_duration(text, n, &out->i) && in_range(row, (double)out->i);
    case ODD_PARAM_CHOICE:
        out->i = row->choices ? oddi_choices_find(row->choices, text) : -1;
        return out->i >= 0;
    default:
        out->text = text;
        return true;
    }
}

/* "64k" rather than 65536, as a user would type it. */
static void add_size(struct oddi_buf *b, uint64_t bytes)
{
    static const char suffix[] = "kMGT";
    char text[ODDI_NUM_MAX];
    int power = -1;
    while (power < 3 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        power++;
    }
    oddi_buf_add(b, text, oddi_format_u64(text, bytes));
    if (power >= 0)
        oddi_buf_char(b, suffix[power]);
}

static void add_limit(struct oddi_buf *b, enum odd_param_type type, double v)
{
    char text[ODDI_NUM_MAX];
    if (type == ODD_PARAM_SIZE)
        add_size(b, v > 0 ? (uint64_t)v : 0);
    else if (type == ODD_PARAM_DURATION)
        oddi_buf_add(b, text, oddi_format_duration(text, (int64_t)v));
    else if (type == ODD_PARAM_INT)
        oddi_buf_add(b, text, oddi_format_i64(text, (int64_t)v));
    else
        oddi_buf_add(b, text, oddi_format_double(text, v, 12));
}

static void add_range(struct oddi_buf *b, const struct odd_param *row)
{
    bool low = row->min > -NO_LIMIT, high = row->max < NO_LIMIT, positive = false;
    if (row->min > row->max)
        return;
    if (row->type == ODD_PARAM_FLOAT) {
        positive = row->min > 0 && row->min <= ABOVE_ZERO;
        low = row->min > -NO_DECIMAL;
        high = row->max < NO_DECIMAL;
    }
    if (positive)
        oddi_buf_str(b, " above 0");
    else if (low) {
        oddi_buf_str(b, high ? " from " : " of at least ");
        add_limit(b, row->type, row->min);
    }
    if (high) {
        oddi_buf_str(b, positive ? " and up to " : low ? " to " : " of at most ");
        add_limit(b, row->type, row->max);
    }
}

/* "standard, robust or none" */
static void add_choices(struct oddi_buf *b, const char *choices)
{
    size_t n = oddi_choices_count(choices), len = 0;
    for (size_t i = 0; i < n; i++) {
        const char *choice = oddi_choices_get(choices, i, &len);
        oddi_buf_str(b, i == 0 ? "" : i + 1 == n ? " or " : ", ");
        oddi_buf_add(b, choice, len);
    }
}

static const char *suggest_choice(const char *choices, const char *word, struct oddi_buf *names)
{
    const char *list[MAX_CHOICES], *choice;
    size_t offsets[MAX_CHOICES], n = 0, len;
    for (; n < MAX_CHOICES && (choice = oddi_choices_get(choices, n, &len)); n++) {
        offsets[n] = names->size;
        oddi_buf_add(names, choice, len);
        oddi_buf_char(names, '\0');
    }
    if (!oddi_buf_ok(names))
        return NULL;
    for (size_t i = 0; i < n; i++)
        list[i] = names->data + offsets[i];
    return oddi_suggest(word, list, n);
}

static void add_expectation(struct oddi_buf *b, const struct odd_param *row)
{
    switch (row->type) {
    case ODD_PARAM_BOOL:
        oddi_buf_str(b, "yes or no");
        break;
    case ODD_PARAM_INT:
        oddi_buf_str(b, "a whole number");
        break;
    case ODD_PARAM_FLOAT:
        if (row->choices) {
            oddi_buf_str(b, row->choices);
            oddi_buf_str(b, " or ");
        }
        oddi_buf_str(b, "a number");
        break;
    case ODD_PARAM_SIZE:
        oddi_buf_str(b, "a size such as 64k or 1G,");
        break;
    case ODD_PARAM_DURATION:
        oddi_buf_str(b, "a duration such as 90s or 1h30m,");
        break;
    default:
        if (row->choices)
            add_choices(b, row->choices);
        return;
    }
    if (row->type != ODD_PARAM_BOOL)
        add_range(b, row);
}

static enum odd_status complain(const struct odd_param *row, const char *text, bool dashes,
                                struct odd_error *err)
{
    struct oddi_buf b, names;
    const char *near = NULL;
    oddi_buf_init(&b, MAX_SENTENCE);
    oddi_buf_init(&names, MAX_SENTENCE);
    add_expectation(&b, row);
    if (b.size > 0 && b.data[b.size - 1] == ',')
        b.size--; /* no range followed */
    if (row->type == ODD_PARAM_CHOICE && row->choices)
        near = suggest_choice(row->choices, text, &names);
    enum odd_status status =
        oddi_fail(err, ODD_ERR_USAGE, "%s%s must be %s, not '%.80s%s'%s%s%s", dashes ? "--" : "", row->name,
                  oddi_buf_cstr(&b), text, strnlen(text, 81) > 80 ? "..." : "",
                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    oddi_buf_free(&names);
    oddi_buf_free(&b);
    return status;
}

enum odd_status oddi_param_parse(const struct odd_param *row, const char *text, bool dashes,
                                 union oddi_value *out, struct odd_error *err)
{
    union oddi_value value;
    memset(&value, 0, sizeof value); /* all bytes: a caller may look at any member */
    if (!text && row->type == ODD_PARAM_BOOL)
        value.flag = true;
    else if (text && !parse_value(row, text, &value))
        return complain(row, text, dashes, err);
    *out = value;
    return ODD_OK;
}
