/* needs: failalloc */
#include "fixture.h"

#include "failalloc.h"

/* A scene with every kind of row and window. */
static struct scene *everything(unsigned variant)
{
    struct scene *s = scene_new();
    struct scene_window *w;

    s->o.n_features = 3;
    s->features[1] = "log1p(pkts)";
    s->features[2] = "x\"\x1b,\xff";
    s->o.all = variant & 1;
    s->o.windows_only = variant & 2;
    s->o.n_sources = variant & 4 ? 2 : 1;
    s->o.color = s->o.verbose = variant & 8;
    s->o.top = variant & 16;
    w = scene_add(s, 9, 2, 7);
    scene_row(w, 0, 875, 30);
    for (uint64_t i = 0; i < 7; i++)
        scene_odd(w, i, 61164753, 97);
    w->rows[2].flow = NULL;
    w->rows[3].text = NULL;
    w->verdicts[4].reasons = NULL;
    w->verdicts[5].kind = ODDI_NOVELTY;
    flow_clear(&w->flows[6]);
    scene_add(s, 4, 1, 0);
    w = scene_add(s, 2, 0, 2);
    w->result.alone = true;
    scene_odd(w, 7, 60, NAN);
    scene_odd(w, 8, 60, NAN);
    s->ledger = (struct odd_ledger){.scored = 15, .windows = 3, .odd_windows = 1, .outliers = 9, .alone = 2};
    return s;
}

enum { N_VARIANTS = 32 };

static void test_table_is_sorted_and_complete(void **unused)
{
    const struct oddi_writer *w, *last = NULL;
    size_t n = 0;

    (void)unused;
    for (; (w = oddi_writer_at(n)); n++) {
        assert_true(!last || strcmp(last->name, w->name) < 0);
        assert_true(w->summary && *w->summary && w->details && *w->details);
        assert_true(w->open && w->begin && w->window_begin && w->row && w->window_end && w->end && w->close);
        assert_ptr_equal(oddi_writer_find(w->name), w);
        last = w;
    }
    assert_true(n >= 5);
    assert_null(oddi_writer_at(n));
    assert_null(oddi_writer_find("no such output"));
}

static void test_nothing_between_begin_and_end(void **unused)
{
    static const struct {
        const char *writer, *text;
    } expected[] = {
        {"csv", FIXTURE_HEADER ",row,window,kind,score,cluster,reason\n"}, {"ecs", ""},    {"eve", ""},
        {"fields", "score,src_ip,community_id,bytes,label,reason\n"},      {"ndjson", ""}, {"steps", ""},
        {"table", "0 windows, 0 with outliers, 0 flows, 0 outliers\n"},
    };

    (void)unused;
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        struct scene *s = scene_new();

        scene_expect(s, expected[k].writer, expected[k].text);
        free(s);
    }
}

/* Every line of an output ends, and no variant of the options makes an output fail. */
static void test_every_variant_ends_its_lines(void **unused)
{
    const struct oddi_writer *writer;

    (void)unused;
    for (size_t k = 0; (writer = oddi_writer_at(k)); k++)
        for (unsigned variant = 0; variant < N_VARIANTS; variant++) {
            struct scene *s = everything(variant);
            struct oddi_buf out;

            oddi_buf_init(&out, 0);
            assert_int_equal(scene_write(s, writer, &out), ODD_OK);
            assert_true(oddi_buf_ok(&out));
            assert_true(out.size == 0 || out.data[out.size - 1] == '\n');
            oddi_buf_free(&out);
            free(s);
        }
}

/* Windows rendered into buffers of their own and put together are the same bytes: no state is carried over. */
static void test_buffers_put_together(void **unused)
{
    const struct oddi_writer *writer;

    (void)unused;
    for (size_t k = 0; (writer = oddi_writer_at(k)); k++)
        for (unsigned variant = 0; variant < N_VARIANTS; variant++) {
            struct scene *s = everything(variant);
            struct oddi_buf whole, parts, part;
            void *state = calloc(1, writer->state_size + 1);

            oddi_buf_init(&whole, 0);
            oddi_buf_init(&parts, 0);
            oddi_buf_init(&part, 0);
            assert_int_equal(scene_write(s, writer, &whole), ODD_OK);
            assert_int_equal(writer->open(state, &s->o, NULL), ODD_OK);
            writer->begin(state, &parts);
            for (size_t w = 0; w < s->n_windows; w++) {
                struct scene_window *win = s->windows + w;

                oddi_buf_clear(&part);
                if (!s->o.top)
                    writer->window_begin(state, &win->result, &part);
                oddi_buf_add(&parts, part.data, part.size);
                for (size_t i = 0; i < win->n_rows; i++) {
                    oddi_buf_clear(&part);
                    writer->row(state, win->rows + i, &part);
                    oddi_buf_add(&parts, part.data, part.size);
                }
                if (!s->o.top)
                    writer->window_end(state, &win->result, &parts);
            }
            writer->end(state, &s->ledger, &parts);
            writer->close(state);
            assert_int_equal(parts.size, whole.size);
            assert_true(whole.size == 0 || memcmp(parts.data, whole.data, whole.size) == 0);
            oddi_buf_free(&whole);
            oddi_buf_free(&parts);
            oddi_buf_free(&part);
            free(state);
            free(s);
        }
}

static void test_cap_is_sticky(void **unused)
{
    const struct oddi_writer *writer;

    (void)unused;
    for (size_t k = 0; (writer = oddi_writer_at(k)); k++) {
        struct scene *s = everything(1);
        struct oddi_buf out;
        size_t size;

        oddi_buf_init(&out, 0);
        assert_int_equal(scene_write(s, writer, &out), ODD_OK);
        size = out.size;
        oddi_buf_free(&out);
        assert_true(size > 200);
        for (size_t cap = 1; cap < size; cap += cap < 40 ? 1 : 37) {
            oddi_buf_init(&out, cap);
            assert_int_equal(scene_write(s, writer, &out), ODD_OK);
            assert_false(oddi_buf_ok(&out));
            assert_true(out.size <= cap);
            oddi_buf_free(&out);
        }
        free(s);
    }
}

struct story {
    const struct scene *scene;
    const struct oddi_writer *writer;
    char state[256];
};

/* As scene_write(), but allocating nothing itself. */
static enum odd_status tell(void *ctx)
{
    struct story *t = ctx;
    const struct scene *s = t->scene;
    struct oddi_buf out;
    bool ok;

    memset(t->state, 0, sizeof t->state);
    ODDI_TRY(t->writer->open(t->state, &s->o, NULL));
    oddi_buf_init(&out, 0);
    t->writer->begin(t->state, &out);
    for (size_t k = 0; k < s->n_windows; k++) {
        t->writer->window_begin(t->state, &s->windows[k].result, &out);
        for (size_t i = 0; i < s->windows[k].n_rows; i++)
            t->writer->row(t->state, s->windows[k].rows + i, &out);
        t->writer->window_end(t->state, &s->windows[k].result, &out);
    }
    t->writer->end(t->state, &s->ledger, &out);
    t->writer->close(t->state);
    ok = oddi_buf_ok(&out);
    oddi_buf_free(&out);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void test_failing_allocations(void **unused)
{
    const struct oddi_writer *writer;

    (void)unused;
    for (size_t k = 0; (writer = oddi_writer_at(k)); k++)
        for (unsigned variant = 0; variant < 4; variant++) {
            struct scene *s = everything(variant + 4);
            struct story story = {.scene = s, .writer = writer};

            assert_true(writer->state_size <= sizeof story.state);
            assert_true(failalloc_sweep(tell, &story));
            free(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_is_sorted_and_complete),
        cmocka_unit_test(test_nothing_between_begin_and_end),
        cmocka_unit_test(test_every_variant_ends_its_lines),
        cmocka_unit_test(test_buffers_put_together),
        cmocka_unit_test(test_cap_is_sticky),
        cmocka_unit_test(test_failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
