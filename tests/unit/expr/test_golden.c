/* Every line of golden.txt: what an expression prints as, is worth, or how it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "sample.h"

/*
 * A line is "X text => result". X: C, K, V, N, A as enum oddi_expr_want (condition, key, value, number, aggregate), and
 * the result is the canonical text; lower case c, k, v, n: the result is the values of the four sample rows, " | "
 * between them, "null" for none; E followed by one of C K V N A: the result is "at,len message".
 */
static const char wants[] = "CKVNA";

static bool update;

static void show_values(const struct oddi_expr *e, char *out, size_t size)
{
    static struct sample s;
    struct oddi_program *p;
    struct oddi_evaluator *ev;
    const struct oddi_expr_need *needs;
    struct oddi_expr_input in;
    uint32_t map[ODDI_N_FIELDS + SAMPLE_MORE];
    size_t n, at = 0, width = oddi_expr_value_size(oddi_expr_type(e));

    sample_make(&s);
    assert_int_equal(oddi_program_new(&e, 1, &p, NULL), ODD_OK);
    n = oddi_program_needs(p, &needs);
    sample_bind(&s, needs, n, &in, map);
    assert_int_equal(oddi_evaluator_new(p, &ev, NULL), ODD_OK);
    oddi_evaluate(ev, &in, 0, SAMPLE_ROWS);
    for (size_t i = 0; i < SAMPLE_ROWS; i++) {
        char text[200];
        size_t m = oddi_expr_format(oddi_expr_type(e), (const char *)oddi_evaluator_result(ev, 0) + i * width,
                                    NULL, text, sizeof text);

        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? " | " : "", m ? text : "null");
    }
    oddi_evaluator_free(ev);
    oddi_program_free(p);
}

/* The canonical text must parse to itself. */
static void check_stable(const struct oddi_expr *e, const struct oddi_expr_options *o)
{
    struct oddi_expr_error fault;
    struct oddi_expr *again;
    const char *text = oddi_expr_text(e);

    if (oddi_expr_new(text, strlen(text), o, &again, &fault) != ODD_OK)
        fail_msg("'%s' does not parse again: %s", text, fault.message);
    assert_string_equal(oddi_expr_text(again), text);
    assert_int_equal(oddi_expr_type(again), oddi_expr_type(e));
    oddi_expr_free(again);
}

static void run(char kind, char want, const char *text, char *out, size_t size)
{
    static const char *const by[] = {"src_ip"};
    struct oddi_expr_options o = {.any_column = false, .by = by, .n_by = 1};
    struct oddi_expr_error fault;
    struct oddi_expr *e;
    enum odd_status status;

    o.want = (enum oddi_expr_want)(strchr(wants, want & ~0x20) - wants);
    status = oddi_expr_new(text, strlen(text), &o, &e, &fault);
    if (status != ODD_OK) {
        snprintf(out, size, "%zu,%zu %s", fault.at, fault.len, fault.message);
        return;
    }
    check_stable(e, &o);
    if (kind >= 'a')
        show_values(e, out, size);
    else
        snprintf(out, size, "%s", oddi_expr_text(e));
    oddi_expr_free(e);
}

static void check_line(char *line, size_t number, FILE *fresh)
{
    char kind = line[0], want = kind == 'E' ? line[1] : kind, *text, *arrow, got[1000];

    if (kind == '#' || kind == '\n' || kind == '\0') {
        if (fresh)
            fputs(line, fresh);
        return;
    }
    line[strcspn(line, "\n")] = '\0';
    text = line + (kind == 'E' ? 3 : 2);
    arrow = strstr(text, " => ");
    if (!arrow)
        fail_msg("line %zu has no =>", number);
    *arrow = '\0';
    run(kind, want, text, got, sizeof got);
    if (fresh)
        fprintf(fresh, "%s => %s\n", line, got);
    else if (strcmp(got, arrow + 4) != 0)
        fail_msg("line %zu: %s\n  gives %s\n  wants %s", number, text, got, arrow + 4);
}

static FILE *open_beside(const char *name, const char *mode)
{
    char path[1000];
    const char *slash = strrchr(__FILE__, '/');

    snprintf(path, sizeof path, "%.*s/%s", (int)(slash - __FILE__), __FILE__, name);
    return fopen(path, mode);
}

static void test_golden(void **state)
{
    FILE *f = open_beside("golden.txt", "r"), *fresh = update ? open_beside("golden.new", "w") : NULL;
    char line[2000];
    size_t n = 0;

    (void)state;
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        check_line(line, ++n, fresh);
    fclose(f);
    if (fresh)
        fclose(fresh);
    assert_true(n > 200);
}

/* With the argument "update" the answers of today are written to golden.new, to be read before they are kept. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};

    update = argc > 1 && strcmp(argv[1], "update") == 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
