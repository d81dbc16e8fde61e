/* The texts that eval reads: a labels file, and a results file, which after being replaced once stays as it is. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "eval/labels.h"
#include "eval/results.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void read_labels(const char *text)
{
    struct oddi_labels l = {0};
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status st = oddi_labels_read(&l, text, "fuzz", NULL, &err);

    require(st == ODD_OK || (err.message[0] && err.line > 0) || st == ODD_ERR_MEMORY);
    for (int64_t ts = -3; st == ODD_OK && ts < 3; ts++) {
        require(oddi_labels_find(&l, 0, ts) <= ODDI_LABEL_POSITIVE);
        if (l.keys.n > 0)
            require(oddi_labels_find(&l, l.keys.key[0], ts * INT64_C(1000000000)) <= ODDI_LABEL_POSITIVE);
    }
    oddi_labels_free(&l);
}

static void count(void *ctx, const struct oddi_worse *w)
{
    require(w->config && w->level && w->metric && !isnan(w->before));
    (*(size_t *)ctx)++;
}

static void read_results(const char *text)
{
    struct oddi_eval_result r = {.config = "hosts", .n_levels = 1, .first = {.hosts = 3}};
    struct oddi_eval_report report = {.data = "a.csv", .results = &r, .n = 1};
    struct oddi_buf once, twice;
    struct odd_error err = ODD_ERROR_INIT;
    size_t worse = 0;

    r.level[0].name = "flow";
    oddi_buf_init(&once, 0);
    oddi_buf_init(&twice, 0);
    if (oddi_results_replace(text, "fuzz", &report, &once, &err) == ODD_OK) {
        require(oddi_results_replace(oddi_buf_cstr(&once), "fuzz", &report, &twice, NULL) == ODD_OK);
        require(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
        require(oddi_results_compare(oddi_buf_cstr(&once), "fuzz", &report, 0, count, &worse, NULL) ==
                ODD_OK);
        require(worse == 0);
    } else {
        require(err.message[0]);
    }
    require(oddi_results_compare(text, "fuzz", &report, 0.01, count, &worse, &err) == ODD_OK ||
            err.message[0]);
    oddi_buf_free(&once);
    oddi_buf_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    read_labels(text);
    read_results(text);
    free(text);
    return 0;
}
