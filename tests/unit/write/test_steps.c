#include "fixture.h"

/* The rows in the four passes that write.h describes: head, head, odd, odd. */
static void add_passes(struct scene_window *w, const double *head, size_t n_head, const double *odd,
                       size_t n_odd)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n_head; i++)
            scene_row(w, i, head[i], 3);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n_odd; i++)
            scene_odd(w, 1453 + i, odd[i], 97.25);
}

static void test_first_window_of_the_notebook(void **unused)
{
    static const double head[] = {875, 135, 120, 180, 2856}, odd[] = {248405120, 61164753};
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 2);

    (void)unused;
    s->o.header = "TotBytes,Label";
    s->o.header_size = strlen(s->o.header);
    add_passes(w, head, 5, odd, 2);
    for (size_t i = 0; i < w->n_rows; i++) {
        w->rows[i].text = i == 1 ? "135,\x1b[2J" : "875,x";
        w->rows[i].text_size = strlen(w->rows[i].text);
    }
    scene_expect(s, "steps",
                 "1  The data: the first 5 flows of the window as read\n"
                 "   TotBytes,Label\n"
                 "   875,x\n"
                 "   135,\\x1B[2J\n"
                 "   875,x\n"
                 "   875,x\n"
                 "   875,x\n"
                 "\n"
                 "2  The window: 2011-08-10 09:46 to 2011-08-10 09:47, 1,654 flows\n"
                 "\n"
                 "3  The features: mean and standard deviation over the window\n"
                 "   bytes           mean 356,000  deviation 7,555,000\n"
                 "\n"
                 "4  Scaled with standard: (value - location) / scale\n"
                 "   bytes           location 356,000  scale 7,555,000\n"
                 "   the first flows\n"
                 "   row 0           bytes 875 -> -0.0470053\n"
                 "   row 1           bytes 135 -> -0.0471033\n"
                 "   row 2           bytes 120 -> -0.0471052\n"
                 "   row 3           bytes 180 -> -0.0470973\n"
                 "   row 4           bytes 2,856 -> -0.0467431\n"
                 "   the odd flows\n"
                 "   row 1453        bytes 248,405,120 -> 32.8324\n"
                 "   row 1454        bytes 61,164,753 -> 8.04881\n"
                 "\n"
                 "5  Clusters found by dbscan:eps=2.5,min_samples=5\n"
                 "   eps 2.5 is a difference of 18,887,501 in bytes\n"
                 "   1 cluster, 2 outliers\n"
                 "\n"
                 "6  The odd flows, oddest first\n"
                 "  97.2  row 1453     09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
                 "      bytes 248,405,120: expected 60..40,186,221;\n"
                 "      would be normal at bytes <= 40,211,003\n"
                 "  97.2  row 1454     09:46:53  tcp   195.250.146.6:554 <?> 147.32.84.59:49375\n"
                 "      bytes 61,164,753: expected 60..40,186,221;\n"
                 "      would be normal at bytes <= 40,211,003\n");
    free(s);
}

static void test_no_outliers_no_text_no_details(void **unused)
{
    static const double head[] = {1, 2};
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 2, 1, 0);

    (void)unused;
    s->o.header_size = 0;
    s->o.no_window = true;
    s->features[0] = "duration";
    w->result.scaler = w->result.detector = NULL;
    w->result.scale = NULL;
    w->result.eps = NAN;
    add_passes(w, head, 2, NULL, 0);
    for (size_t i = 0; i < w->n_rows; i++)
        w->rows[i].text = NULL;
    scene_expect(s, "steps",
                 "1  The data: the first 2 flows of the window as read\n"
                 "   duration 1 s\n"
                 "   duration 2 s\n"
                 "\n"
                 "2  The window: 2 flows\n"
                 "\n"
                 "3  The features: mean and standard deviation over the window\n"
                 "   duration        mean 356,000 s  deviation 7,555,000 s\n"
                 "\n"
                 "4  Scaled: (value - location) / scale\n"
                 "   the first flows\n"
                 "   row 0           duration 1 s\n"
                 "   row 1           duration 2 s\n"
                 "\n"
                 "5  Clusters\n"
                 "   1 cluster, 0 outliers\n");
    free(s);
}

static void test_many_outliers(void **unused)
{
    static const double head[] = {1, 2, 3, 4, 5}, odd[ODDI_STEPS_ODD] = {9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 5000, 1, 1010);
    struct oddi_buf out;
    const char *text;

    (void)unused;
    add_passes(w, head, 5, odd, ODDI_STEPS_ODD);
    oddi_buf_init(&out, 0);
    assert_int_equal(scene_write(s, oddi_writer_find("steps"), &out), ODD_OK);
    text = oddi_buf_cstr(&out);
    assert_non_null(strstr(text, "\n      ... 1,000 more\n"));
    assert_non_null(strstr(text, "   1 cluster, 1,010 outliers\n"));
    oddi_buf_free(&out);
    free(s);
}

static void test_alone(void **unused)
{
    static const double head[] = {1, 2};
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 2, 0, 2);
    struct oddi_buf out;

    (void)unused;
    w->result.alone = true;
    add_passes(w, head, 2, head, 2);
    for (size_t i = 0; i < w->n_rows; i++)
        w->verdicts[i].score = NAN;
    oddi_buf_init(&out, 0);
    assert_int_equal(scene_write(s, oddi_writer_find("steps"), &out), ODD_OK);
    assert_non_null(strstr(oddi_buf_cstr(&out), "   0 clusters, 2 outliers: nothing to compare with\n"));
    oddi_buf_free(&out);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_window_of_the_notebook),
        cmocka_unit_test(test_no_outliers_no_text_no_details),
        cmocka_unit_test(test_many_outliers),
        cmocka_unit_test(test_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
