/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "eval/events.h"
#include "failalloc.h"

#define MINUTE  INT64_C(60000000000)
#define HOSTS   12
#define WINDOWS 60

struct day {
    uint8_t label[WINDOWS][HOSTS], said[WINDOWS][HOSTS], there[WINDOWS][HOSTS];
};

static void make(struct day *d, uint64_t seed)
{
    struct oddi_rng r;

    oddi_rng_seed(&r, seed);
    for (size_t w = 0; w < WINDOWS; w++)
        for (size_t h = 0; h < HOSTS; h++) {
            d->there[w][h] = oddi_rng_below(&r, 4) > 0;
            d->said[w][h] = oddi_rng_below(&r, 3) == 0;
            d->label[w][h] = (uint8_t)oddi_rng_below(&r, h % 3 + 1);
            if (h == 5 && w < 20)
                d->label[w][h] = ODDI_LABEL_NEGATIVE;
            if (h == 8)
                d->said[w][h] = w < 3;
        }
}

static bool add_all(struct oddi_events *e, const struct day *d)
{
    for (size_t w = 0; w < WINDOWS; w++)
        for (uint32_t h = 0; h < HOSTS; h++)
            if (d->there[w][h] &&
                !oddi_events_add(e, h, (int64_t)w * 5 * MINUTE, (int64_t)(w + 1) * 5 * MINUTE, d->label[w][h],
                                 d->said[w][h]))
                return false;
    return true;
}

/* Host by host over the table of its windows. */
static void slow(const struct day *d, size_t gap, uint64_t alerts[3], double delay[HOSTS])
{
    memset(alerts, 0, 3 * sizeof *alerts);
    for (size_t h = 0; h < HOSTS; h++) {
        size_t infected = WINDOWS, quiet = gap + 1;
        int truth = -1;

        delay[h] = NAN;
        for (size_t w = 0; w < WINDOWS; w++) {
            bool said = d->there[w][h] && d->said[w][h];

            if (d->there[w][h] && d->label[w][h] == ODDI_LABEL_POSITIVE && infected == WINDOWS)
                infected = w;
            if (!said) {
                quiet++;
                continue;
            }
            if (quiet > gap && truth >= 0) {
                alerts[truth]++;
                truth = -1;
            }
            truth = d->label[w][h] > truth ? d->label[w][h] : truth;
            quiet = 0;
            if (infected < WINDOWS && isnan(delay[h]))
                delay[h] = (double)(w + 1 - infected) * 300;
        }
        if (truth >= 0)
            alerts[truth]++;
    }
}

static void as_the_table(void **state)
{
    static struct day d;

    (void)state;
    for (uint64_t seed = 1; seed < 12; seed++) {
        size_t gap = seed % 3, infected = 0, found = 0;
        struct oddi_events e;
        struct oddi_event_measures m;
        uint64_t alerts[3];
        double delay[HOSTS], longest = 0;

        make(&d, seed);
        slow(&d, gap, alerts, delay);
        oddi_events_init(&e, gap);
        assert_true(add_all(&e, &d) && oddi_events_result(&e, &m));
        assert_true(m.true_alerts == alerts[2] && m.false_alerts == alerts[1] &&
                    m.alerts == alerts[0] + alerts[1] + alerts[2]);
        for (uint32_t h = 0; h < HOSTS; h++) {
            double got = oddi_events_delay(&e, h);
            bool ill = false;

            for (size_t w = 0; w < WINDOWS; w++)
                ill = ill || (d.there[w][h] && d.label[w][h] == ODDI_LABEL_POSITIVE);
            assert_true(got == delay[h] || (isnan(got) && isnan(delay[h])));
            infected += ill;
            found += !isnan(got);
            longest = got > longest ? got : longest;
        }
        assert_true(m.infected == infected && m.found == found && m.max_delay == longest);
        assert_true(m.entities == HOSTS && fabs(m.days - 300.0 / 1440) < 1e-12);
        assert_true(fabs(m.alerts_per_day - (double)m.alerts / m.days) < 1e-9);
        assert_true(fabs(m.false_per_day_per_1000 - (double)m.false_alerts / m.days / HOSTS * 1000) < 1e-6);
        oddi_events_free(&e);
    }
}

static void by_hand(void **state)
{
    struct oddi_events e;
    struct oddi_event_measures m;

    (void)state;
    oddi_events_init(&e, 1);
    assert_true(oddi_events_result(&e, &m));
    assert_true(m.alerts == 0 && isnan(m.alerts_per_day) && isnan(m.median_delay) && m.infected == 0);
    /* An alarm before the infection is a false one and finds nothing; rows of one window are one alarm. */
    assert_true(oddi_events_add(&e, 0, 0, MINUTE, ODDI_LABEL_NEGATIVE, true));
    assert_true(oddi_events_add(&e, 0, 3 * MINUTE, 4 * MINUTE, ODDI_LABEL_POSITIVE, false));
    assert_true(oddi_events_add(&e, 0, 5 * MINUTE, 6 * MINUTE, ODDI_LABEL_POSITIVE, true));
    assert_true(oddi_events_add(&e, 0, 5 * MINUTE, 6 * MINUTE, ODDI_LABEL_IGNORE, true));
    assert_true(oddi_events_add(&e, 0, 7 * MINUTE, 8 * MINUTE, ODDI_LABEL_NEGATIVE, true));
    assert_true(oddi_events_add(&e, 2, 7 * MINUTE, 8 * MINUTE, ODDI_LABEL_POSITIVE, false));
    assert_true(oddi_events_result(&e, &m));
    assert_true(m.alerts == 2 && m.true_alerts == 1 && m.false_alerts == 1);
    assert_true(m.entities == 3 && m.infected == 2 && m.found == 1 && m.median_delay == 180);
    assert_true(isnan(oddi_events_delay(&e, 2)) && isnan(oddi_events_delay(&e, 99)));
    oddi_events_free(&e);
}

static void the_ends_of_time(void **state)
{
    struct oddi_events e;
    struct oddi_event_measures m;

    (void)state;
    oddi_events_init(&e, UINT64_MAX);
    assert_true(oddi_events_add(&e, 0, INT64_MIN, INT64_MAX, ODDI_LABEL_POSITIVE, true));
    assert_true(oddi_events_add(&e, 0, INT64_MIN, INT64_MAX, ODDI_LABEL_POSITIVE, true));
    assert_true(oddi_events_result(&e, &m) && m.alerts == 1 && m.days > 200000);
    oddi_events_free(&e);
}

static enum odd_status story(void *ctx)
{
    struct oddi_events e;
    struct oddi_event_measures m;
    bool ok;

    oddi_events_init(&e, 1);
    ok = add_all(&e, ctx) && oddi_events_result(&e, &m);
    oddi_events_free(&e);
    return ok ? ODD_OK : ODD_ERR_MEMORY;
}

static void failing_allocations(void **state)
{
    static struct day d;

    (void)state;
    make(&d, 1);
    assert_true(failalloc_sweep(story, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_table),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(the_ends_of_time),
        cmocka_unit_test(failing_allocations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
