#include "fixture.h"

#include <limits.h>
#include <stdio.h>

#include "base/rng.h"
#include "tmp.h"

#define FLOW_FIELDS                                                                                          \
    "\"ts_start\":\"2011-08-10T09:46:53.709666Z\",\"duration\":3599.047607,\"proto\":\"tcp\","               \
    "\"src_ip\":\"195.250.146.6\",\"src_port\":554,\"dst_ip\":\"147.32.84.59\",\"dst_port\":49375,"          \
    "\"src_bytes\":60334389,\"dst_bytes\":830364,\"bytes\":61164753,\"pkts\":55068,\"state\":\"PA_PA\","     \
    "\"dir\":\"<?>\",\"src_tos\":0,\"dst_tos\":0,\"label\":\"flow=Background-Established-cmpgw-CVUT\","      \
    "\"community_id\":\"1:LiwMiYz5KP3/XPbp/dhPsAbPvy4=\""
#define REASON                                                                                               \
    "\"reasons\":[{\"feature\":\"bytes\",\"value\":61164753,\"expected\":[60,40186221],\"share\":1,"         \
    "\"nearest\":40186221,\"normal_at\":40211003}],\"reason\":\"bytes 61,164,753: expected "                 \
    "60..40,186,221; would be normal at bytes <= 40,211,003\""

static void test_ndjson(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    scene_odd(w, 1453, 61164753, 97.25);
    scene_row(w, 0, 875.5, 30.125);
    w->rows[1].flow = NULL;
    w = scene_add(s, 1, 0, 1);
    w->result.alone = true;
    scene_odd(w, 7, 60, NAN);
    flow_clear(&w->flows[0]);
    scene_expect(
        s, "ndjson",
        "{\"window_start\":\"2011-08-10T09:46:00Z\",\"window_end\":\"2011-08-10T09:47:00Z\",\"row\":1453,"
        "\"kind\":\"outlier\",\"score\":97.25,\"cluster\":-1," FLOW_FIELDS
        ",\"features\":{\"bytes\":61164753},\"nearest_row\":2," REASON "}\n"
        "{\"window_start\":\"2011-08-10T09:46:00Z\",\"window_end\":\"2011-08-10T09:47:00Z\",\"row\":0,"
        "\"score\":30.125,\"cluster\":0,\"features\":{\"bytes\":875.5}}\n"
        "{\"window_start\":\"2011-08-10T09:47:00Z\",\"window_end\":\"2011-08-10T09:48:00Z\",\"row\":7,"
        "\"kind\":\"outlier\",\"cluster\":-1,\"features\":{\"bytes\":60},\"reason\":\"1 flow: nothing to "
        "compare with\"}\n");
    free(s);
}

static void test_eve(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    s->o.n_sources = 2;
    s->o.community_seed = 9;
    scene_odd(w, 1453, 61164753, 97.25)->nearest_source = 1;
    scene_row(w, 0, 875.5, 30.125);
    w->rows[1].flow = NULL;
    scene_expect(
        s, "eve",
        "{\"timestamp\":\"2011-08-10T09:46:53.709666+0000\",\"event_type\":\"flow_anomaly\","
        "\"src_ip\":\"195.250.146.6\",\"src_port\":554,\"dest_ip\":\"147.32.84.59\",\"dest_port\":49375,"
        "\"proto\":\"TCP\",\"community_id\":\"1:MJR4OyoNQPHV33evATeJ2ZS6mUc=\",\"flow\":{\"bytes_toserver\":"
        "60334389,\"bytes_toclient\":830364,"
        "\"start\":\"2011-08-10T09:46:53.709666+0000\",\"end\":\"2011-08-10T10:46:52.757273+0000\",\"age\":"
        "3599,"
        "\"state\":\"PA_PA\"},\"flow_anomaly\":{\"kind\":\"outlier\",\"score\":97.25,\"cluster\":-1,"
        "\"file\":\"capture.binetflow\",\"row\":1453,\"window\":{\"start\":\"2011-08-10T09:46:00.000000+"
        "0000\","
        "\"end\":\"2011-08-10T09:47:00.000000+0000\"},\"features\":{\"bytes\":61164753},"
        "\"nearest_file\":\"other \\\"file\\\",2.csv\",\"nearest_row\":2," REASON "}}\n"
        "{\"timestamp\":\"2011-08-10T09:46:00.000000+0000\",\"event_type\":\"flow\",\"flow_anomaly\":{"
        "\"score\":30.125,\"cluster\":0,\"file\":\"capture.binetflow\",\"row\":0,\"window\":{"
        "\"start\":\"2011-08-10T09:46:00.000000+0000\",\"end\":\"2011-08-10T09:47:00.000000+0000\"},"
        "\"features\":{\"bytes\":875.5}}}\n");
    free(s);
}

static void test_eve_protocols_and_addresses(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 3, 1, 0);

    (void)unused;
    s->o.no_window = true;
    w->result.start = INT64_MIN;
    w->result.end = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        scene_row(w, 0, 1, 2);
        flow_clear(&w->flows[i]);
    }
    w->flows[0].addr[ODDI_SRC_IP] = mac(0x0a);
    w->flows[0].addr[ODDI_DST_IP] = mac(0xff);
    w->flows[0].code[ODDI_PROTO] = ODDI_PROTO_OTHER;
    w->flows[0].text[ODDI_PROTO] = text_of("l\"lc");
    w->flows[1].addr[ODDI_SRC_IP] = v6(0);
    w->flows[1].addr[ODDI_DST_IP] = mac(1);
    w->flows[1].code[ODDI_PROTO] = 211;
    w->flows[2].number[ODDI_SRC_PKTS] = 2.75;
    w->flows[2].number[ODDI_DST_PKTS] = -1;
    w->flows[2].number[ODDI_SRC_BYTES] = 1e300;
    scene_expect(
        s, "eve",
        "{\"event_type\":\"flow\",\"proto\":\"L\\\"LC\",\"ether\":{\"src_mac\":\"0a:0a:0a:0a:0a:0a\","
        "\"dest_mac\":\"ff:ff:ff:ff:ff:ff\"},\"flow\":{},\"flow_anomaly\":{\"score\":2,\"cluster\":0,"
        "\"row\":0,\"features\":{\"bytes\":1}}}\n"
        "{\"event_type\":\"flow\",\"src_ip\":\"::\",\"proto\":\"211\",\"ether\":{\"dest_mac\":"
        "\"01:01:01:01:01:01\"},\"flow\":{},\"flow_anomaly\":{\"score\":2,\"cluster\":0,\"row\":0,"
        "\"features\":{\"bytes\":1}}}\n"
        "{\"event_type\":\"flow\",\"flow\":{\"pkts_toserver\":2},\"flow_anomaly\":{\"score\":2,"
        "\"cluster\":0,\"row\":0,\"features\":{\"bytes\":1}}}\n");
    free(s);
}

#define ECS_HEAD "\"ecs\":{\"version\":\"8.11.0\"},\"event\":{\"kind\":"
#define ECS_FLOW                                                                                             \
    "\"category\":[\"network\"],\"type\":[\"connection\"],\"module\":\"oddflow\",\"dataset\":\"oddflow."     \
    "flow\""
#define ECS_MODEL "\"model\":{\"scaler\":\"standard\",\"detector\":\"dbscan:eps=2.5,min_samples=5\"},"

static void test_ecs(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 1654, 1, 6);

    (void)unused;
    scene_odd(w, 1453, 61164753, 97.25);
    scene_row(w, 0, 875.5, 30.125);
    w->rows[1].flow = NULL;
    scene_expect(
        s, "ecs",
        "{\"@timestamp\":\"2011-08-10T09:46:53.709666Z\"," ECS_HEAD "\"alert\"," ECS_FLOW
        ",\"start\":\"2011-08-10T09:46:53.709666Z\",\"end\":\"2011-08-10T10:46:52.757273Z\","
        "\"duration\":3599047607000,\"risk_score\":97.25,\"severity\":97},\"message\":\"bytes 61,164,753: "
        "expected 60..40,186,221; would be normal at bytes <= 40,211,003\","
        "\"source\":{\"address\":\"195.250.146.6\",\"ip\":\"195.250.146.6\",\"port\":554,\"bytes\":60334389},"
        "\"destination\":{\"address\":\"147.32.84.59\",\"ip\":\"147.32.84.59\",\"port\":49375,\"bytes\":"
        "830364},"
        "\"network\":{\"type\":\"ipv4\",\"transport\":\"tcp\",\"iana_number\":\"6\",\"bytes\":61164753,"
        "\"packets\":55068,\"community_id\":\"1:LiwMiYz5KP3/XPbp/"
        "dhPsAbPvy4=\"},\"related\":{\"ip\":[\"195.250.146.6\",\"147.32.84.59\"]},"
        "\"tags\":[\"flow=Background-Established-cmpgw-CVUT\"],"
        "\"rule\":{\"name\":\"dbscan:eps=2.5,min_samples=5\",\"category\":\"outlier\",\"ruleset\":"
        "\"oddflow\"},"
        "\"oddflow\":{\"kind\":\"outlier\",\"score\":97.25,\"cluster\":-1,\"row\":1453,"
        "\"window\":{\"start\":\"2011-08-10T09:46:00Z\",\"end\":\"2011-08-10T09:47:00Z\"}," ECS_MODEL
        "\"state\":\"PA_PA\",\"dir\":\"<?>\",\"features\":{\"bytes\":61164753},\"nearest_row\":2," REASON
        "}}\n"
        "{\"@timestamp\":\"2011-08-10T09:46:00Z\"," ECS_HEAD "\"event\"," ECS_FLOW
        "},\"oddflow\":{\"score\":30.125,\"cluster\":0,\"row\":0,"
        "\"window\":{\"start\":\"2011-08-10T09:46:00Z\",\"end\":\"2011-08-10T09:47:00Z\"}," ECS_MODEL
        "\"features\":{\"bytes\":875.5}}}\n");
    free(s);
}

/* Hardware addresses, protocols without a name or a number, lengths from start and end, counts that are none. */
static void test_ecs_odd_flows(void **unused)
{
    static const char *const wanted[] = {
        "\"source\":{\"mac\":\"0A-0A-0A-0A-0A-0A\"},\"destination\":{\"mac\":\"FF-FF-FF-FF-FF-FF\"},"
        "\"network\":{\"transport\":\"l\\\"lc\"},\"oddflow\"",
        "\"duration\":1500000000},\"source\":{\"address\":\"1.2.3.4\",\"ip\":\"1.2.3.4\",\"packets\":2},"
        "\"destination\":{\"address\":\"1.2.3.4\",\"ip\":\"1.2.3.4\"},"
        "\"network\":{\"type\":\"ipv4\",\"iana_number\":\"211\",\"community_id\":\"1:"
        "XUKmDln9aEN3Kx97QbWrWqJkDWQ=\"},\"related\":{\"ip\":[\"1.2.3.4\"]},"
        "\"observer\":{\"ip\":\"9.9.9.9\"},\"oddflow\"",
        "\"dataset\":\"oddflow.flow\"},\"oddflow\":{\"score\":2,\"cluster\":0,\"row\":0,",
    };
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 3, 1, 0);
    struct oddi_buf out;
    const char *line;

    (void)unused;
    s->o.no_window = true;
    w->result.start = INT64_MIN;
    w->result.end = INT64_MAX;
    for (int i = 0; i < 3; i++) {
        scene_row(w, 0, 1, 2);
        flow_clear(&w->flows[i]);
    }
    w->flows[0].addr[ODDI_SRC_IP] = mac(0x0a);
    w->flows[0].addr[ODDI_DST_IP] = mac(0xff);
    w->flows[0].code[ODDI_PROTO] = ODDI_PROTO_OTHER;
    w->flows[0].text[ODDI_PROTO] = text_of("l\"lc");
    w->flows[1].addr[ODDI_SRC_IP] = w->flows[1].addr[ODDI_DST_IP] = v4(1, 2, 3, 4);
    w->flows[1].addr[ODDI_EXPORTER] = v4(9, 9, 9, 9);
    w->flows[1].code[ODDI_PROTO] = 211;
    w->flows[1].number[ODDI_SRC_PKTS] = 2.75;
    w->flows[1].number[ODDI_SRC_BYTES] = 1e300;
    w->flows[1].number[ODDI_DURATION] = -1;
    w->flows[1].time[ODDI_TS_START] = FIXTURE_START;
    w->flows[1].time[ODDI_TS_END] = FIXTURE_START + INT64_C(1500000000);
    w->flows[2].number[ODDI_DST_PKTS] = -1;
    oddi_buf_init(&out, 0);
    assert_int_equal(scene_write(s, oddi_writer_find("ecs"), &out), ODD_OK);
    line = oddi_buf_cstr(&out);
    for (int i = 0; i < 3; i++) {
        const char *found = strstr(line, wanted[i]);

        if (!found || found > strchr(line, '\n'))
            fail_msg("'%s' is not in '%.900s'", wanted[i], line);
        line = strchr(line, '\n') + 1;
    }
    oddi_buf_free(&out);
    free(s);
}

/* What an entity is of stands where a flow's would. */
static void test_ecs_entity(void **unused)
{
    static const char *const keys[] = {"src_ip", "dst_port", "proto", "service"};
    static const char *const values[] = {"10.0.0.1", "25", "tcp", "tcp/25"};
    static const char *const strange[] = {"10.0.0.300", "70000", "", ""};
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 9, 1, 1);
    struct oddi_entity e = {.values = values, .flows = 7, .nearest = strange};
    struct oddi_entity other = {.values = strange, .flows = 1};
    struct oddi_buf out;
    const char *text;

    (void)unused;
    s->o.n_keys = 4;
    s->o.keys = keys;
    scene_odd(w, 0, 7, 97.25)->entity = &e;
    scene_row(w, 0, 7, 1);
    w->verdicts[1].entity = &other;
    w->rows[0].flow = w->rows[1].flow = NULL;
    oddi_buf_init(&out, 0);
    assert_int_equal(scene_write(s, oddi_writer_find("ecs"), &out), ODD_OK);
    text = oddi_buf_cstr(&out);
    assert_non_null(strstr(text, "\"source\":{\"address\":\"10.0.0.1\",\"ip\":\"10.0.0.1\"},"
                                 "\"destination\":{\"port\":25},\"network\":{\"type\":\"ipv4\","
                                 "\"transport\":\"tcp\",\"iana_number\":\"6\"},"
                                 "\"related\":{\"ip\":[\"10.0.0.1\"]},\"rule\""));
    assert_non_null(strstr(text, "\"type\":[\"info\"],\"module\":\"oddflow\",\"dataset\":\"oddflow.entity\","
                                 "\"start\":\"2011-08-10T09:46:00Z\",\"end\":\"2011-08-10T09:47:00Z\""));
    assert_non_null(strstr(text, "\"entity\":{\"src_ip\":\"10.0.0.1\",\"dst_port\":\"25\","));
    assert_non_null(strstr(strchr(text, '\n'), "\"end\":\"2011-08-10T09:47:00Z\"},\"oddflow\""));
    oddi_buf_free(&out);
    free(s);
}

/* The keys of entities are what the user wrote: any byte. */
static void test_keys_are_escaped(void **unused)
{
    static const char *const keys[] = {"if(label like 'a\"\\b', 1, 2)"};
    static const char *const values[] = {"1"};
    static const char *const writers[] = {"ndjson", "eve", "ecs", "fields"};
    struct oddi_entity e = {.values = values, .flows = 7};

    (void)unused;
    for (size_t k = 0; k < sizeof writers / sizeof *writers; k++) {
        struct scene *s = scene_new();
        struct scene_window *w = scene_add(s, 9, 1, 1);
        struct oddi_buf out;

        s->o.n_keys = 1;
        s->o.keys = keys;
        s->o.fields = keys[0];
        s->o.fields_json = true;
        scene_row(w, 0, 7, 1);
        w->verdicts[0].entity = &e;
        w->rows[0].flow = NULL;
        oddi_buf_init(&out, 0);
        assert_int_equal(scene_write(s, oddi_writer_find(writers[k]), &out), ODD_OK);
        assert_non_null(strstr(oddi_buf_cstr(&out), "{\"if(label like 'a\\\"\\\\b', 1, 2)\":\"1\"}"));
        oddi_buf_free(&out);
        free(s);
    }
}

static void test_windows_only(void **unused)
{
    struct scene *s = scene_new();
    struct scene_window *w = scene_add(s, 6241, 1, 6);

    (void)unused;
    s->o.windows_only = true;
    w->mean[0] = 11266.111039897452;
    w->std[0] = 0.1;
    scene_odd(w, 1, 61164753, 99);
    scene_add(s, 1, 0, 1)->result.alone = true;
    scene_expect(
        s, "ndjson",
        "{\"window_start\":\"2011-08-10T09:46:00Z\",\"window_end\":\"2011-08-10T09:47:00Z\",\"flows\":6241,"
        "\"clusters\":1,\"outliers\":6,\"features\":{\"bytes\":{\"mean\":11266.111039897452,\"std\":0.1}}}\n"
        "{\"window_start\":\"2011-08-10T09:47:00Z\",\"window_end\":\"2011-08-10T09:48:00Z\",\"flows\":1,"
        "\"clusters\":0,\"outliers\":1,\"alone\":true,\"features\":{\"bytes\":{\"mean\":356000.125,"
        "\"std\":7555000.5}}}\n");
    s->n_windows = 1;
    scene_expect(
        s, "eve",
        "{\"timestamp\":\"2011-08-10T09:46:00.000000+0000\",\"event_type\":\"flow_window\",\"flow_window\":{"
        "\"start\":\"2011-08-10T09:46:00.000000+0000\",\"end\":\"2011-08-10T09:47:00.000000+0000\","
        "\"flows\":6241,\"clusters\":1,\"outliers\":6,\"features\":{\"bytes\":{"
        "\"mean\":11266.111039897452,\"std\":0.1}}}}\n");
    free(s);
}

/* ---- whatever comes: valid UTF-8, valid JSON, valid by the schema ------------------------------------------- */

static char *random_bytes(struct oddi_rng *r, char *to, size_t n)
{
    for (size_t k = 0; k < n; k++)
        to[k] = (char)oddi_rng_below(r, oddi_rng_below(r, 2) ? 256 : 128);
    to[n] = 0;
    return to;
}

static double random_number(struct oddi_rng *r)
{
    switch (oddi_rng_below(r, 5)) {
    case 0:
        return NAN;
    case 1:
        return (double)oddi_rng_below(r, 1000000);
    case 2:
        return 1e300 * oddi_rng_double(r);
    case 3:
        return 1e-300 * oddi_rng_double(r);
    default:
        return 1e6 * oddi_rng_double(r);
    }
}

static void random_flow(struct oddi_rng *r, struct oddi_flow *f, char (*texts)[13])
{
    flow_clear(f);
    for (int id = 0; id < ODDI_N_FIELDS; id++) {
        uint64_t kind = oddi_rng_below(r, 4);

        f->number[id] = random_number(r);
        if (kind)
            f->time[id] = FIXTURE_START + (int64_t)oddi_rng_below(r, UINT64_C(1) << 60);
        if (kind != 1)
            f->code[id] = (uint32_t)oddi_rng_below(r, id == ODDI_PROTO ? 512 : 65536);
        f->addr[id] = kind == 1 ? v6((uint8_t)kind) : kind == 2 ? mac(9) : v4(1, 2, 3, 4);
        f->addr[id].kind = (uint8_t)kind;
        if (kind)
            f->text[id] = (struct oddi_text){random_bytes(r, texts[id], 12), oddi_rng_below(r, 13)};
    }
}

static void random_scene(struct oddi_rng *r, struct scene *s, char (*names)[13], char (*texts)[13])
{
    struct scene_window *w;

    s->o.n_features = 1 + oddi_rng_below(r, 4);
    s->o.n_sources = 1 + oddi_rng_below(r, 2);
    s->o.no_window = oddi_rng_below(r, 4) == 0;
    for (size_t j = 0; j < s->o.n_features; j++) {
        s->features[j] = random_bytes(r, names[j], 12);
        names[j][0] = (char)('a' + (int)j); /* unlike the others, as names of features are */
    }
    s->sources[0] = random_bytes(r, names[7], 12);
    w = scene_add(s, 3, 1, 1);
    if (s->o.no_window) {
        w->result.start = INT64_MIN;
        w->result.end = INT64_MAX;
    }
    w->result.alone = oddi_rng_below(r, 5) == 0;
    scene_odd(w, oddi_rng_next(r) >> 12, 1e6 * oddi_rng_double(r),
              w->result.alone ? NAN : 75 + 25 * oddi_rng_double(r));
    scene_row(w, 8, 1e6 * oddi_rng_double(r), 75 * oddi_rng_double(r));
    random_flow(r, &w->flows[0], texts);
    if (oddi_rng_below(r, 3) == 0)
        w->rows[1].flow = NULL;
}

/* Lines of `writer` for n random scenes, checked by validate.py beside this file. */
static void validate(const char *writer, const char *schema, bool windows_only, size_t n)
{
    static char names[8][13], texts[ODDI_N_FIELDS][13];
    char dir[PATH_MAX], command[3 * PATH_MAX];
    struct oddi_rng r;
    struct oddi_buf out;
    size_t lines = 0;

    if (!tmp_have("python3"))
        return;
    oddi_buf_init(&out, 0);
    oddi_rng_seed(&r, n);
    for (size_t k = 0; k < n; k++) {
        struct scene *s = scene_new();

        random_scene(&r, s, names, texts);
        s->o.windows_only = windows_only;
        assert_int_equal(scene_write(s, oddi_writer_find(writer), &out), ODD_OK);
        lines += windows_only ? 1 : 2;
        free(s);
    }
    assert_non_null(realpath(__FILE__, dir));
    *strrchr(dir, '/') = 0;
    snprintf(command, sizeof command, "python3 '%s/validate.py' '%s/../../../docs/schemas/%s' %zu < '%s'",
             dir, dir, schema, lines, tmp_file(out.data, out.size));
    oddi_buf_free(&out);
    assert_int_equal(tmp_run(command), 0);
}

static void test_ndjson_schema(void **unused)
{
    (void)unused;
    validate("ndjson", "ndjson.schema.json", false, 3000);
}

static void test_ndjson_window_schema(void **unused)
{
    (void)unused;
    validate("ndjson", "ndjson-window.schema.json", true, 300);
}

static void test_ecs_schema(void **unused)
{
    (void)unused;
    validate("ecs", "ecs.schema.json", false, 3000);
    validate("ecs", "ecs.schema.json", true, 300);
}

static void test_eve_schema(void **unused)
{
    (void)unused;
    validate("eve", "eve.schema.json", false, 3000);
    validate("eve", "eve.schema.json", true, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ndjson),
        cmocka_unit_test(test_eve),
        cmocka_unit_test(test_eve_protocols_and_addresses),
        cmocka_unit_test(test_ecs),
        cmocka_unit_test(test_ecs_odd_flows),
        cmocka_unit_test(test_ecs_entity),
        cmocka_unit_test(test_keys_are_escaped),
        cmocka_unit_test(test_windows_only),
        cmocka_unit_test(test_ndjson_schema),
        cmocka_unit_test(test_ndjson_window_schema),
        cmocka_unit_test(test_ecs_schema),
        cmocka_unit_test(test_eve_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
