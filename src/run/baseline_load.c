#include "run/baseline_load.h"

#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/mem.h"

#define STEP ((size_t)1 << 20) /* where the input does not know its size */

struct whole {
    char *data;
    size_t size, capacity;
};

/* Fresh memory is what loading costs most: asked for at once, and in large pages. */
static enum odd_status reserve(struct whole *to, size_t capacity, struct odd_error *err)
{
    char *data;

    if (capacity <= to->capacity)
        return ODD_OK;
    data = oddi_malloc_big(capacity);
    if (!data)
        return oddi_fail_memory(err);
    if (to->size)
        memcpy(data, to->data, to->size);
    free(to->data);
    to->data = data;
    to->capacity = capacity;
    return ODD_OK;
}

static enum odd_status read_whole(struct oddi_input *in, struct whole *to, struct odd_error *err)
{
    uint64_t done, total;
    size_t got = 1;

    oddi_input_progress(in, &done, &total);
    if (total < ODDI_BASE_MAX_FILE)
        ODDI_TRY(reserve(to, (size_t)total + 1, err));
    while (got > 0) {
        if (to->size == to->capacity)
            ODDI_TRY(reserve(to, to->capacity + to->capacity / 2 + STEP, err));
        ODDI_TRY(oddi_input_read(in, to->data + to->size, to->capacity - to->size, &got, err));
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
    struct whole file = {0};
    enum odd_status status;

    *b = (struct oddi_baseline){0};
    if (strcmp(path, "-") == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a baseline must be a file, not standard input");
    ODDI_TRY(oddi_input_open(path, &in, err));
    status = read_whole(in, &file, err);
    if (status == ODD_OK)
        status = oddi_baseline_read(b, path, file.data, file.size, err);
    free(file.data);
    oddi_input_close(in);
    return status;
}
