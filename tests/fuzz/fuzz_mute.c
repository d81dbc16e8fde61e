/* The text of mute rules: what is refused has a line and a sentence, what is read judges the sample's rows the same twice. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/expr/sample.h"
#include "alert/mute.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_NEEDS 64

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Every need is a column of the sample. */
static bool bind(struct sample *s, struct oddi_column *columns, uint32_t *map, const struct oddi_mute *m,
                 struct oddi_expr_input *in)
{
    const struct oddi_expr_need *needs;
    size_t n = oddi_mute_needs(m, &needs);

    if (n > MAX_NEEDS)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct oddi_expr_input one;
        uint32_t first;

        if (needs[i].field == ODDI_NO_FIELD) {
            map[i] = UINT32_MAX;
            continue;
        }
        sample_bind(s, &needs[i], 1, &one, &first);
        columns[i] = s->columns[0];
        map[i] = (uint32_t)i;
    }
    *in = (struct oddi_expr_input){columns, map, s->text, 1312969560000000000};
    return true;
}

static void judge(struct oddi_mute *m)
{
    static struct sample s;
    struct oddi_column columns[MAX_NEEDS];
    uint32_t map[MAX_NEEDS];
    struct oddi_expr_input in;
    bool a[SAMPLE_ROWS], b[SAMPLE_ROWS];
    uint64_t n = 0, sum = 0;

    sample_make(&s);
    if (!bind(&s, columns, map, m, &in))
        return;
    oddi_mute_rows(m, "hosts", in.window_start, &in, SAMPLE_ROWS, a);
    oddi_mute_rows(m, "hosts", in.window_start, &in, SAMPLE_ROWS, b);
    require(memcmp(a, b, sizeof a) == 0);
    for (size_t i = 0; i < SAMPLE_ROWS; i++)
        n += a[i] + b[i];
    for (size_t k = 0; k < oddi_mute_size(m); k++) {
        const struct oddi_mute_rule *r = oddi_mute_rule(m, k);

        require(r->owner && r->owner[0] && r->reason && r->reason[0] && r->line > 0);
        sum += oddi_mute_count(m, k)->muted;
    }
    require(sum == n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"peers", "score"};
    static const struct oddi_mute_options options = {.name = "fuzz", .names = names, .n_names = 2};
    struct oddi_mute *m;
    struct odd_error err = ODD_ERROR_INIT;
    char show[200];

    if (oddi_mute_new((const char *)data, size, &options, &m, show, sizeof show, &err) == ODD_OK) {
        judge(m);
        oddi_mute_free(m);
        return 0;
    }
    require(err.status != ODD_OK && err.message[0] && strlen(show) < sizeof show);
    require(err.status == ODD_ERR_MEMORY || err.line != 0);
    return 0;
}
