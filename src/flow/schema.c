#include "flow/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/param.h"
#include "flow/name.h"

#define MAX_COLUMNS 4096

/* ---- names ---------------------------------------------------------------------------------------------------- */

struct text {
    const char *s;
    size_t n;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text trim(struct text t)
{
    while (t.n && is_blank(t.s[0])) {
        t.s++;
        t.n--;
    }
    while (t.n && is_blank(t.s[t.n - 1]))
        t.n--;
    return t;
}

static struct text header_name(const char *const *names, const size_t *lengths, size_t i)
{
    struct text t = {names[i], strnlen(names[i], lengths[i])};

    if (i == 0 && t.n >= 3 && memcmp(t.s, "\xef\xbb\xbf", 3) == 0) {
        t.s += 3;
        t.n -= 3;
    }
    return trim(t);
}

/* The pointers and the texts they point to share one allocation. */
static bool copy_names(struct oddi_schema *s, const char *const *names, const size_t *lengths, size_t n)
{
    size_t bytes = n * sizeof *s->names;
    char *at;

    for (size_t i = 0; i < n; i++) {
        size_t need = header_name(names, lengths, i).n + 1;

        if (need > SIZE_MAX - bytes)
            return false;
        bytes += need;
    }
    s->names = oddi_malloc_array(bytes, 1);
    if (!s->names)
        return false;
    at = (char *)(s->names + n);
    for (size_t i = 0; i < n; i++) {
        struct text t = header_name(names, lengths, i);

        s->names[i] = at;
        if (t.n)
            memcpy(at, t.s, t.n);
        at[t.n] = 0;
        at += t.n + 1;
    }
    return true;
}

/* Index of the column called exactly `t`, else (if `loose`) equal but for case and separators; n_columns if none. */
static size_t find_column(const struct oddi_schema *s, struct text t, bool loose)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        size_t n = strlen(s->names[i]);

        if (loose ? oddi_name_equal(s->names[i], n, t.s, t.n) : n == t.n && memcmp(s->names[i], t.s, n) == 0)
            return i;
    }
    return s->n_columns;
}

static size_t find_column_any(const struct oddi_schema *s, struct text t)
{
    size_t i = find_column(s, t, false);

    return i < s->n_columns ? i : find_column(s, t, true);
}

/* ---- which column is which field ------------------------------------------------------------------------------ */

/* UniRec calls the initiator's side BYTES and PACKETS, names that mean the total elsewhere: its reverse columns tell. */
static enum oddi_field field_here(const struct oddi_schema *s, enum oddi_field field)
{
    static const struct {
        enum oddi_field total, initiator;
        const char *reverse;
    } rules[] = {
        {ODDI_BYTES, ODDI_SRC_BYTES, "BYTES_REV"},
        {ODDI_PKTS, ODDI_SRC_PKTS, "PACKETS_REV"},
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct text reverse = {rules[i].reverse, strlen(rules[i].reverse)};

        if (field == rules[i].total && find_column(s, reverse, true) < s->n_columns)
            return rules[i].initiator;
    }
    return field;
}

static struct oddi_name_match match_column(const struct oddi_schema *s, size_t i)
{
    struct oddi_name_match m = oddi_name_find(s->names[i], strlen(s->names[i]));

    if (m.field == ODDI_BYTES || m.field == ODDI_PKTS)
        m.field = field_here(s, m.field);
    return m;
}

static struct oddi_recipe column_recipe(enum oddi_type type, size_t column, double divisor)
{
    return (struct oddi_recipe){ODDI_COLUMN, type, (uint32_t)column, (uint32_t)column, divisor, divisor};
}

static void assign(struct oddi_schema *s, enum oddi_field field, size_t column, double divisor)
{
    struct oddi_recipe *r = &s->recipes[field];

    if (r->how == ODDI_COLUMN && s->fields[r->a] == field)
        s->fields[r->a] = ODDI_NO_FIELD;
    s->fields[column] = field;
    *r = column_recipe(oddi_field_row(field)->type, column, divisor);
}

/* Of several columns that spell one field, the best spelling has it; of equal ones, the first. */
static void assign_by_name(struct oddi_schema *s)
{
    uint32_t rank[ODDI_N_FIELDS];

    for (size_t i = 0; i < s->n_columns; i++) {
        struct oddi_name_match m = match_column(s, i);

        if (m.field == ODDI_NO_FIELD)
            continue;
        if (s->recipes[m.field].how == ODDI_COLUMN && rank[m.field] <= m.rank)
            continue;
        rank[m.field] = m.rank;
        assign(s, m.field, i, m.divisor);
    }
}

/* ---- what is not a column -------------------------------------------------------------------------------------- */

static bool has(const struct oddi_schema *s, enum oddi_field field)
{
    return s->recipes[field].how == ODDI_COLUMN;
}

static void derive(struct oddi_schema *s, enum oddi_field field, enum oddi_how how, enum oddi_field a,
                   enum oddi_field b)
{
    const struct oddi_recipe *ra = &s->recipes[a], *rb = &s->recipes[b];

    if (s->recipes[field].how == ODDI_ABSENT && has(s, a) && has(s, b))
        s->recipes[field] =
            (struct oddi_recipe){how, oddi_field_row(field)->type, ra->a, rb->a, ra->div_a, rb->div_a};
}

/* A record of these exporters is one direction of traffic: what its initiator sent is all there is. */
static bool is_one_way(const struct oddi_schema *s, enum oddi_field field)
{
    const char *name = s->names[s->recipes[field].a];
    struct oddi_name_match m = oddi_name_find(name, strlen(name));

    return m.spelling &&
           (strcmp(m.spelling->dialect, "ipfix") == 0 || strcmp(m.spelling->dialect, "nfdump") == 0);
}

static void derive_total(struct oddi_schema *s, enum oddi_field total, enum oddi_field src,
                         enum oddi_field dst)
{
    derive(s, total, ODDI_SUM, src, dst);
    derive(s, dst, ODDI_DIFFERENCE, total, src);
    derive(s, src, ODDI_DIFFERENCE, total, dst);
    if (s->recipes[total].how == ODDI_ABSENT && has(s, src) && is_one_way(s, src))
        s->recipes[total] = s->recipes[src];
}

static void derive_all(struct oddi_schema *s)
{
    derive_total(s, ODDI_BYTES, ODDI_SRC_BYTES, ODDI_DST_BYTES);
    derive_total(s, ODDI_PKTS, ODDI_SRC_PKTS, ODDI_DST_PKTS);
    derive(s, ODDI_DURATION, ODDI_ELAPSED, ODDI_TS_END, ODDI_TS_START);
}

/* ---- complaints -------------------------------------------------------------------------------------------------- */

/* A name for a message: cut, and without control characters, for it comes from the input. */
struct printable {
    char s[64];
};

static struct printable printable(struct text t)
{
    struct printable p;
    size_t n = t.n < sizeof p.s ? t.n : sizeof p.s - 1;

    for (size_t i = 0; i < n; i++)
        p.s[i] = (unsigned char)t.s[i] < 0x20 || t.s[i] == 0x7f ? '?' : t.s[i];
    p.s[n] = 0;
    return p;
}

static struct text text_of(const char *s)
{
    return (struct text){s, strlen(s)};
}

/* "StartTime, Dur, Proto and 12 more" */
static void list_columns(const struct oddi_schema *s, char *out, size_t size)
{
    size_t used = 0;

    out[0] = 0;
    for (size_t i = 0; i < s->n_columns; i++) {
        struct printable p = printable(text_of(s->names[i]));

        if (used + strlen(p.s) + 32 > size) {
            snprintf(out + used, size - used, " and %zu more", s->n_columns - i);
            return;
        }
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", p.s);
    }
}

/* The nearest of the columns (if wanted) and the canonical names; NULL if none is near. False on memory. */
static bool suggest(const struct oddi_schema *s, struct text word, bool columns, bool fields,
                    const char **near)
{
    size_t n = 0;
    const char **candidates = oddi_malloc_array(s->n_columns + ODDI_N_FIELDS, sizeof *candidates);
    struct printable p = printable(word);

    if (!candidates)
        return false;
    for (size_t i = 0; columns && i < s->n_columns; i++)
        candidates[n++] = s->names[i];
    for (int i = 0; fields && i < ODDI_N_FIELDS; i++)
        candidates[n++] = oddi_field_row((enum oddi_field)i)->name;
    *near = oddi_suggest(p.s, candidates, n);
    free(candidates);
    return true;
}

/* what: "field or column" */
static enum odd_status unknown_name(const struct oddi_schema *s, struct text name, const char *what,
                                    bool columns, bool fields, struct odd_error *err)
{
    char list[300];
    const char *near;

    if (!suggest(s, name, columns, fields, &near))
        return oddi_fail_memory(err);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "there is no %s '%s'; did you mean '%s'?", what,
                         printable(name).s, printable(text_of(near)).s);
    if (!columns || s->n_columns == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "there is no %s '%s'", what, printable(name).s);
    list_columns(s, list, sizeof list);
    return oddi_fail(err, ODD_ERR_USAGE, "there is no %s '%s'; the columns are %s", what, printable(name).s,
                     list);
}

static enum odd_status absent_field(const struct oddi_schema *s, const char *name, enum oddi_field field,
                                    struct odd_error *err)
{
    const struct oddi_field_row *row = oddi_field_row(field);
    char list[300];

    list_columns(s, list, sizeof list);
    if (strcmp(row->name, name) == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "the input has no %s; its columns are %s", row->name, list);
    return oddi_fail(err, ODD_ERR_USAGE, "the input has no '%s' (%s); its columns are %s",
                     printable(text_of(name)).s, row->name, list);
}

/* ---- maps ---------------------------------------------------------------------------------------------------------- */

/* The divisor of the column's own spelling if it spells this field, else that of the spelling the user chose. */
static double map_divisor(const struct oddi_schema *s, size_t column, const struct oddi_name_match *key)
{
    struct oddi_name_match own = match_column(s, column);

    return own.field == key->field ? own.divisor : key->divisor;
}

static enum odd_status apply_map(struct oddi_schema *s, const char *map, struct odd_error *err)
{
    const char *equals = strchr(map, '=');
    struct text key, name;
    struct oddi_name_match match;
    size_t column;

    if (!equals)
        return oddi_fail(err, ODD_ERR_USAGE, "a map must be 'field=Column', not '%s'",
                         printable(text_of(map)).s);
    key = trim((struct text){map, (size_t)(equals - map)});
    name = trim(text_of(equals + 1));
    match = oddi_name_find(key.s, key.n);
    if (match.field == ODDI_NO_FIELD)
        return unknown_name(s, key, "field", false, true, err);
    column = find_column_any(s, name);
    if (column == s->n_columns)
        return unknown_name(s, name, "column", true, false, err);
    assign(s, match.field, column, map_divisor(s, column, &match));
    return ODD_OK;
}

/* ---- the schema ------------------------------------------------------------------------------------------------------ */

static void start_recipes(struct oddi_schema *s)
{
    for (int i = 0; i < ODDI_N_FIELDS; i++)
        s->recipes[i] =
            (struct oddi_recipe){ODDI_ABSENT, oddi_field_row((enum oddi_field)i)->type, 0, 0, 1, 1};
    for (size_t i = 0; i < s->n_columns; i++)
        s->fields[i] = ODDI_NO_FIELD;
}

static enum odd_status build(struct oddi_schema *s, const char *const *names, const size_t *lengths,
                             const char *const *maps, size_t n_maps, struct odd_error *err)
{
    if (!copy_names(s, names, lengths, s->n_columns))
        return oddi_fail_memory(err);
    s->fields = oddi_malloc_array(s->n_columns, sizeof *s->fields);
    if (!s->fields)
        return oddi_fail_memory(err);
    start_recipes(s);
    assign_by_name(s);
    for (size_t i = 0; i < n_maps; i++)
        ODDI_TRY(apply_map(s, maps[i], err));
    derive_all(s);
    return ODD_OK;
}

enum odd_status oddi_schema_init(struct oddi_schema *s, const char *const *names, const size_t *lengths,
                                 size_t n, const char *const *maps, size_t n_maps, struct odd_error *err)
{
    enum odd_status status;

    memset(s, 0, sizeof *s);
    if (n > MAX_COLUMNS)
        return oddi_fail(err, ODD_ERR_LIMIT, "the header has %zu columns; at most %d are read", n,
                         MAX_COLUMNS);
    s->n_columns = n;
    status = build(s, names, lengths, maps, n_maps, err);
    if (status != ODD_OK)
        oddi_schema_clear(s);
    return status;
}

void oddi_schema_clear(struct oddi_schema *s)
{
    free(s->names);
    free(s->fields);
    memset(s, 0, sizeof *s);
}

/* A column by its own name: as the field it is, else as what its name spells, else as a plain number. */
static void resolve_column(const struct oddi_schema *s, size_t i, struct oddi_recipe *out,
                           const char **canonical)
{
    enum oddi_field field = s->fields[i];
    struct oddi_name_match m = match_column(s, i);

    *canonical = s->names[i];
    if (field != ODDI_NO_FIELD) {
        *out = s->recipes[field];
        *canonical = oddi_field_row(field)->name;
    } else if (m.field != ODDI_NO_FIELD) {
        *out = column_recipe(oddi_field_row(m.field)->type, i, m.divisor);
    } else {
        *out = column_recipe(ODDI_TYPE_NUMBER, i, 1);
    }
}

enum odd_status oddi_schema_resolve(const struct oddi_schema *s, const char *name, struct oddi_recipe *out,
                                    const char **canonical, struct odd_error *err)
{
    struct text word = trim(text_of(name));
    size_t column = find_column(s, word, false);
    enum oddi_field field = oddi_field_find(word.s, word.n, NULL);
    const char *unused;

    if (!canonical)
        canonical = &unused;
    if (column == s->n_columns && field != ODDI_NO_FIELD && s->recipes[field].how != ODDI_ABSENT) {
        *out = s->recipes[field];
        *canonical = oddi_field_row(field)->name;
        return ODD_OK;
    }
    if (column == s->n_columns)
        column = find_column(s, word, true);
    if (column < s->n_columns) {
        resolve_column(s, column, out, canonical);
        return ODD_OK;
    }
    return field != ODDI_NO_FIELD ? absent_field(s, name, field, err)
                                  : unknown_name(s, word, "field or column", true, true, err);
}
