/* Every flow file of the data folder: as many rows as its README states, none of them bad in any field but where every
 * time is crossed out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/inflate.h"
#include "read/source.h"

struct expected {
    const char *path;
    const char *reader;
    size_t rows, columns;
    bool has_time;
    size_t bad;
};

static const struct expected files[] = {
    {"argus/2013-10-21_normal-capture-1.binetflow.zst", "binetflow", 2398, 13, true, 0},
    {"argus/2016-09-09_win1.binetflow.zst", "binetflow", 4801, 17, true, 0},
    {"argus/WannaCry.binetflow.zst", "binetflow", 4047, 15, true, 0},
    {"argus/netflowlabeler-test.binetflow.zst", "binetflow", 99, 17, true, 0},
    {"argus/test1-win-attack.binetflow.zst", "binetflow", 4999, 15, true, 0},
    {"argus/test11-portscan.binetflow", "binetflow", 66, 16, true, 0},
    {"argus/test2-malicious.binetflow.zst", "binetflow", 6751, 16, true, 0},
    {"argus/test4-malicious.binetflow", "binetflow", 394, 15, true, 0},
    {"argus/test5-mixed.binetflow", "binetflow", 300, 16, true, 0},
    {"argus/test5.tabs.binetflow.zst", "binetflow", 6725, 16, true, 0},
    {"ctu13/scenario06-part1-100146-112959.binetflow.zst", "binetflow", 394168, 15, true, 0},
    {"ctu13/samples/scenario01-sample100.binetflow", "binetflow", 100, 15, true, 0},
    {"ctu13/samples/scenario02-sample100.binetflow", "binetflow", 100, 15, true, 0},
    {"ctu13/samples/scenario05-sample100.binetflow", "binetflow", 100, 15, true, 0},
    {"ctu13/samples/scenario01-extended-features-sample10k.csv.zst", "csv", 10000, 28, false, 0},
    {"ctu13/scenario01-per-second-aggregate.csv.zst", "csv", 22035, 21, true, 0},
    {"ctu13/scenario06-part1-expected-dbscan.csv", "csv", 89, 8, false, 0},
    {"cic-ids2017/BENIGN_5000.csv.zst", "csv", 5000, 91, true, 0},
    {"cic-ids2017/Botnet_736.csv.zst", "csv", 736, 91, true, 0},
    {"cic-ids2017/DDoS_5000.csv.zst", "csv", 5000, 91, true, 0},
    {"cic-ids2017/DoS_Slowloris_2500.csv.zst", "csv", 2500, 91, true, 0},
    {"cic-ids2017/Infiltration_-_Portscan_5000.csv.zst", "csv", 5000, 91, true, 0},
    {"cic-ids2017/Portscan_5000.csv.zst", "csv", 5000, 91, true, 0},
    {"cic-ids2017/SSH-Patator_2961.csv.zst", "csv", 2961, 91, true, 0},
    {"unsw-nb15/UNSW-NB15_1-first3500.csv.zst", "csv", 3500, 49, true, 0},
    {"ugr16/ugr16-small.csv", "csv", 1000, 10, true, 0},
    {"iot23/CTU-IoT-Malware-Capture-34-1.conn.log.labeled.zst", "zeek", 23145, 23, true, 0},
    {"zeek-labelled/001-zeek-scenario-malicious.conn.log.labeled.zst", "zeek", 992, 23, true, 0},
    {"zeek-labelled/008-zeek-mixed.conn.log.labeled.zst", "zeek", 5663, 23, true, 0},
    {"zeek-labelled/010-zeek-mixed.conn.log.labeled.zst", "zeek", 5347, 23, true, 0},
    {"zeek/003-malicious.conn.log", "zeek", 361, 21, true, 0},
    {"zeek/005-malicious.conn.log.zst", "zeek", 992, 21, true, 0},
    {"zeek/btest-core.cisco-fabric-path.conn.log", "zeek", 64, 22, true, 64},
    {"zeek/btest-opt.basic.conn.log", "zeek", 34, 22, true, 34},
    {"zeek/btest-scripts.base.frameworks.logging.field-extension.conn.log", "zeek", 34, 25, true, 34},
    {"zeek/netflowlabeler.conn.tab.log", "zeek", 92, 21, true, 0},
    {"zeek/rita-proxy.conn.log", "zeek", 463, 21, true, 0},
    {"zeek/rita-server/2024-04-20T00.conn.log.gz", "zeek", 1789, 22, true, 0},
    {"zeek/rita-server/2024-04-20T19.conn.log.gz", "zeek", 2091, 22, true, 0},
    {"zeek/slips-portscan-horizontal.conn.log", "zeek", 41, 21, true, 0},
};

#define N_FILES (sizeof files / sizeof files[0])

static void show_bad(const struct oddi_source *src, const struct oddi_batch *b, const char *data)
{
    char sentence[300];

    for (size_t i = 0; i < b->n_bad && i < 5; i++) {
        oddi_bad_sentence(&b->bad[i], oddi_source_schema(src), data, sentence, sizeof sentence);
        printf("  %s\n", sentence);
    }
}

/* Every field that the file has; rows read and bad. */
static void read_file(const char *path, size_t block_size, const struct expected *want, size_t *rows,
                      size_t *bad)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_source_block *block;
    struct oddi_batch batch;
    struct oddi_source *src;
    struct oddi_input *in;

    *rows = *bad = 0;
    assert_int_equal(oddi_input_open(path, &in, &err), ODD_OK);
    if (oddi_source_open(in, NULL, block_size, NULL, &src, &err) != ODD_OK)
        fail_msg("%s: %s", path, err.message);
    assert_string_equal(oddi_source_reader(src)->name, want->reader);
    assert_int_equal(oddi_source_schema(src)->n_columns, want->columns);
    assert_int_equal(oddi_source_schema(src)->recipes[ODDI_TS_START].how != ODDI_ABSENT, want->has_time);
    assert_int_equal(
        oddi_batch_init(&batch, oddi_source_schema(src)->recipes, ODDI_N_FIELDS, want->has_time, &err),
        ODD_OK);
    while (oddi_source_next(src, &block, &err) == ODD_OK) {
        assert_int_equal(oddi_source_decode(src, &block->block, &batch, &err), ODD_OK);
        *rows += batch.n_records;
        *bad += batch.n_bad;
        if (!want->bad)
            show_bad(src, &batch, block->block.data);
        oddi_source_release(src, block);
    }
    assert_int_equal(err.status, ODD_OK);
    oddi_batch_clear(&batch);
    oddi_source_close(src);
}

static void test_rows(void **state)
{
    const char *folder = getenv("ODDFLOW_DATA");

    (void)state;
    if (!folder || !*folder) {
        printf("SKIP real files: ODDFLOW_DATA is not set\n");
        skip();
    }
    for (size_t i = 0; i < N_FILES; i++) {
        char path[1000];
        size_t rows, bad;

        snprintf(path, sizeof path, "%s/%s", folder, files[i].path);
        if ((strstr(path, ".zst") || strstr(path, ".gz")) && !oddi_inflate_available()) {
            printf("SKIP %s: this build reads no compressed files\n", files[i].path);
            continue;
        }
        for (size_t block_size = 4096; block_size <= 1 << 20; block_size *= 256) {
            read_file(path, block_size, &files[i], &rows, &bad);
            assert_int_equal(rows, files[i].rows);
            assert_int_equal(bad, files[i].bad);
        }
        printf("%-62s %6zu rows, %zu bad\n", files[i].path, rows, bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
