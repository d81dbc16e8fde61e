/* Any bytes as a baseline file: refused, or safe to judge by and written back to the same bytes. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32c.h"
#include "baseline/change.h"
#include "baseline/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge_plans(const struct oddi_baseline *b, const struct oddi_base_plan *plans, size_t n)
{
    static double x[ODDI_BASE_MAX_FEATURES];

    for (size_t i = 0; i < n; i++) {
        const struct oddi_base_plan *p = &plans[i];
        struct oddi_row_key key = {.hour = 23, .weekday = 6};
        struct oddi_judgement j;

        oddi_base_judge(p, b->kappa, p->n_sample ? p->key : &key, x, &j);
        if (isnan(j.ln_p) || isnan(j.ln_rank) || j.model >= p->tree.n_models)
            abort();
    }
}

static void judge(const struct oddi_baseline *b)
{
    judge_plans(b, b->plans, b->n_plans);
    for (size_t i = 0; i < b->n_accepted; i++)
        judge_plans(b, b->accepted[i].plans, b->accepted[i].n_plans);
}

/* All that can be undone is, the newest first; what comes of it can be written. */
static void change(struct oddi_baseline *b)
{
    const struct oddi_change_note note = {.command = "revert", .what = "undone"};
    uint32_t last = b->n_changes ? b->changes[b->n_changes - 1].number : 0;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf out;

    for (uint32_t i = 0; i < 8 && i < last; i++)
        if (oddi_base_revert(b, last - i, &note, &err) == ODD_ERR_MEMORY)
            abort();
    oddi_buf_init(&out, 0);
    if (oddi_baseline_write(b, &out, &err) != ODD_OK)
        abort();
    oddi_buf_free(&out);
}

static void read(const uint8_t *data, size_t size)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_baseline b;
    struct oddi_buf out;

    if (oddi_baseline_read(&b, "fuzz", data, size, &err) != ODD_OK)
        return;
    judge(&b);
    change(&b);
    oddi_baseline_clear(&b);
    if (oddi_baseline_read(&b, "fuzz", data, size, &err) != ODD_OK)
        abort();
    oddi_buf_init(&out, 0);
    if (oddi_baseline_write(&b, &out, &err) != ODD_OK)
        abort();
    if (b.file_version == ODDI_BASE_VERSION && (out.size != size || memcmp(out.data, data, size) != 0))
        abort();
    oddi_buf_free(&out);
    oddi_baseline_clear(&b);
}

/* As it is, and with a right header, so that the checksum does not hide what is behind it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy;
    uint64_t body = size > ODDI_BASE_HEADER ? size - ODDI_BASE_HEADER : 0;

    read(data, size);
    if (body == 0)
        return 0;
    copy = malloc(size);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    memcpy(copy, ODDI_BASE_MAGIC, 8);
    for (int i = 0; i < 4; i++) {
        copy[8 + i] = (uint8_t)(ODDI_BASE_VERSION >> (8 * i));
        copy[12 + i] = (uint8_t)(oddi_crc32c(data + ODDI_BASE_HEADER, body) >> (8 * i));
    }
    for (int i = 0; i < 8; i++)
        copy[16 + i] = (uint8_t)(body >> (8 * i));
    read(copy, size);
    free(copy);
    return 0;
}
