/* Expressions: the first byte says what is wanted, the rest is the text. What parses prints, parses again to the same
 * text and has the same values; what does not has a fault within the text. */
#include <stdint.h>
#include <stdlib.h>

#include "../unit/expr/sample.h"
#include "expr/group_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_NEEDS 64
#define MAX_SLOTS 256

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Every need is a column of the sample; those of the input's own names share two. */
static bool bind(struct sample *s, struct oddi_column *columns, const struct oddi_expr_need *needs, size_t n,
                 struct oddi_expr_input *in, uint32_t *map)
{
    struct oddi_expr_input one;
    uint32_t first;

    if (n > MAX_NEEDS)
        return false;
    for (size_t i = 0; i < n; i++) {
        sample_bind(s, &needs[i], 1, &one, &first);
        columns[i] = s->columns[0];
        map[i] = (uint32_t)i;
    }
    *in = (struct oddi_expr_input){columns, map, s->text, 1312969560000000000};
    return true;
}

static void evaluate(const struct oddi_expr *e, char *out, size_t size)
{
    static struct sample s;
    struct oddi_column columns[MAX_NEEDS];
    uint32_t map[MAX_NEEDS];
    struct oddi_expr_input in;
    const struct oddi_expr_need *needs;
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    size_t width = oddi_expr_value_size(oddi_expr_type(e)), at = 0, n;

    sample_make(&s);
    require(oddi_program_new(&e, 1, &p, NULL) == ODD_OK);
    out[0] = '\0';
    n = oddi_program_needs(p, &needs);
    if (bind(&s, columns, needs, n, &in, map)) {
        require(oddi_evaluator_new(p, &ev, NULL) == ODD_OK);
        oddi_evaluate(ev, &in, 0, SAMPLE_ROWS);
        for (size_t i = 0; i < SAMPLE_ROWS && at + 1 < size; i++)
            at += oddi_expr_format(oddi_expr_type(e), (const char *)oddi_evaluator_result(ev, 0) + i * width,
                                   NULL, out + at, size - at);
        oddi_evaluator_free(ev);
    }
    oddi_program_free(p);
}

static void group_rows(const struct oddi_group_plan *plan, const struct oddi_group_input *window,
                       struct oddi_group_evaluator *ev, double *out)
{
    uint8_t approx[2];

    require(oddi_group_evaluate(ev, window, out, 1, approx, NULL) == ODD_OK);
    for (size_t g = 0; g < 2; g++) {
        uint32_t r = oddi_group_witness(ev, g, 0);

        require(r == UINT32_MAX || r < SAMPLE_ROWS);
    }
    (void)plan;
}

static void evaluate_group(const struct oddi_expr *e, double out[2])
{
    static struct sample s;
    static char slot[MAX_SLOTS][SAMPLE_ROWS * sizeof(struct oddi_text)] __attribute__((aligned(16)));
    static const uint8_t memory_row[SAMPLE_ROWS] = {2, 0, 2, 1};
    static const uint32_t off[] = {0, 2, 4};
    const void *slots[MAX_SLOTS];
    const uint8_t *memory[MAX_SLOTS];
    void *to[MAX_SLOTS];
    struct oddi_column columns[MAX_NEEDS];
    uint32_t map[MAX_NEEDS];
    struct oddi_expr_input in;
    const struct oddi_expr_need *needs;
    const struct oddi_group_memory *memories;
    const enum oddi_expr_type *types;
    struct oddi_group_plan *plan;
    struct oddi_group_evaluator *ev;
    struct oddi_evaluator *rows;
    size_t n;

    out[0] = out[1] = 0;
    if (oddi_group_plan_new(&e, 1, &plan, NULL) != ODD_OK)
        return; /* a text to be kept, a memory of what the window says */
    sample_make(&s);
    n = oddi_program_needs(oddi_group_rows(plan), &needs);
    for (size_t i = 0; i < MAX_SLOTS; i++) {
        slots[i] = to[i] = slot[i];
        memory[i] = memory_row;
    }
    if (oddi_group_slots(plan, &types) <= MAX_SLOTS && oddi_group_memories(plan, &memories) <= MAX_SLOTS &&
        bind(&s, columns, needs, n, &in, map)) {
        struct oddi_group_input window = {
            SAMPLE_ROWS, 2, off, slots, memory, in.window_start, in.window_start + ODDI_MINUTE};

        require(oddi_evaluator_new(oddi_group_rows(plan), &rows, NULL) == ODD_OK);
        require(oddi_group_evaluator_new(plan, &ev, NULL) == ODD_OK);
        oddi_evaluate_columns(rows, &in, SAMPLE_ROWS, to);
        group_rows(plan, &window, ev, out);
        oddi_group_evaluator_free(ev);
        oddi_evaluator_free(rows);
    }
    oddi_group_plan_free(plan);
}

static void check_values(const struct oddi_expr *a, const struct oddi_expr *b, enum oddi_expr_want want)
{
    static char x[600], y[600];
    double u[2], v[2];

    if (want == ODDI_WANT_AGGREGATE) {
        evaluate_group(a, u);
        evaluate_group(b, v);
        require(memcmp(u, v, sizeof u) == 0 || u[0] != u[0] || u[1] != u[1]);
        return;
    }
    evaluate(a, x, sizeof x);
    evaluate(b, y, sizeof y);
    require(strcmp(x, y) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const by[] = {"src_ip"};
    struct oddi_expr_options o = {.by = by, .n_by = 1};
    struct oddi_expr_error fault;
    struct oddi_expr *e, *again;
    const char *text = (const char *)data + 1;
    char shown[400];

    if (size < 1)
        return 0;
    o.want = (enum oddi_expr_want)(data[0] % 5);
    o.any_column = data[0] / 5 % 2;
    if (oddi_expr_new(text, size - 1, &o, &e, &fault) != ODD_OK) {
        require(fault.at <= size - 1 && fault.len <= size - 1 - fault.at && fault.message[0]);
        require(oddi_expr_error_show(text, size - 1, &fault, shown, sizeof shown) < sizeof shown);
        return 0;
    }
    require(oddi_expr_new(oddi_expr_text(e), strlen(oddi_expr_text(e)), &o, &again, &fault) == ODD_OK);
    require(strcmp(oddi_expr_text(e), oddi_expr_text(again)) == 0);
    require(oddi_expr_type(e) == oddi_expr_type(again));
    check_values(e, again, o.want);
    oddi_expr_free(e);
    oddi_expr_free(again);
    return 0;
}
