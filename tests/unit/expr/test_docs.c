/* docs/expressions.md has a line for every function, aggregate and word; its examples parse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"

static char *read_docs(void)
{
    char path[1000];
    size_t up = strlen(__FILE__) - strlen("tests/unit/expr/test_docs.c"), n;
    char *text = malloc(1 << 20);
    FILE *f;

    snprintf(path, sizeof path, "%.*sdocs/expressions.md", (int)up, __FILE__);
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(text);
    n = fread(text, 1, (1 << 20) - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

/* A row of a Markdown table; '|' within it is escaped. */
static void row_of(const struct oddi_expr_help *h, const char *signature, char *out, size_t size)
{
    bool word = strcmp(h->group, "words") == 0;

    if (word)
        snprintf(out, size, "| `%s` | `%s` | %s |\n", h->name, signature, h->help);
    else
        snprintf(out, size, "| `%s` | %s |\n", signature, h->help);
}

static void print_tables(void)
{
    struct oddi_expr_help h;
    char signature[160], row[600];
    const char *group = "";

    for (size_t i = 0; oddi_expr_help(i, &h, signature); i++) {
        if (strcmp(group, h.group) != 0)
            printf("\n### %c%s\n\n%s", h.group[0] & ~0x20, h.group + 1,
                   strcmp(h.group, "words") == 0 ? "| word | stands for | what it is |\n|---|---|---|\n"
                                                 : "| function | what it is |\n|---|---|\n");
        group = h.group;
        row_of(&h, signature, row, sizeof row);
        fputs(row, stdout);
    }
}

static void test_tables(void **state)
{
    struct oddi_expr_help h;
    char signature[160], row[600], *docs = read_docs();

    (void)state;
    for (size_t i = 0; oddi_expr_help(i, &h, signature); i++) {
        row_of(&h, signature, row, sizeof row);
        if (!strstr(docs, row))
            fail_msg("docs/expressions.md lacks: %s(this test with the argument 'print' prints all)", row);
    }
    free(docs);
}

static void check_example(const char *text, size_t n, enum oddi_expr_want want)
{
    static const char *const by[] = {"src_ip"};
    struct oddi_expr_options o = {.want = want, .by = by, .n_by = 1};
    struct oddi_expr_error fault;
    struct oddi_expr *e;

    if (oddi_expr_new(text, n, &o, &e, &fault) != ODD_OK)
        fail_msg("%.*s: %s", (int)n, text, fault.message);
    oddi_expr_free(e);
}

/* The lines of the blocks ```condition, ```number and ```aggregate. */
static void test_examples(void **state)
{
    static const struct {
        const char *fence;
        enum oddi_expr_want want;
    } kinds[] = {{"\n```condition\n", ODDI_WANT_CONDITION},
                 {"\n```number\n", ODDI_WANT_NUMBER},
                 {"\n```aggregate\n", ODDI_WANT_AGGREGATE}};
    char *docs = read_docs();
    size_t examples = 0;

    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (const char *at = docs; (at = strstr(at, kinds[k].fence));) {
            for (at += strlen(kinds[k].fence); *at && *at != '`'; at += strcspn(at, "\n") + 1, examples++)
                check_example(at, strcspn(at, "\n"), kinds[k].want);
        }
    assert_true(examples > 20);
    free(docs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables), cmocka_unit_test(test_examples)};

    if (argc > 1 && strcmp(argv[1], "print") == 0) {
        print_tables();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
