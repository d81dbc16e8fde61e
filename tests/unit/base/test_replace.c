/* Files replaced whole. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/replace.h"

static char folder[64], path[96], old[128];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/oddflow-replace-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(old, sizeof old, "%s/file" ODDI_REPLACED_SUFFIX, folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    chmod(folder, 0700);
    unlink(path);
    unlink(old);
    return rmdir(folder);
}

static void holds(const char *name, const char *text)
{
    char got[64] = "";
    FILE *f = fopen(name, "r");

    assert_non_null(f);
    assert_int_equal(fread(got, 1, sizeof got - 1, f), strlen(text));
    fclose(f);
    assert_string_equal(got, text);
}

static size_t files(void)
{
    DIR *d = opendir(folder);
    size_t n = 0;

    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void replaces_and_keeps(void **state)
{
    (void)state;
    assert_int_equal(oddi_replace_file(path, "one", 3, NULL), ODD_OK);
    holds(path, "one");
    assert_int_equal(files(), 1);
    assert_int_equal(oddi_replace_file(path, "two", 3, NULL), ODD_OK);
    holds(path, "two");
    holds(old, "one");
    assert_int_equal(oddi_replace_file(path, "", 0, NULL), ODD_OK);
    holds(path, "");
    holds(old, "two");
    assert_int_equal(files(), 2);
}

static void leaves_nothing_behind(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    char nowhere[128];

    (void)state;
    snprintf(nowhere, sizeof nowhere, "%s/no/file", folder);
    assert_int_equal(oddi_replace_file(nowhere, "x", 1, &err), ODD_ERR_IO);
    assert_string_equal(err.message, "cannot write it: No such file or directory");
    assert_string_equal(err.source, nowhere);
    /* A folder in the way of the old file: nothing is changed. */
    assert_int_equal(oddi_replace_file(path, "new", 3, NULL), ODD_OK);
    assert_int_equal(mkdir(old, 0700), 0);
    assert_int_equal(oddi_replace_file(path, "newer", 5, &err), ODD_ERR_IO);
    holds(path, "new");
    assert_int_equal(files(), 2);
    rmdir(old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces_and_keeps, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(leaves_nothing_behind, make_folder, remove_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
