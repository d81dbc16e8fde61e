/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/json_line.h"
#include "alert/store.h"
#include "failalloc.h"

#define A                                                                                                    \
    "{\"id\":\"00000000000000aa\",\"preset\":\"hosts\",\"key\":\"10.0.0.1\",\"score\":98.5,\"count\":3,"     \
    "\"more\":{\"x\":[1,-2.5e3,true,null]}}"
#define B                                                                                                    \
    "{ \"id\" : \"00000000000000ab\", \"preset\":\"p\", \"key\":\"\\u00e9\\ud83d\\ude00\\\"\\n\" , "         \
    "\"status\":\"dismissed\",\"because\":\"b\",\"marked\":\"2011-08-16T12:00:00Z\",\"z\":1 }"

static struct oddi_alert_store *store(const char *text)
{
    struct oddi_alert_store *s = NULL;
    struct odd_error err = ODD_ERROR_INIT;

    if (oddi_alert_store_new(text, strlen(text), "x.ndjson", &s, &err) != ODD_OK)
        fail_msg("%llu: %s", (unsigned long long)err.line, err.message);
    return s;
}

static void assert_line(const struct oddi_alert_store *s, size_t i, const char *line)
{
    const struct oddi_stored_alert *a = oddi_alert_store_at(s, i);

    assert_int_equal(a->line_size, strlen(line));
    assert_memory_equal(a->line, line, strlen(line));
}

/* ---- Reading ------------------------------------------------------------------------------------------------ */

static void what_is_read(void **state)
{
    struct oddi_alert_store *s = store(A "\n\n \r\n" B);
    const struct oddi_stored_alert *a = oddi_alert_store_at(s, 0), *b = oddi_alert_store_at(s, 1);

    (void)state;
    assert_int_equal(oddi_alert_store_size(s), 2);
    assert_string_equal(a->id, "00000000000000aa");
    assert_string_equal(a->preset, "hosts");
    assert_string_equal(a->key, "10.0.0.1");
    assert_string_equal(a->reason, "");
    assert_true(a->score == 98.5 && a->count == 3 && a->windows == 0 && a->status == ODDI_ALERT_OPEN);
    assert_string_equal(b->key, "\xc3\xa9\xf0\x9f\x98\x80\"\n");
    assert_true(b->status == ODDI_ALERT_DISMISSED && isnan(b->score));
    assert_string_equal(b->because, "b");
    assert_string_equal(oddi_alert_status_name(b->status), "dismissed");
    assert_line(s, 0, A);
    assert_line(s, 1, B);
    oddi_alert_store_free(s);
    s = store("");
    assert_int_equal(oddi_alert_store_size(s), 0);
    oddi_alert_store_free(s);
    oddi_alert_store_free(NULL);
}

static void refused(const char *line, const char *part, uint64_t offset)
{
    struct oddi_alert_store *s = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    char text[2000];
    size_t n = strlen(A) + 1;

    snprintf(text, sizeof text, A "\n%s", line);
    assert_int_equal(oddi_alert_store_new(text, strlen(text), "x.ndjson", &s, &err), ODD_ERR_FORMAT);
    assert_null(s);
    if (!strstr(err.message, part) || err.line != 2 || err.offset != n + offset)
        fail_msg("'%s': %llu %llu: %s", line, (unsigned long long)err.line,
                 (unsigned long long)(err.offset - n), err.message);
    assert_string_equal(err.source, "x.ndjson");
}

static void what_is_refused(void **state)
{
    (void)state;
    refused("x", "should be {", 0);
    refused("{", "ends too early", 1);
    refused("{}", "has an id", 0);
    refused("{} x", "behind the end", 3);
    refused("{\"a\" 1}", "a colon", 5);
    refused("{\"a\":1,}", "double quotes", 7);
    refused("{\"a\":1 \"b\":2}", ", or }", 7);
    refused("{\"a\":01}", "no number", 7);
    refused("{\"a\":1.}", "a digit", 7);
    refused("{\"a\":1e}", "a digit", 7);
    refused("{\"a\":-}", "no number", 6);
    refused("{\"a\":+1}", "no value", 5);
    refused("{\"a\":nul}", "no value", 5);
    refused("{\"a\":\"\\x\"}", "no escape", 7);
    refused("{\"a\":\"\\u12g4\"}", "hexadecimal", 8);
    refused("{\"a\":\"\\u0x12\"}", "hexadecimal", 8);
    refused("{\"a\":\"\t\"}", "control character", 6);
    refused("{\"a\":\"b}", "ends too early", 8);
    refused("{\"a\":[1,2}", ", or ]", 9);
    refused("{\"a\":1,\"a\":2}", "twice", 10);
    refused("{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "too deeply", 38);
    refused(A, "the id 00000000000000aa is there twice", 0);
    refused("{\"id\":\"00000000000000a\",\"preset\":\"\",\"key\":\"\"}", "16 hexadecimal", 0);
    refused("{\"id\":\"0x00000000000012\",\"preset\":\"\",\"key\":\"\"}", "16 hexadecimal", 0);
    refused("{\"id\":\"00000000000000ac\",\"preset\":1,\"key\":\"\"}", "no string", 0);
    refused("{\"id\":\"00000000000000ac\",\"preset\":\"\",\"key\":\"\\u0000\"}", "NUL", 0);
    refused("{\"id\":\"00000000000000ac\",\"preset\":\"\",\"key\":\"\",\"status\":\"x\"}", "status is", 0);
}

static void too_many_members(void **state)
{
    char line[1000] = "{";
    size_t n = 1;

    (void)state;
    for (int i = 0; i < ODDI_JSON_MEMBERS + 1; i++)
        n += (size_t)snprintf(line + n, sizeof line - n, "%s\"%d\":0", i ? "," : "", i);
    refused(line, "a member too many", n - 2);
}

/* ---- By id, and marks --------------------------------------------------------------------------------------- */

static void by_id(void **state)
{
    struct oddi_alert_store *s = store(A "\n" B "\n");
    struct odd_error err = ODD_ERROR_INIT;
    size_t i = 9;

    (void)state;
    assert_int_equal(oddi_alert_store_find(s, "00000000000000ab", &i, &err), ODD_OK);
    assert_int_equal(i, 1);
    assert_int_equal(oddi_alert_store_find(s, "0000", &i, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "2 alerts"));
    assert_int_equal(oddi_alert_store_find(s, "00000000000010ab", &i, &err), ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "did you mean '00000000000000ab'"));
    assert_int_equal(oddi_alert_store_find(s, "", &i, &err), ODD_ERR_USAGE);
    assert_int_equal(oddi_alert_store_find(s, "00000000000000abc", &i, &err), ODD_ERR_USAGE);
    oddi_alert_store_free(s);
}

static void marks(void **state)
{
    struct oddi_alert_store *s = store(A "\n" B "\n");

    (void)state;
    assert_int_equal(oddi_alert_store_mark(s, 0, ODDI_ALERT_CONFIRMED, "a \"b\"\xff", 0, NULL), ODD_OK);
    assert_line(s, 0,
                "{\"id\":\"00000000000000aa\",\"preset\":\"hosts\",\"key\":\"10.0.0.1\",\"score\":98.5,"
                "\"count\":3,\"more\":{\"x\":[1,-2.5e3,true,null]},\"status\":\"confirmed\","
                "\"because\":\"a \\\"b\\\"\\u00ff\",\"marked\":\"1970-01-01T00:00:00Z\"}");
    assert_string_equal(oddi_alert_store_at(s, 0)->because, "a \"b\"\xc3\xbf");
    assert_int_equal(oddi_alert_store_mark(s, 0, ODDI_ALERT_OPEN, "", 0, NULL), ODD_OK);
    assert_line(s, 0, A);
    assert_int_equal(oddi_alert_store_mark(s, 1, ODDI_ALERT_OPEN, "", 0, NULL), ODD_OK);
    assert_line(
        s, 1,
        "{\"id\":\"00000000000000ab\",\"preset\":\"p\",\"key\":\"\\u00e9\\ud83d\\ude00\\\"\\n\",\"z\":1}");
    assert_true(oddi_alert_store_at(s, 1)->status == ODDI_ALERT_OPEN);
    assert_string_equal(oddi_alert_store_at(s, 1)->marked, "");
    oddi_alert_store_free(s);
}

static enum odd_status story(void *ctx)
{
    struct oddi_alert_store *s;
    enum odd_status status = oddi_alert_store_new(ctx, strlen(ctx), "x", &s, NULL);

    if (status != ODD_OK)
        return status;
    status = oddi_alert_store_mark(s, 0, ODDI_ALERT_DISMISSED, "x", 0, NULL);
    oddi_alert_store_free(s);
    return status;
}

static void failing_allocations(void **state)
{
    static char text[] = A "\n" B "\n";

    (void)state;
    assert_true(failalloc_sweep(story, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(too_many_members),
        cmocka_unit_test(by_id),
        cmocka_unit_test(marks),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
