/* Headers, maps and names: line 1 is the header (its first byte the separator), lines with '=' are maps, the rest are
 * names to resolve. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "flow/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PARTS 300

struct parts {
    const char *s[MAX_PARTS];
    size_t n[MAX_PARTS], count;
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void split(const char *s, size_t n, char separator, struct parts *out)
{
    const char *end = s + n;

    out->count = 0;
    while (out->count < MAX_PARTS) {
        const char *stop = s < end ? memchr(s, separator, (size_t)(end - s)) : NULL;

        out->s[out->count] = s;
        out->n[out->count++] = (size_t)((stop ? stop : end) - s);
        if (!stop)
            return;
        s = stop + 1;
    }
}

static void check_recipe(const struct oddi_schema *s, const struct oddi_recipe *r)
{
    require(r->how == ODDI_ABSENT ||
            (r->a < s->n_columns && r->b < s->n_columns && r->div_a > 0 && r->div_b > 0));
}

static void check_schema(const struct oddi_schema *s)
{
    for (int i = 0; i < ODDI_N_FIELDS; i++)
        check_recipe(s, &s->recipes[i]);
    for (size_t i = 0; i < s->n_columns; i++) {
        struct oddi_recipe r;
        const char *canonical;

        require(s->fields[i] <= ODDI_NO_FIELD);
        require(oddi_schema_resolve(s, s->names[i], &r, &canonical, NULL) == ODD_OK);
        require(r.how == ODDI_COLUMN && canonical);
        check_recipe(s, &r);
    }
}

static void check_name(const struct oddi_schema *s, const char *name)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_recipe r;
    enum odd_status status = oddi_schema_resolve(s, name, &r, NULL, &err);

    require(status == ODD_OK || (status == ODD_ERR_USAGE && err.message[0]));
    if (status == ODD_OK)
        check_recipe(s, &r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parts lines, names;
    struct oddi_schema s;
    struct odd_error err = ODD_ERROR_INIT;
    char *copies[MAX_PARTS];
    const char *maps[MAX_PARTS];
    size_t n_maps = 0;

    if (size < 2)
        return 0;
    split((const char *)data + 1, size - 1, '\n', &lines);
    split(lines.s[0], lines.n[0], (char)data[0], &names);
    for (size_t i = 0; i < lines.count; i++) {
        copies[i] = strndup(lines.s[i], lines.n[i]);
        if (i && copies[i] && strchr(copies[i], '='))
            maps[n_maps++] = copies[i];
    }
    if (oddi_schema_init(&s, names.s, names.n, names.count, maps, n_maps, &err) == ODD_OK) {
        check_schema(&s);
        for (size_t i = 1; i < lines.count; i++)
            if (copies[i] && !strchr(copies[i], '='))
                check_name(&s, copies[i]);
        oddi_schema_clear(&s);
    } else {
        require(err.status == ODD_ERR_USAGE && err.message[0]);
    }
    for (size_t i = 0; i < lines.count; i++)
        free(copies[i]);
    return 0;
}
