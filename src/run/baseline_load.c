#include "run/baseline_load.h"

#include <string.h>

#include "base/input.h"

static enum odd_status read_whole(struct oddi_input *in, struct oddi_buf *to, struct odd_error *err)
{
    size_t got = 1, step = (size_t)1 << 20;

    while (got > 0) {
        char *at = oddi_buf_reserve(to, step);

        if (!at)
            return oddi_fail_memory(err);
        ODDI_TRY(oddi_input_read(in, at, step, &got, err));
        to->size += got;
        if (to->size > ODDI_BASE_MAX_FILE)
            return oddi_fail_at(err, ODD_ERR_LIMIT, oddi_input_name(in), ODD_NO_POSITION, ODD_NO_POSITION,
                                "is larger than a baseline may be (1 GiB)");
    }
    return ODD_OK;
}

enum odd_status oddi_baseline_load(struct oddi_baseline *b, const char *path, struct odd_error *err)
{
    struct oddi_input *in = NULL;
    struct oddi_buf file;
    enum odd_status status;

    *b = (struct oddi_baseline){0};
    if (strcmp(path, "-") == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a baseline must be a file, not standard input");
    ODDI_TRY(oddi_input_open(path, &in, err));
    oddi_buf_init(&file, 0);
    status = read_whole(in, &file, err);
    if (status == ODD_OK)
        status = oddi_baseline_read(b, path, file.data, file.size, err);
    oddi_buf_free(&file);
    oddi_input_close(in);
    return status;
}
