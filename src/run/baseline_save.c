#include "run/baseline_save.h"

#include <string.h>

#include "base/replace.h"
#include "baseline/file.h"
#include "flow/time.h"
#include "run/options.h"

enum odd_status oddi_change_note_fill(const odd_options *opt, struct oddi_change_note *note,
                                      struct odd_error *err)
{
    const char *time = oddi_options_value(opt, "time")->text;

    if (!time || !oddi_parse_time(time, strlen(time), NULL, &note->when) || note->when == ODDI_NO_TIME)
        return oddi_fail(err, ODD_ERR_USAGE, "--time must say when that was decided, such as 2025-03-20");
    note->owner = odd_options_get(opt, "owner");
    note->reason = odd_options_get(opt, "reason");
    return ODD_OK;
}

enum odd_status oddi_baseline_save(const struct oddi_baseline *b, const char *path, struct odd_error *err)
{
    struct oddi_buf file;
    enum odd_status status;

    oddi_buf_init(&file, 0);
    status = oddi_baseline_write(b, &file, err);
    if (status == ODD_OK)
        status = oddi_replace_file(path, file.data, file.size, err);
    oddi_buf_free(&file);
    return status;
}

enum odd_status oddi_baseline_tell(struct oddi_buf *out, odd_write_fn write, void *ctx, struct odd_error *err)
{
    int e;

    if (!oddi_buf_ok(out))
        return oddi_fail_memory(err);
    e = write(ctx, out->data, out->size);
    return e ? oddi_fail_errno(err, NULL, "write the output", e) : ODD_OK;
}
