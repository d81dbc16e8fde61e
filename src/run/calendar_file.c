#include "run/calendar_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/input.h"
#include "base/mem.h"
#include "run/plan.h"

#define MOST_ZONES 64

/* Zones that the file names, each read once. */
struct zones {
    struct oddi_zone *zone[MOST_ZONES];
    char *name[MOST_ZONES];
    size_t n;
};

static enum odd_status find_zone(void *ctx, const char *name, const struct oddi_zone **out,
                                 struct odd_error *err)
{
    struct zones *z = ctx;

    for (size_t i = 0; i < z->n; i++)
        if (strcmp(z->name[i], name) == 0) {
            *out = z->zone[i];
            return ODD_OK;
        }
    if (z->n == MOST_ZONES)
        return oddi_fail(err, ODD_ERR_LIMIT, "more than %d zones", MOST_ZONES);
    ODDI_TRY(oddi_plan_zone(name, &z->zone[z->n], err));
    *out = z->zone[z->n];
    z->name[z->n++] = strdup(name);
    return z->name[z->n - 1] ? ODD_OK : oddi_fail_memory(err);
}

static void free_zones(struct zones *z)
{
    for (size_t i = 0; i < z->n; i++) {
        oddi_zone_free(z->zone[i]);
        free(z->name[i]);
    }
}

/* One byte more than a calendar may have is enough to refuse it by. */
static enum odd_status read_whole(struct oddi_input *in, struct oddi_buf *out, struct odd_error *err)
{
    size_t got = 1;

    while (got > 0 && out->size <= ODDI_ICAL_MAX_BYTES) {
        char *to = oddi_buf_reserve(out, 65536);

        if (!to)
            return oddi_fail_memory(err);
        ODDI_TRY(oddi_input_read(in, to, 65536, &got, err));
        out->size += got;
    }
    return ODD_OK;
}

static enum odd_status read_file(const char *path, struct oddi_buf *out, struct odd_error *err)
{
    struct oddi_input *in = NULL;
    enum odd_status status;

    if (strcmp(path, "-") == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "--calendar must be a file, not standard input");
    ODDI_TRY(oddi_input_open(path, &in, err));
    status = read_whole(in, out, err);
    oddi_input_close(in);
    return status;
}

static enum odd_status make(const struct oddi_ical *c, const char *path, int64_t first, int64_t last,
                            struct oddi_calendar **out, struct odd_error *err)
{
    *out = oddi_calloc_array(1, sizeof **out);
    if (!*out)
        return oddi_fail_memory(err);
    return oddi_calendar_make(c, path, first, last, last + ODDI_CALENDAR_AHEAD, *out, err);
}

enum odd_status oddi_calendar_read(const char *path, const struct oddi_zone *zone, int64_t first,
                                   int64_t last, struct oddi_calendar **out, struct odd_error *err)
{
    struct zones zones = {.n = 0};
    const struct oddi_ical_options o = {
        .zone = zone, .find_zone = find_zone, .ctx = &zones, .from = first, .to = last + ODDI_CALENDAR_AHEAD};
    struct oddi_ical ical = {.n_names = 0};
    struct oddi_buf file;
    enum odd_status status;

    *out = NULL;
    oddi_buf_init(&file, 0);
    status = read_file(path, &file, err);
    if (status == ODD_OK)
        status = oddi_ical_read(file.size ? file.data : "", file.size, path, &o, &ical, err);
    if (status == ODD_OK)
        status = make(&ical, path, first, last, out, err);
    if (status != ODD_OK) {
        oddi_calendar_free(*out);
        *out = NULL;
    }
    oddi_ical_clear(&ical);
    oddi_buf_free(&file);
    free_zones(&zones);
    return status;
}
