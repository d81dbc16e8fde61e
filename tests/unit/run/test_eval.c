/*
 * eval through oddflow.h: detectors never see what is true, order never shows, and the numbers are those of a slow twin.
 */
/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "failalloc.h"
#include "oddflow/oddflow.h"
#include "tmp.h"

#define CHECK(call)                                                                                          \
    do {                                                                                                     \
        struct odd_error failure_ = ODD_ERROR_INIT;                                                          \
        if ((call) != ODD_OK)                                                                                \
            fail_msg("%s: %s %s", #call, failure_.source, failure_.message);                                 \
    } while (0)

#define HEADER "StartTime,Proto,SrcAddr,Sport,DstAddr,Dport,TotPkts,TotBytes,Label\n"

static int add_bytes(void *ctx, const void *bytes, size_t n)
{
    oddi_buf_add(ctx, bytes, n);
    return 0;
}

/* n flows of 9 hosts over 20 minutes; 10.0.0.7 is bad in the second half, and meets many peers then. */
static void make(struct oddi_buf *b, size_t n, const char *(*label)(struct oddi_rng *rng, bool bad))
{
    struct oddi_rng rng, labels;

    oddi_rng_seed(&rng, 5);
    oddi_rng_seed(&labels, 6);
    oddi_buf_init(b, 0);
    oddi_buf_str(b, HEADER);
    for (size_t i = 0; i < n; i++) {
        unsigned host = (unsigned)oddi_rng_below(&rng, 9) + 1, second = (unsigned)(1200 * i / n);
        bool bad = host == 7 && second >= 600;
        unsigned peer = (unsigned)oddi_rng_below(&rng, bad ? 200 : 3),
                 bytes = 60 + (unsigned)oddi_rng_below(&rng, 1000);

        oddi_buf_printf(b, "2020/01/01 10:%02u:%02u,tcp,10.0.0.%u,4000,192.168.1.%u,80,3,%u,%s\n",
                        second / 60, second % 60, host, peer, bytes, label(&labels, bad));
    }
}

static const char *true_label(struct oddi_rng *rng, bool bad)
{
    (void)rng;
    return bad ? "flow=From-Botnet-V1" : "flow=From-Normal-V1";
}
static const char *random_label(struct oddi_rng *rng, bool bad)
{
    static const char *const labels[] = {"", "flow=From-Botnet-V9", "0", "1e9", "flow=From-Normal-V2"};

    (void)bad;
    return labels[oddi_rng_below(rng, 5)];
}
static const char *no_label(struct oddi_rng *rng, bool bad)
{
    (void)rng;
    (void)bad;
    return "";
}

static const char *file_of(size_t n, const char *(*label)(struct oddi_rng *rng, bool bad))
{
    struct oddi_buf b;
    const char *path;

    make(&b, n, label);
    path = tmp_file(b.data, b.size);
    oddi_buf_free(&b);
    return path;
}

static enum odd_status eval_status(const char *settings, const char *labels, const char *path,
                                   struct oddi_buf *out, struct odd_error *err)
{
    odd_options *opt = NULL;
    odd_eval *eval = NULL;
    enum odd_status st = odd_options_new("eval", &opt, err);

    if (!st)
        st = odd_options_read(opt, settings, "test", err);
    if (!st)
        st = odd_eval_new(opt, &eval, err);
    if (!st && labels)
        st = odd_eval_labels(eval, "labels", labels, err);
    if (!st)
        st = odd_eval_run(eval, &path, 1, err);
    if (!st)
        st = odd_eval_write(eval, add_bytes, out, err);
    odd_eval_free(eval);
    odd_options_free(opt);
    return st;
}

/* The csv of a measuring; the caller frees. */
static char *eval_of(const char *settings, const char *labels, const char *path)
{
    struct oddi_buf out;

    oddi_buf_init(&out, 0);
    CHECK(eval_status(settings, labels, path, &out, &failure_));
    oddi_buf_char(&out, '\0');
    assert_true(oddi_buf_ok(&out));
    return out.data;
}

static double value_of(const char *csv, const char *key)
{
    const char *at = strstr(csv, key);

    if (!at)
        fail_msg("no %s", key);
    return strtod(at + strlen(key), NULL);
}

#define CONFIGS                                                                                              \
    "data = d\noutput = csv\nwindow = 5m\nresamples = 20\nhome = 10.0.0.0/8\n"                               \
    "by = src_ip\nfeature = peers = log1p(distinct(dst_ip))\nfeature = n = log1p(count())\n"                 \
    "detector = knn\ndetector = iforest\ndetector = dbscan\n"

static const char *const settings[] = {
    CONFIGS,
    "data = d\noutput = csv\nresamples = 20\nwindow = 2m\n",
    "data = d\noutput = csv\nresamples = 20\nhome = 10.0.0.0/8\npreset = hosts,services\n",
    "data = d\noutput = csv\nresamples = 20\nhome = 10.0.0.0/8\nhunt = yes\n",
    "data = d\noutput = csv\nresamples = 20\nfeatures = all\nscale = robust\n",
    CONFIGS "hop = 100s\n",
    ("data = d\noutput = csv\nwindow = 5m\nresamples = 20\nby = host\nfeature = peers = distinct(peer)\n"
     "feature = n = count()\ndetector = knn\nagainst = run\n"),
};
#define N_SETTINGS (sizeof settings / sizeof *settings)

/* The truth from elsewhere, the label column right, random or blank: the same bytes. */
static void labels_are_not_seen(void **state)
{
    const char *right = file_of(3000, true_label), *wrong = file_of(3000, random_label),
               *blank = file_of(3000, no_label);
    static const char truth[] = "10.0.0.7,2020-01-01T10:10:00Z,,positive\n*,negative\n";

    (void)state;
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char *by_column = eval_of(settings[i], NULL, right), *by_file = eval_of(settings[i], truth, right),
             *by_wrong = eval_of(settings[i], truth, wrong), *by_blank = eval_of(settings[i], truth, blank);

        assert_string_equal(by_column, by_file);
        assert_string_equal(by_wrong, by_file);
        assert_string_equal(by_blank, by_file);
        free(by_column);
        free(by_file);
        free(by_wrong);
        free(by_blank);
    }
}

static void readers_of_labels_are_refused(void **state)
{
    static const char *const cheats[] = {
        "by = src_ip\nfeature = bad = count(label like '*Botnet*')\n",
        "by = src_ip, label\n",
        "where = label like '*Botnet*'\n",
        "feature = bad = if(label like '*Botnet*', 1, 0)\n",
    };
    const char *path = file_of(300, true_label);

    (void)state;
    for (size_t i = 0; i < sizeof cheats / sizeof *cheats; i++) {
        struct odd_error err = ODD_ERROR_INIT;
        struct oddi_buf out;

        oddi_buf_init(&out, 0);
        assert_int_equal(eval_status(cheats[i], NULL, path, &out, &err), ODD_ERR_USAGE);
        assert_non_null(strstr(err.message, "reads the column 'Label', which says what is true"));
        oddi_buf_free(&out);
    }
}

/* A column that is no field, but that --positive names, is the truth as well. */
static void columns_of_the_truth_are_refused(void **state)
{
    static const char text[] = "StartTime,SrcAddr,TotBytes,IsBad\n2020/01/01 10:00:00,10.0.0.1,5,1\n"
                               "2020/01/01 10:00:01,10.0.0.2,5,0\n2020/01/01 10:00:02,10.0.0.3,6,0\n";
    const char *path = tmp_text(text);
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf out;

    (void)state;
    oddi_buf_init(&out, 0);
    assert_int_equal(eval_status("positive = IsBad == 1\nfeatures = all\n", NULL, path, &out, &err),
                     ODD_ERR_USAGE);
    assert_non_null(strstr(err.message, "reads the column 'IsBad'"));
    assert_int_equal(eval_status("positive = IsBad == 1\nfeatures = bytes\n", NULL, path, &out, &err),
                     ODD_OK);
    oddi_buf_free(&out);
}

static void order_never_shows(void **state)
{
    const char *path = file_of(3000, true_label);

    (void)state;
    for (size_t i = 0; i < N_SETTINGS; i++) {
        char other[1024], *one, *many;

        snprintf(other, sizeof other, "%s%s", settings[i], "threads = 3\nblock-size = 4k\nhold = 0\n");
        one = eval_of(settings[i], NULL, path);
        many = eval_of(other, NULL, path);
        assert_string_equal(one, many);
        free(one);
        free(many);
    }
}

/* Flows by what odd_run_next says of them; AUC by all pairs. */
static void flows_as_a_slow_twin_of(const char *hop)
{
    static double score[3000];
    static bool bad[3000];
    struct oddi_buf how;
    const char *path = file_of(3000, true_label);
    char *text = tmp_read(path, NULL), *line = strchr(text, '\n') + 1, *csv;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    const odd_window *win;
    enum odd_status st;
    double better = 0, pairs = 0;

    for (size_t i = 0; i < 3000; i++, line = strchr(line, '\n') + 1) {
        score[i] = -1;
        bad[i] = strstr(line, "Botnet") && strstr(line, "Botnet") < strchr(line, '\n');
    }
    CHECK(odd_options_new("detect", &opt, &failure_));
    CHECK(odd_options_set(opt, "window", "2m", &failure_));
    CHECK(odd_options_set(opt, "hop", hop, &failure_));
    CHECK(odd_run_new(opt, &run, &failure_));
    CHECK(odd_run_add_file(run, path, &failure_));
    while ((st = odd_run_next(run, &win, NULL)) == ODD_OK) {
        static uint64_t row[3000];
        static double s[3000];
        struct odd_verdict_columns c = {.struct_size = sizeof c, .row = row, .score = s};

        assert_int_equal(odd_window_verdicts(win, &c), ODD_OK);
        for (size_t i = 0; i < odd_window_rows(win); i++)
            score[row[i]] = fmax(score[row[i]], s[i]); /* of all windows that hold it */
    }
    assert_int_equal(st, ODD_END);
    for (size_t i = 0; i < 3000; i++)
        for (size_t k = 0; bad[i] && k < 3000; k++) {
            if (bad[k])
                continue;
            pairs++;
            better += score[i] > score[k] ? 1 : score[i] < score[k] ? 0 : 0.5;
        }
    oddi_buf_init(&how, 0);
    oddi_buf_printf(&how, "data = d\noutput = csv\nwindow = 2m\nhop = %s\n", hop);
    csv = eval_of(oddi_buf_cstr(&how), NULL, path);
    oddi_buf_free(&how);
    assert_true(fabs(value_of(csv, "d,detect,flow,roc_auc,") - better / pairs) < 1e-11);
    free(csv);
    free(text);
    odd_run_free(run);
    odd_options_free(opt);
}

static void flows_as_a_slow_twin(void **state)
{
    (void)state;
    flows_as_a_slow_twin_of("0");
    flows_as_a_slow_twin_of("1m");
    flows_as_a_slow_twin_of("50s"); /* two or three windows hold a flow */
}

/* What can be counted by hand: 4 windows, 9 hosts, one of them bad in two windows. */
static void counts(void **state)
{
    const char *path = file_of(3000, true_label);
    char *csv = eval_of(CONFIGS, NULL, path);

    (void)state;
    assert_true(value_of(csv, "d,knn,host in a window,rows,") == 36);
    assert_true(value_of(csv, "d,knn,host in a window,positives,") == 2);
    assert_true(value_of(csv, "d,knn,window,rows,") == 4);
    assert_true(value_of(csv, "d,knn,window,positives,") == 2);
    assert_true(value_of(csv, "d,knn,host,rows,") == 9);
    assert_true(value_of(csv, "d,knn,host,positives,") == 1);
    assert_true(value_of(csv, "d,knn,flow,rows,") == 3000);
    assert_true(value_of(csv, "d,knn,first positive host,rank_by_maximum,") == 1);
    assert_true(value_of(csv, "d,knn,alerts,infected,") == 1);
    assert_null(strstr(csv, "entity")); /* entities are hosts */
    free(csv);
}

/* Both ends are judged, but a flow counts for the host that started it: the peers, which start none, are not measured. */
static void both_ends(void **state)
{
    static const char text[] = "data = d\noutput = csv\nwindow = 5m\nresamples = 0\nby = host\n"
                               "feature = peers = log1p(distinct(peer))\nfeature = n = log1p(count())\n"
                               "detector = knn\n";
    char *csv = eval_of(text, NULL, file_of(3000, true_label));

    (void)state;
    assert_true(value_of(csv, "d,knn,host in a window,rows,") == 36);
    assert_true(value_of(csv, "d,knn,host in a window,positives,") == 2);
    assert_true(value_of(csv, "d,knn,host,rows,") == 9);
    assert_true(value_of(csv, "d,knn,first positive host,rank_by_maximum,") == 1);
    free(csv);
}

/* Windows that overlap: hosts are measured in the steps from one start to the next. */
static void overlapping_windows(void **state)
{
    char *csv = eval_of(CONFIGS "hop = 100s\n", NULL, file_of(3000, true_label));

    (void)state;
    assert_true(value_of(csv, "d,knn,window,rows,") == 12);
    assert_true(value_of(csv, "d,knn,host in a window,rows,") == 108);
    assert_true(value_of(csv, "d,knn,host in a window,positives,") == 6);
    assert_true(value_of(csv, "d,knn,first positive host,rank_by_maximum,") == 1);
    free(csv);
}

/* --threshold: what is told as odd are the scores from there on, in the measures of every level. */
static void from_a_threshold(void **state)
{
    const char *path = file_of(3000, true_label);
    char *all = eval_of(CONFIGS "threshold = 0\n", NULL, path),
         *none = eval_of(CONFIGS "threshold = 100\n", NULL, path);

    (void)state;
    assert_true(value_of(all, "d,knn,host in a window,tp,") == 2);
    assert_true(value_of(all, "d,knn,host in a window,fp,") == 34);
    assert_true(value_of(all, "d,knn,ctu13,recall,") == 1);
    assert_true(value_of(all, "d,knn,alerts,found,") == 1);
    assert_true(value_of(none, "d,knn,host in a window,tp,") == 0);
    assert_true(value_of(none, "d,knn,alerts,alerts,") == 0);
    assert_true(value_of(all, "d,knn,flow,roc_auc,") == value_of(none, "d,knn,flow,roc_auc,"));
    free(all);
    free(none);
}

struct story {
    const char *settings, *path;
};

static enum odd_status tell(void *ctx)
{
    const struct story *s = ctx;
    struct oddi_buf out;
    enum odd_status st;

    oddi_buf_init(&out, 0);
    st = eval_status(s->settings, NULL, s->path, &out, NULL);
    if (st == ODD_OK && !oddi_buf_ok(&out))
        st = ODD_ERR_MEMORY;
    oddi_buf_free(&out);
    return st;
}

static void without_memory(void **state)
{
    struct story flows = {"threads = 1\nwindow = 10m\nresamples = 2\n", file_of(60, true_label)},
                 hosts = {"threads = 1\nhome = 10.0.0.0/8\npreset = services\nresamples = 2\n", flows.path},
                 hops = {"threads = 1\nwindow = 10m\nhop = 5m\nby = host\nfeature = n = count()\n"
                         "detector = l2\nresamples = 2\n",
                         flows.path};

    (void)state;
    assert_true(failalloc_sweep(tell, &flows));
    assert_true(failalloc_sweep(tell, &hosts));
    assert_true(failalloc_sweep(tell, &hops));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_are_not_seen),
        cmocka_unit_test(readers_of_labels_are_refused),
        cmocka_unit_test(columns_of_the_truth_are_refused),
        cmocka_unit_test(order_never_shows),
        cmocka_unit_test(flows_as_a_slow_twin),
        cmocka_unit_test(counts),
        cmocka_unit_test(both_ends),
        cmocka_unit_test(overlapping_windows),
        cmocka_unit_test(from_a_threshold),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
