#include "describe.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *summary;
    enum odd_table table;
} tables[] = {
    {"fields", "what a flow has, with every spelling that is understood", ODD_TABLE_FIELDS},
    {"readers", "formats of input", ODD_TABLE_READERS},
    {"scalers", "ways to make features comparable", ODD_TABLE_SCALERS},
    {"detectors", "ways to find odd rows", ODD_TABLE_DETECTORS},
    {"outputs", "formats of results", ODD_TABLE_OUTPUTS},
    {"attacks", "attacks that the traffic generator plants", ODD_TABLE_ATTACKS},
    {"presets", "presets of detect and hunt", ODD_TABLE_PRESETS},
};
#define N_TABLES (sizeof tables / sizeof *tables)

const char *cli_table_name(size_t i)
{
    return i < N_TABLES ? tables[i].name : NULL;
}

const char *cli_table_summary(size_t i)
{
    return i < N_TABLES ? tables[i].summary : NULL;
}

bool cli_table_find(const char *name, size_t n, enum odd_table *table)
{
    for (size_t i = 0; i < N_TABLES; i++) {
        if (strlen(tables[i].name) == n && memcmp(tables[i].name, name, n) == 0) {
            *table = tables[i].table;
            return true;
        }
    }
    return false;
}

/* `details` = NULL: every row; else the rows with these details (of fields: their type). */
static void table_words(enum odd_table table, const char *details, cli_word_fn word, void *ctx)
{
    struct odd_entry entry;

    for (size_t i = 0; odd_table_entry(table, i, &entry); i++) {
        if (!details || (entry.details && strcmp(entry.details, details) == 0))
            word(ctx, entry.name, strlen(entry.name));
    }
}

void cli_choices(const char *choices, cli_word_fn word, void *ctx)
{
    while (choices && *choices) {
        size_t n = strcspn(choices, "|");
        enum odd_table table;

        if (n > 2 && choices[0] == '<' && cli_table_find(choices + 1, n - 2, &table))
            table_words(table, NULL, word, ctx);
        else if (n == 9 && strncmp(choices, "<numbers>", n) == 0)
            table_words(ODD_TABLE_FIELDS, "number", word, ctx);
        else
            word(ctx, choices, n);
        choices += n;
        choices += *choices == '|';
    }
}

struct scale {
    const char *unit;
    double size;
};

/* The value in the largest unit that divides it. */
static int in_units(char *out, size_t room, double v, const struct scale *scales)
{
    const struct scale *best = NULL;

    for (; scales->unit; scales++) {
        double times = v / scales->size;

        if (v != 0 && times >= 1 && times < 1e15 && times == (double)(int64_t)times)
            best = scales;
    }
    if (best)
        return snprintf(out, room, "%.17g%s", v / best->size, best->unit);
    return snprintf(out, room, "%.10g", v);
}

static void bound(char *out, size_t room, enum odd_param_type type, double v)
{
    static const struct scale counts[] = {{"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {NULL, 0}};
    static const struct scale sizes[] = {{"k", 1024}, {"M", 1048576}, {"G", 1073741824}, {NULL, 0}};
    static const struct scale times[] = {{"ns", 1},   {"us", 1e3},   {"ms", 1e6},    {"s", 1e9},
                                         {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}, {NULL, 0}};

    if (type == ODD_PARAM_SIZE)
        in_units(out, room, v, sizes);
    else if (type == ODD_PARAM_DURATION)
        in_units(out, room, v, times);
    else if (type == ODD_PARAM_INT)
        in_units(out, room, v, counts);
    else
        snprintf(out, room, "%.10g", v);
}

/* A bound that nobody meets: over a thousand million, 2^50 bytes, ten years. */
static bool is_distant(const struct odd_param *row)
{
    switch (row->type) {
    case ODD_PARAM_SIZE:
        return row->max >= 1125899906842624.0;
    case ODD_PARAM_DURATION:
        return row->max >= 3650 * 86400e9;
    default:
        return row->max > 999999999.0;
    }
}

static bool has_bounds(const struct odd_param *row)
{
    return row->min <= row->max && (row->type == ODD_PARAM_INT || row->type == ODD_PARAM_FLOAT ||
                                    row->type == ODD_PARAM_SIZE || row->type == ODD_PARAM_DURATION);
}

static void range(const struct odd_param *row, char *out, size_t room)
{
    char low[48], high[48];

    *out = '\0';
    if (!has_bounds(row))
        return;
    if (row->type == ODD_PARAM_FLOAT && row->min > 0 && row->min < 1e-100 && is_distant(row)) {
        snprintf(out, room, "above 0");
        return;
    }
    bound(low, sizeof low, row->type, row->min);
    bound(high, sizeof high, row->type, row->max);
    if (!is_distant(row))
        snprintf(out, room, "%s to %s", low, high);
    else if (row->min != 0)
        snprintf(out, room, "at least %s", low);
}

const char *cli_limits(const struct odd_param *row, char out[CLI_LIMITS_MAX])
{
    char limits[104];
    bool has_default = row->default_value && row->type != ODD_PARAM_BOOL;

    range(row, limits, sizeof limits);
    snprintf(out, CLI_LIMITS_MAX, "%s%s%s%s", has_default ? "default " : "",
             has_default ? row->default_value : "", has_default && limits[0] ? "; " : "", limits);
    return out;
}
