#include "command_table.h"

#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "say.h"

#define WIDTH 80

static const char *type_name(enum odd_param_type type)
{
    static const char *const names[] = {
        [ODD_PARAM_BOOL] = "bool",     [ODD_PARAM_INT] = "int",           [ODD_PARAM_FLOAT] = "float",
        [ODD_PARAM_SIZE] = "size",     [ODD_PARAM_DURATION] = "duration", [ODD_PARAM_TIME] = "time",
        [ODD_PARAM_STRING] = "string", [ODD_PARAM_CHOICE] = "choice",     [ODD_PARAM_LIST] = "list",
    };

    return names[type];
}

/* A JSON string; the texts of the tables are ours and ASCII. */
static void json_string(const char *s)
{
    if (!s) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            putchar('\\');
        if ((unsigned char)*s < 0x20)
            printf("\\u%04x", (unsigned)*s);
        else
            putchar(*s);
    }
    putchar('"');
}

static void json_member(const char *before, const char *key, const char *value)
{
    printf("%s\"%s\":", before, key);
    json_string(value);
}

static void json_params(const struct odd_entry *e)
{
    fputs(",\"params\":[", stdout);
    for (size_t i = 0; i < e->n_params; i++) {
        const struct odd_param *row = &e->params[i];

        json_member(i ? ",{" : "{", "name", row->name);
        json_member(",", "type", type_name(row->type));
        json_member(",", "default", row->default_value);
        if (row->min <= row->max)
            printf(",\"min\":%.17g,\"max\":%.17g", row->min, row->max);
        json_member(",", "choices", row->choices);
        json_member(",", "unit", row->unit);
        json_member(",", "help", row->help);
        putchar('}');
    }
    putchar(']');
}

static void json_spellings(size_t field)
{
    const char *name, *dialect;

    fputs(",\"spellings\":[", stdout);
    for (size_t k = 0; odd_field_spelling(field, k, &name, &dialect); k++) {
        json_member(k ? ",{" : "{", "name", name);
        json_member(",", "dialect", dialect);
        putchar('}');
    }
    putchar(']');
}

static void print_json(enum odd_table table, size_t i, const struct odd_entry *e)
{
    const char *unit;

    json_member("{", "name", e->name);
    json_member(",", "summary", e->summary);
    if (table == ODD_TABLE_FIELDS && odd_field_unit(i, &unit)) {
        json_member(",", "type", e->details);
        json_member(",", "unit", unit);
        json_spellings(i);
    } else {
        json_member(",", "details", e->details);
        json_params(e);
    }
    fputs("}\n", stdout);
}

static void print_spellings(size_t field)
{
    char text[2048];
    const char *name, *dialect;
    size_t size = 0;

    for (size_t k = 0; odd_field_spelling(field, k, &name, &dialect) && size < sizeof text - 80; k++)
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%.40s (%.20s)", k ? ", " : "", name,
                                 dialect);
    if (size == 0)
        return;
    printf("%14s", "");
    cli_wrap(stdout, text, 14, 14, WIDTH);
}

static void print_param(const struct odd_param *row)
{
    char left[64], text[640], limits[CLI_LIMITS_MAX];
    int at;

    cli_limits(row, limits);
    snprintf(left, sizeof left, "%s=%s", row->name, row->placeholder ? row->placeholder : "VALUE");
    snprintf(text, sizeof text, "%s%s%s%s", row->help, limits[0] ? " (" : "", limits, limits[0] ? ")" : "");
    at = printf("    %-22s ", left);
    cli_wrap(stdout, text, at, 27, WIDTH);
}

static void print_entry(enum odd_table table, size_t i, const struct odd_entry *e)
{
    const char *unit;
    int at = printf("%-12s  ", e->name);

    if (table == ODD_TABLE_FIELDS && odd_field_unit(i, &unit))
        at += printf("%s%s%s: ", e->details, unit[0] ? ", " : "", unit);
    cli_wrap(stdout, e->summary, at, 14, WIDTH);
    if (table == ODD_TABLE_FIELDS) {
        print_spellings(i);
        return;
    }
    if (e->details && e->details[0]) {
        printf("%14s", "");
        cli_wrap(stdout, e->details, 14, 14, WIDTH);
    }
    for (size_t k = 0; k < e->n_params; k++)
        print_param(&e->params[k]);
}

static void print_tables(void)
{
    const char *name;

    for (size_t i = 0; (name = cli_table_name(i)); i++) {
        enum odd_table table = ODD_TABLE_FIELDS;

        cli_table_find(name, strlen(name), &table);
        printf("%-10s  %3zu  %s\n", name, odd_table_size(table), cli_table_summary(i));
    }
}

static int unknown_table(const char *word)
{
    const char *names[16], *near;
    size_t n = 0;

    for (; n < 16 && cli_table_name(n); n++)
        names[n] = cli_table_name(n);
    near = odd_suggest(word, names, n);
    if (near)
        cli_say("there is no list of '%s'; did you mean '%s'?", word, near);
    else
        cli_say("there is no list of '%s'; 'oddflow list' shows the lists", word);
    return CLI_USAGE;
}

static int bad_output(const char *word)
{
    cli_say("--output of list must be table or ndjson, not '%s'", word);
    return CLI_USAGE;
}

static int run_list(const struct cli_command *command, const struct cli_args *args)
{
    const char *output = cli_args_get(args, "output", "table");
    bool json = strcmp(output, "ndjson") == 0;
    struct odd_entry e;
    enum odd_table table;

    if (!json && strcmp(output, "table") != 0)
        return bad_output(output);
    if (args->n_operands == 0) {
        print_tables();
        return CLI_DONE;
    }
    if (args->n_operands > 1) {
        cli_say("%s shows one list at a time, so '%s' has no place", command->name, args->operands[1]);
        return CLI_USAGE;
    }
    if (!cli_table_find(args->operands[0], strlen(args->operands[0]), &table))
        return unknown_table(args->operands[0]);
    for (size_t i = 0; odd_table_entry(table, i, &e); i++) {
        if (json)
            print_json(table, i, &e);
        else
            print_entry(table, i, &e);
    }
    return CLI_DONE;
}

static const struct odd_param rows[] = {
    {.name = "output",
     .type = ODD_PARAM_CHOICE,
     .letter = 'o',
     .default_value = "table",
     .choices = "table|ndjson",
     .placeholder = "FORMAT",
     .help = "format of the list",
     .group = "Output"},
    {.name = "help",
     .type = ODD_PARAM_BOOL,
     .letter = 'h',
     .help = "shows this help and exits",
     .group = "General"},
};

static const struct cli_example examples[] = {
    {"oddflow list fields", "the fields of a flow and their names in every dialect"},
    {"oddflow list detectors", "the detectors with their parameters, defaults and ranges"},
    {"oddflow list readers -o ndjson", "the input formats, one JSON object a line"},
};

const struct cli_command cli_list = {
    .name = "list",
    .operands = "[LIST]",
    .operand_choices = "fields|readers|scalers|detectors|outputs|attacks|presets",
    .summary = "lists fields, readers, scalers, detectors, outputs, attacks or presets",
    .about = "Shows what there is of one kind: fields, readers, scalers, detectors, outputs or attacks, with "
             "the parameters "
             "of each. Without LIST it shows the lists.",
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
    .own_options = rows,
    .n_own_options = sizeof rows / sizeof *rows,
    .run = run_list,
};
