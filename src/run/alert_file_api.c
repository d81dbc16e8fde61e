/* odd_alert_file: files of alerts as the caller sees them. */
#include "oddflow/oddflow.h"

#include <string.h>

#include "alert/store.h"
#include "base/error.h"
#include "expr/function.h"
#include "flow/time.h"

struct odd_alert_file;

static struct oddi_alert_store *store(const odd_alert_file *file)
{
    return (struct oddi_alert_store *)(uintptr_t)file;
}

enum odd_status odd_alert_file_new(const char *text, size_t n, const char *name, odd_alert_file **out,
                                   struct odd_error *err)
{
    struct oddi_alert_store *s = NULL;

    *out = NULL;
    ODDI_TRY(oddi_alert_store_new(text, n, name, &s, err));
    *out = (odd_alert_file *)(void *)s;
    return ODD_OK;
}

void odd_alert_file_free(odd_alert_file *file)
{
    oddi_alert_store_free(store(file));
}

size_t odd_alert_file_size(const odd_alert_file *file)
{
    return oddi_alert_store_size(store(file));
}

bool odd_alert_file_get(const odd_alert_file *file, size_t i, struct odd_alert *alert)
{
    const struct oddi_stored_alert *a;

    if (i >= odd_alert_file_size(file) || alert->struct_size < sizeof *alert)
        return false;
    a = oddi_alert_store_at(store(file), i);
    *alert = (struct odd_alert){.struct_size = alert->struct_size,
                                .id = a->id,
                                .preset = a->preset,
                                .key = a->key,
                                .start = a->start,
                                .end = a->end,
                                .reason = a->reason,
                                .command = a->command,
                                .status = oddi_alert_status_name(a->status),
                                .because = a->because,
                                .marked = a->marked,
                                .score = a->score,
                                .windows = a->windows,
                                .count = a->count,
                                .line = a->line,
                                .line_size = a->line_size};
    return true;
}

static bool reads(const char *text, const char *pattern)
{
    return !pattern || oddi_glob(text, strlen(text), pattern, strlen(pattern));
}

bool odd_alert_file_chosen(const odd_alert_file *file, size_t i, const odd_options *options)
{
    const char *status = odd_options_get(options, "status");
    const struct oddi_stored_alert *a;

    if (i >= odd_alert_file_size(file))
        return false;
    a = oddi_alert_store_at(store(file), i);
    return (!status || strcmp(status, "all") == 0 ||
            strcmp(status, oddi_alert_status_name(a->status)) == 0) &&
           reads(a->key, odd_options_get(options, "entity")) &&
           reads(a->preset, odd_options_get(options, "preset"));
}

enum odd_status odd_alert_file_find(const odd_alert_file *file, const char *id, size_t *i,
                                    struct odd_error *err)
{
    return oddi_alert_store_find(store(file), id, i, err);
}

enum odd_status odd_alert_file_mark(odd_alert_file *file, size_t i, const char *status, const char *because,
                                    const char *when, struct odd_error *err)
{
    enum oddi_alert_status to = ODDI_ALERT_OPEN;
    int64_t marked = 0;

    if (i >= odd_alert_file_size(file))
        return oddi_fail(err, ODD_ERR_USAGE, "there is no alert %zu", i);
    while (to < ODDI_ALERT_DISMISSED && strcmp(status, oddi_alert_status_name(to)) != 0)
        to++;
    if (strcmp(status, oddi_alert_status_name(to)) != 0)
        return oddi_fail(err, ODD_ERR_USAGE, "an alert is open, confirmed or dismissed, not '%.40s'", status);
    if (to == ODDI_ALERT_OPEN)
        return oddi_alert_store_mark(store(file), i, to, "", 0, err);
    if (!because || !because[strspn(because, " \t")])
        return oddi_fail(err, ODD_ERR_USAGE, "say why: an alert is %s because of something", status);
    if (!when || !oddi_parse_time(when, strlen(when), NULL, &marked) || marked == ODDI_NO_TIME)
        return oddi_fail(err, ODD_ERR_USAGE, "'%.40s' is no time", when ? when : "");
    return oddi_alert_store_mark(store(file), i, to, because, marked, err);
}

enum odd_status odd_alert_file_write(const odd_alert_file *file, odd_write_fn write, void *ctx,
                                     struct odd_error *err)
{
    for (size_t i = 0; i < odd_alert_file_size(file); i++) {
        const struct oddi_stored_alert *a = oddi_alert_store_at(store(file), i);
        int e = write(ctx, a->line, a->line_size);

        if (!e)
            e = write(ctx, "\n", 1);
        if (e)
            return oddi_fail_errno(err, NULL, "write the alerts", e);
    }
    return ODD_OK;
}
