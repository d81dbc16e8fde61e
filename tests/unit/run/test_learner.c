/* The sample of what is learnt from: whole days of hosts, or, where one day is more than the sample, a part of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "oddflow/oddflow.h"
#include "run/baseline_load.h"
#include "tmp.h"

#define HEADER                                                                                               \
    "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"

/* Days of hosts, each with `least` to `most` minutes in which there is a flow. */
static const char *traffic(unsigned hosts, unsigned days, unsigned least, unsigned most)
{
    struct oddi_rng rng;
    struct oddi_buf out;
    const char *path;

    oddi_rng_seed(&rng, 5);
    oddi_buf_init(&out, 0);
    oddi_buf_add(&out, HEADER, strlen(HEADER));
    for (unsigned day = 1; day <= days; day++)
        for (unsigned minute = 0; minute < most; minute++)
            for (unsigned host = 0; host < hosts; host++)
                if (minute < least || oddi_rng_below(&rng, 2))
                    oddi_buf_printf(
                        &out,
                        "2025/03/%02u %02u:%02u:01.000000,0.1,tcp,10.0.%u.%u,1025,  ->,192.0.2.1,80,"
                        "CON,0,0,2,%u,60,x\n",
                        day, minute / 60, minute % 60, host / 250, host % 250,
                        100 + (unsigned)oddi_rng_below(&rng, 900));
    assert_true(oddi_buf_ok(&out));
    path = tmp_file(out.data, out.size);
    oddi_buf_free(&out);
    return path;
}

static void learn(const char *traffic, const char *sample, struct oddi_baseline *b)
{
    const char *path = tmp_file("", 0);
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    odd_run *run = NULL;

    assert_int_equal(odd_options_new("learn", &opt, NULL), ODD_OK);
    assert_int_equal(
        odd_options_read(opt,
                         "by = src_ip\nwindow = 1m\nfeature = n = log1p(sum(bytes))\nscope = none\n"
                         "home = 10.0.0.0/8\n",
                         "test", NULL),
        ODD_OK);
    assert_int_equal(odd_options_set(opt, "sample", sample, NULL), ODD_OK);
    assert_int_equal(odd_run_new(opt, &run, NULL), ODD_OK);
    assert_int_equal(odd_run_add_file(run, traffic, NULL), ODD_OK);
    if (odd_run_learn(run, path, &err) != ODD_OK)
        fail_msg("%s", err.message);
    odd_run_free(run);
    odd_options_free(opt);
    assert_int_equal(oddi_baseline_load(b, path, NULL), ODD_OK);
}

/* Whether the examples of a plan, which are all rows of a small sample, have one of this entity and window. */
static bool has_row(const struct oddi_base_plan *p, uint64_t hash)
{
    for (size_t i = 0; i < p->n_sample; i++)
        if (p->key[i].hash == hash)
            return true;
    return false;
}

static bool has_day(const struct oddi_base_plan *p, const struct oddi_row_key *key)
{
    for (size_t i = 0; i < p->n_sample; i++)
        if (oddi_row_group(&p->key[i]) == oddi_row_group(key))
            return true;
    return false;
}

static void days_are_whole(void **state)
{
    const char *path = traffic(60, 4, 3, 12);
    struct oddi_baseline all, some;
    size_t halves[2] = {0, 0};

    (void)state;
    learn(path, "128k", &all);
    learn(path, "1000", &some);
    assert_int_equal(all.plans[0].n_sample, all.plans[0].rows);
    assert_true(all.plans[0].rows > 1500 && all.plans[0].rows < 4096);
    assert_int_equal(some.plans[0].rows, all.plans[0].rows);
    assert_true(some.plans[0].n_sample <= 1000 && some.plans[0].n_sample > 1000 - 12);
    assert_int_equal(some.plans[0].model[0].support.rows, some.plans[0].n_sample);
    for (size_t i = 0; i < all.plans[0].n_sample; i++) {
        const struct oddi_row_key *key = &all.plans[0].key[i];

        assert_int_equal(has_row(&some.plans[0], key->hash), has_day(&some.plans[0], key));
        halves[oddi_row_half(key)] += has_row(&some.plans[0], key->hash);
    }
    /* Which days are drawn says nothing of which half they are in. */
    assert_true(halves[0] > 300 && halves[1] > 300);
    /* There are 60 hosts a day, of which the sample tells by its share. */
    assert_true(all.stage.per_day == 60);
    assert_true(some.stage.per_day > 50 && some.stage.per_day < 70);
    oddi_baseline_clear(&all);
    oddi_baseline_clear(&some);
}

/* Two hosts, whose days have a thousand rows each. */
static void a_day_may_be_too_large(void **state)
{
    struct oddi_baseline b;

    (void)state;
    learn(traffic(2, 2, 1200, 1201), "1000", &b);
    assert_int_equal(b.plans[0].n_sample, 1000);
    assert_true(b.plans[0].model[0].cal.n > 100 && b.stage.joint.n > 0);
    oddi_baseline_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(days_are_whole),
                                       cmocka_unit_test(a_day_may_be_too_large)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
