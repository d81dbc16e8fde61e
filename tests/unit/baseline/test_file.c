/* The file: what is written is read back to the bit; whatever is damaged is refused. */
/* needs: failalloc */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"
#include "base/mem.h"
#include "base/rng.h"
#include "baseline/change.h"
#include "baseline/file.h"
#include "failalloc.h"

enum { D = 2, ROWS = 400 };

static struct oddi_scope_tree make_tree(void)
{
    struct oddi_scope_tree t = {.n_nodes = 5, .n_models = 2};

    t.nodes = calloc(5, sizeof *t.nodes);
    t.parent = calloc(2, sizeof *t.parent);
    t.parent[0] = ODDI_NO_NODE;
    t.nodes[0] = (struct oddi_scope_node){.cut = {.kind = ODDI_CUT_HOURS, .from = 22, .to = 6},
                                          .parent = ODDI_NO_NODE,
                                          .inside = 1,
                                          .outside = 2,
                                          .model = ODDI_NO_NODE};
    t.nodes[1] = (struct oddi_scope_node){.inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE, .model = 1};
    t.nodes[2] = (struct oddi_scope_node){
        .cut = {.kind = ODDI_CUT_EVENT, .service = 1}, .inside = 3, .outside = 4, .model = ODDI_NO_NODE};
    for (uint32_t i = 3; i < 5; i++)
        t.nodes[i] = (struct oddi_scope_node){.parent = 2, .inside = ODDI_NO_NODE, .outside = ODDI_NO_NODE};
    return t;
}

/* Event 1 and any are on at odd times; a dimension of two values. */
static void add_asked(struct oddi_baseline *b, struct oddi_base_plan *p)
{
    struct oddi_calendar *c = b->calendar = calloc(1, sizeof *c);

    *c = (struct oddi_calendar){strdup("term.ics"), 99, 2, calloc(2, sizeof *c->event), 0};
    for (size_t i = 0; i < 2; i++) {
        c->event[i] = (struct oddi_event){strdup(i ? "Exams" : ""), calloc(2, sizeof *c->event->span), 2};
        c->event[i].span[0] = (struct oddi_time_span){-50, -20};
        c->event[i].span[1] = (struct oddi_time_span){5, 90};
    }
    p->dims = calloc(1, sizeof *p->dims);
    p->dims->n = 1;
    p->dims->dim[0] = (struct oddi_scope_dim){strdup("lab"), strdup("hour"), false,
                                              calloc(2, sizeof(struct oddi_dim_value)), 2};
    p->dims->dim[0].value[0] = (struct oddi_dim_value){7, strdup("7")};
    p->dims->dim[0].value[1] = (struct oddi_dim_value){8, strdup("8")};
    p->tree.dims = p->dims;
    p->tree.calendar = c;
    p->tree.nodes[0].cut = (struct oddi_cut){.kind = ODDI_CUT_DIM, .service = 1, .value = 8};
    for (size_t r = 0; r < ROWS; r++) {
        p->key[r].dim[0] = 7 + r % 2;
        p->key[r].events = oddi_calendar_at(c, p->key[r].start);
    }
}

static void add_option(struct oddi_base_plan *p, const char *name, const char *value)
{
    p->options[p->n_options++] = (struct oddi_base_option){strdup(name), strdup(value)};
}

static void add_memory(struct oddi_base_plan *p)
{
    struct oddi_days days = {.cap = 100};

    p->memory = (struct oddi_base_memory){
        .n_kinds = 1, .text = calloc(1, sizeof(char *)), .kinds = calloc(1, sizeof *p->memory.kinds)};
    p->memory.text[0] = strdup("is_new(dst_ip)");
    for (uint64_t i = 1; i < 60; i++)
        assert_true(oddi_days_add(&days, oddi_memory_key(3, i), 1) &&
                    (i % 3 || oddi_days_add(&days, oddi_memory_key(3, i), 2)));
    assert_int_equal(oddi_known_make(&p->memory.kinds[0], &days, NULL), ODD_OK);
    assert_int_equal(oddi_known_make(&p->memory.hosts, &days, NULL), ODD_OK);
    oddi_days_free(&days);
    p->blind = calloc(p->tree.n_models, sizeof *p->blind);
    assert_int_equal(
        oddi_models_fit(&(struct oddi_rows_view){ROWS, D, p->x, p->key}, &p->tree, 100, p->blind, NULL, NULL),
        ODD_OK);
}

static void add_stage(struct oddi_baseline *b)
{
    static double ln_p[ROWS];
    struct oddi_day_rows rows[2];

    for (size_t r = 0; r < ROWS; r++)
        ln_p[r] = -(double)(r % 37) / 8;
    for (size_t i = 0; i < 2; i++)
        rows[i] = (struct oddi_day_rows){ROWS, b->plans[i].key, ln_p};
    assert_int_equal(oddi_day_stage_make(rows, 2, &b->stage, NULL), ODD_OK);
}

/* A scope with rows of plan `of`, which are those of the plan itself. */
static void make_scope(struct oddi_accepted *a, const struct oddi_base_plan *of, const char *expression)
{
    struct oddi_base_plan *p;

    *a = (struct oddi_accepted){.name = strdup("the game"),
                                .expression = strdup(expression),
                                .owner = strdup("kim"),
                                .reason = strdup(""),
                                .when = 1000,
                                .expires = ODDI_BASE_NEVER,
                                .command = strdup("--since 2025-03-10"),
                                .inputs = calloc(1, sizeof *a->inputs),
                                .n_inputs = 1,
                                .plans = calloc(1, sizeof *a->plans),
                                .n_plans = 1};
    a->inputs[0] = (struct oddi_base_input){strdup("week2"), 17, 3};
    p = a->plans;
    p->name = strdup(of->name);
    p->options = calloc(1, sizeof *p->options);
    p->d = D;
    p->rows = ROWS;
    p->n_sample = 3;
    p->x = malloc(3 * D * sizeof *p->x);
    p->key = malloc(3 * sizeof *p->key);
    memcpy(p->x, of->x, 3 * D * sizeof *p->x);
    memcpy(p->key, of->key, 3 * sizeof *p->key);
    assert_int_equal(oddi_scope_none(&p->tree, NULL), ODD_OK);
    p->model = calloc(1, sizeof *p->model);
    assert_int_equal(
        oddi_models_fit(&(struct oddi_rows_view){ROWS, D, of->x, of->key}, &p->tree, 0, p->model, NULL, NULL),
        ODD_OK);
}

/* One scope is there, one was taken out and is in the log. */
static void add_changes(struct oddi_baseline *b)
{
    const struct oddi_change_note note = {
        .when = 5, .command = "accept", .what = "accepted it", .owner = "kim", .reason = "asked"};
    struct oddi_accepted a;

    for (int i = 0; i < 2; i++) {
        make_scope(&a, &b->plans[0], i ? "dst_port == 25565" : "src_ip == 10.0.0.1");
        assert_int_equal(oddi_base_accept(b, &a, &note, NULL), ODD_OK);
    }
    assert_int_equal(oddi_base_reject(b, 1, &note, NULL), ODD_OK);
    assert_int_equal(oddi_base_log(b, &note, NULL), ODD_OK);
}

/* A baseline of two plans, one with scopes and memory, a stage of days, an accepted scope and changes. */
static void make(struct oddi_baseline *b)
{
    struct oddi_rng rng;

    oddi_rng_seed(&rng, 5);
    *b = (struct oddi_baseline){.program = strdup("1.2.3"),
                                .command = strdup("--preset hosts"),
                                .kappa = 100,
                                .first = -5,
                                .last = 7,
                                .ledger = {.read = 10, .scored = 9, .bad = 1},
                                .inputs = calloc(2, sizeof *b->inputs),
                                .n_inputs = 2,
                                .plans = calloc(2, sizeof *b->plans),
                                .n_plans = 2};
    b->inputs[0] = (struct oddi_base_input){strdup("a.binetflow"), 1234567890123, 0xdeadbeef};
    b->inputs[1] = (struct oddi_base_input){strdup("b"), 0, 0};
    for (size_t i = 0; i < 2; i++) {
        struct oddi_base_plan *p = &b->plans[i];

        p->name = strdup(i ? "own" : "hosts");
        p->options = calloc(4, sizeof *p->options);
        add_option(p, "by", "src_ip");
        add_option(p, "feature", "flows = log1p(count())");
        p->d = D;
        p->rows = 1000;
        p->windows = 12;
        p->n_sample = ROWS;
        p->x = malloc(ROWS * D * sizeof *p->x);
        p->key = calloc(ROWS, sizeof *p->key);
        for (size_t r = 0; r < ROWS; r++) {
            p->key[r] = (struct oddi_row_key){.host = r % 40 + 1,
                                              .hash = oddi_rng_next(&rng),
                                              .start = (int64_t)r - 100,
                                              .service = ODDI_NO_SERVICE,
                                              .flows = 3,
                                              .day = (int32_t)(r / 100) - 2,
                                              .hour = (uint8_t)(r % 24),
                                              .weekday = (uint8_t)(r % 7)};
            for (size_t j = 0; j < D; j++)
                p->x[r * D + j] = oddi_rng_double(&rng) * 1e3;
        }
        if (i) {
            p->tree = make_tree();
            add_asked(b, p);
        } else
            assert_int_equal(oddi_scope_none(&p->tree, NULL), ODD_OK);
        p->model = calloc(p->tree.n_models, sizeof *p->model);
        assert_int_equal(oddi_models_fit(&(struct oddi_rows_view){ROWS, D, p->x, p->key}, &p->tree, 100,
                                         p->model, NULL, NULL),
                         ODD_OK);
        assert_true(p->model[0].cal.n_kept > 0);
        if (i)
            add_memory(p);
    }
    add_stage(b);
    add_changes(b);
}

static void write(const struct oddi_baseline *b, struct oddi_buf *out)
{
    oddi_buf_init(out, 0);
    assert_int_equal(oddi_baseline_write(b, out, NULL), ODD_OK);
}

static void comes_back(void **state)
{
    struct oddi_baseline b, back;
    struct oddi_buf file, again;

    (void)state;
    make(&b);
    write(&b, &file);
    assert_int_equal(oddi_baseline_read(&back, "x", file.data, file.size, NULL), ODD_OK);
    write(&back, &again);
    assert_int_equal(file.size, again.size);
    assert_memory_equal(file.data, again.data, file.size);
    assert_string_equal(back.plans[1].name, "own");
    assert_string_equal(oddi_base_option(&back.plans[0], "by"), "src_ip");
    assert_null(oddi_base_option(&back.plans[0], "window"));
    assert_int_equal(back.inputs[0].bytes, 1234567890123);
    assert_int_equal(back.first, -5);
    assert_int_equal(back.plans[0].key[0].day, -2);
    assert_int_equal(back.n_accepted, 1);
    assert_int_equal(back.accepted[0].id, 2);
    assert_string_equal(back.accepted[0].expression, "dst_port == 25565");
    assert_string_equal(back.accepted[0].inputs[0].name, "week2");
    assert_int_equal(back.accepted[0].expires, ODDI_BASE_NEVER);
    assert_int_equal(back.n_changes, 4);
    assert_int_equal(back.changes[2].undo, ODDI_UNDO_RESTORE);
    assert_string_equal(back.changes[2].scope->expression, "src_ip == 10.0.0.1");
    assert_int_equal(back.last_id, 2);
    assert_int_equal(back.file_version, ODDI_BASE_VERSION);
    assert_int_equal(back.file_size, file.size - ODDI_BASE_HEADER);
    assert_int_equal(oddi_known_count(&back.plans[1].memory.kinds[0], oddi_memory_key(3, 6)), 2);
    assert_int_equal(oddi_known_count(&back.plans[1].memory.kinds[0], oddi_memory_key(3, 7)), 1);
    assert_int_equal(oddi_known_count(&back.plans[1].memory.kinds[0], oddi_memory_key(3, 60)), 0);
    for (size_t i = 0; i < 2; i++)
        for (size_t r = 0; r < ROWS; r++) {
            struct oddi_judgement one, two;

            b.plans[i].key[r].known = back.plans[i].key[r].known = r % 2;
            oddi_base_judge(&b.plans[i], b.kappa, &b.plans[i].key[r], b.plans[i].x + r * D, &one);
            oddi_base_judge(&back.plans[i], back.kappa, &back.plans[i].key[r], back.plans[i].x + r * D, &two);
            assert_true(one.ln_p == two.ln_p && one.score == two.score && one.model == two.model);
        }
    oddi_buf_free(&file);
    oddi_buf_free(&again);
    oddi_baseline_clear(&b);
    oddi_baseline_clear(&back);
}

static void refused(const void *bytes, size_t n, const char *why)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_baseline b;

    assert_int_equal(oddi_baseline_read(&b, "the file", bytes, n, &err), ODD_ERR_FORMAT);
    assert_string_equal(err.source, "the file");
    if (why)
        assert_non_null(strstr(err.message, why));
    assert_null(b.plans);
}

/* Makes the checksum fit again, so that what is behind it is looked at. */
static void sign(char *file, size_t n)
{
    uint32_t crc = oddi_crc32c(file + ODDI_BASE_HEADER, n - ODDI_BASE_HEADER);

    for (int i = 0; i < 4; i++)
        file[12 + i] = (char)(crc >> (8 * i));
}

static void foreign_newer_and_cut(void **state)
{
    struct oddi_baseline b;
    struct oddi_buf file;

    (void)state;
    make(&b);
    write(&b, &file);
    refused("", 0, "not a baseline");
    refused("StartTime,Dur,Proto,SrcAddr", 27, "not a baseline");
    for (size_t n = 0; n < file.size; n += n < 200 ? 1 : 997)
        refused(file.data, n, n < 8 ? "not a baseline" : "cut short");
    oddi_buf_char(&file, 'x');
    refused(file.data, file.size, "behind its end");
    file.size--;
    file.data[8] = ODDI_BASE_VERSION + 1;
    refused(file.data, file.size, "newer one");
    file.data[8] = 0;
    refused(file.data, file.size, "cut short");
    file.data[8] = ODDI_BASE_VERSION;
    for (size_t i = ODDI_BASE_HEADER; i < file.size; i += 131) {
        file.data[i] ^= 0x40;
        refused(file.data, file.size, "damaged");
        file.data[i] ^= 0x40;
    }
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
}

/* What format 1 held is read: the same but for the scopes, the log and what users ask for. */
static void older(void **state)
{
    struct oddi_baseline b, back;
    struct oddi_buf file;
    size_t with;

    (void)state;
    make(&b);
    write(&b, &file);
    with = file.size;
    oddi_buf_free(&file);
    while (b.n_changes > 0)
        oddi_change_clear(&b.changes[--b.n_changes]);
    oddi_accepted_clear(&b.accepted[--b.n_accepted]);
    b.last_id = 0;
    oddi_scope_dims_free(b.plans[1].dims);
    oddi_calendar_free(b.calendar);
    b.calendar = NULL;
    b.plans[1].dims = NULL;
    b.plans[1].tree.dims = NULL;
    b.plans[1].tree.calendar = NULL;
    b.plans[1].tree.nodes[0].cut = b.plans[1].tree.nodes[2].cut =
        (struct oddi_cut){.kind = ODDI_CUT_HOURS, .from = 22, .to = 6};
    write(&b, &file);
    assert_true(file.size < with);
    file.size -=
        12 + 1 + 2 * 5; /* three counts of nothing; no calendar; of two plans no dimensions and no events */
    file.data[8] = 1;
    for (int i = 0; i < 8; i++)
        file.data[16 + i] = (char)((file.size - ODDI_BASE_HEADER) >> (8 * i));
    sign(file.data, file.size);
    assert_int_equal(oddi_baseline_read(&back, "x", file.data, file.size, NULL), ODD_OK);
    assert_int_equal(back.n_plans, 2);
    assert_int_equal(back.n_accepted + back.n_changes, 0);
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
    oddi_baseline_clear(&back);
}

/* A scope whose plan the baseline does not have, or has with other features. */
static void scopes_without_plans(void **state)
{
    struct oddi_baseline b;
    struct oddi_buf file;
    char *name;

    (void)state;
    make(&b);
    name = b.accepted[0].plans[0].name;
    b.accepted[0].plans[0].name = strdup("nobody");
    write(&b, &file);
    refused(file.data, file.size, "no baseline has");
    oddi_buf_free(&file);
    free(b.accepted[0].plans[0].name);
    b.accepted[0].plans[0].name = strdup("own"); /* that has memory */
    write(&b, &file);
    refused(file.data, file.size, "no baseline has");
    oddi_buf_free(&file);
    free(b.accepted[0].plans[0].name);
    b.accepted[0].plans[0].name = name;
    b.accepted[0].expression[0] = '\0';
    write(&b, &file);
    refused(file.data, file.size, "no baseline has");
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
}

/* Whatever a liar writes behind a right checksum: refused, or safe to judge by. */
static void lies(void **state)
{
    struct oddi_baseline b, back;
    struct oddi_buf file;
    struct oddi_rng rng;
    size_t taken = 0;

    (void)state;
    make(&b);
    write(&b, &file);
    oddi_rng_seed(&rng, 3);
    for (int t = 0; t < 4000; t++) {
        size_t at = ODDI_BASE_HEADER + oddi_rng_below(&rng, t % 2 ? 900 : file.size - ODDI_BASE_HEADER);
        char old = file.data[at];

        file.data[at] = t % 3 ? (char)oddi_rng_next(&rng) : (char)0xff;
        sign(file.data, file.size);
        if (oddi_baseline_read(&back, "x", file.data, file.size, NULL) == ODD_OK) {
            taken++;
            for (size_t i = 0; i < back.n_plans; i++) {
                const struct oddi_base_plan *p = &back.plans[i];
                double x[ODDI_BASE_MAX_FEATURES] = {1e3};
                struct oddi_judgement j;

                oddi_base_judge(p, back.kappa, p->key, x, &j);
                assert_false(isnan(j.ln_p));
                assert_true(j.model < p->tree.n_models);
            }
            oddi_baseline_clear(&back);
        }
        file.data[at] = old;
    }
    assert_true(taken > 100); /* names, features of examples: nothing to see through */
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
}

static enum odd_status read_story(void *ctx)
{
    const struct oddi_buf *file = ctx;
    struct oddi_baseline b;
    enum odd_status status = oddi_baseline_read(&b, "x", file->data, file->size, NULL);

    if (status == ODD_OK)
        oddi_baseline_clear(&b);
    return status;
}

static enum odd_status write_story(void *ctx)
{
    struct oddi_buf out;
    enum odd_status status;

    oddi_buf_init(&out, 0);
    status = oddi_baseline_write(ctx, &out, NULL);
    oddi_buf_free(&out);
    return status;
}

static void memory_ends(void **state)
{
    struct oddi_baseline b;
    struct oddi_buf file;

    (void)state;
    make(&b);
    write(&b, &file);
    assert_true(failalloc_sweep(read_story, &file));
    assert_true(failalloc_sweep(write_story, &b));
    oddi_buf_free(&file);
    oddi_baseline_clear(&b);
}

static void too_large(void **state)
{
    struct oddi_baseline b;
    struct oddi_buf out;
    size_t n;

    (void)state;
    make(&b);
    oddi_buf_init(&out, 0);
    n = b.n_inputs;
    b.n_inputs = ODDI_BASE_MAX_INPUTS + 1;
    assert_int_equal(oddi_baseline_write(&b, &out, NULL), ODD_ERR_LIMIT);
    b.n_inputs = n;
    oddi_buf_free(&out);
    oddi_baseline_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back), cmocka_unit_test(foreign_newer_and_cut),
        cmocka_unit_test(older),      cmocka_unit_test(scopes_without_plans),
        cmocka_unit_test(lies),       cmocka_unit_test(memory_ends),
        cmocka_unit_test(too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
