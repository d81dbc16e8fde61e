#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "baseline/drift.h"

#define HOSTS 300
#define RUNS  20
#define CLEAN 45
#define DAYS  120

static double normal(struct oddi_rng *r)
{
    double u = 1 - oddi_rng_double(r), v = oddi_rng_double(r);

    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* Log volumes of hosts: each its own level, a week's rhythm, what a day does to all, and what it does to one. */
struct world {
    struct oddi_rng r;
    double level[HOSTS], x[HOSTS], day_effect;
};

static void make_day(struct world *w, int day, double drift)
{
    double rhythm = day % 7 >= 5 ? -.8 : 0, all = w->day_effect * normal(&w->r);

    for (size_t h = 0; h < HOSTS; h++)
        w->x[h] = w->level[h] + rhythm + all + drift + .9 * normal(&w->r);
}

static void make_world(struct world *w, uint64_t seed, double day_effect, struct oddi_drift *d)
{
    static double x[14 * HOSTS];
    static uint8_t weekday[14 * HOSTS];
    static int32_t dates[14 * HOSTS];

    oddi_rng_seed(&w->r, seed);
    w->day_effect = day_effect;
    for (size_t h = 0; h < HOSTS; h++)
        w->level[h] = 8 + 1.2 * normal(&w->r);
    for (int day = 0; day < 14; day++) {
        make_day(w, day, 0);
        memcpy(x + (size_t)day * HOSTS, w->x, sizeof w->x);
        memset(weekday + (size_t)day * HOSTS, day % 7, HOSTS);
        for (size_t h = 0; h < HOSTS; h++)
            dates[(size_t)day * HOSTS + h] = day;
    }
    oddi_drift_init(d, x, weekday, dates, 14 * HOSTS);
}

/* The day on which a drift of `rate` a day to three times the volume is told, counted from its first one; 0: not in DAYS days, or a
 * false alert came first. rate 0: the day of a false alert. */
static int day_told(uint64_t seed, double day_effect, double rate, double cap)
{
    struct world w;
    struct oddi_drift d;
    struct oddi_drift_day out;

    make_world(&w, seed, day_effect, &d);
    for (int day = 0; day < CLEAN + DAYS; day++) {
        double drift = day < CLEAN ? 0 : fmin(log(3), (day - CLEAN + 1) * log1p(rate));

        make_day(&w, day, drift);
        oddi_drift_follow(&d, (uint8_t)(day % 7), w.x, HOSTS, cap, &out);
        if (out.told && day < CLEAN)
            return rate > 0 ? 0 : day + 1;
        if (out.told)
            return rate > 0 ? day - CLEAN + 1 : day + 1;
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The median day; -1 if it was not told in each run. Without drift: the share of runs with a false alert in percent. */
static int table_cell(double day_effect, double rate, double cap)
{
    int day[RUNS], told = 0;

    for (uint64_t run = 0; run < RUNS; run++) {
        day[run] = day_told(100 + run, day_effect, rate, cap);
        told += day[run] > 0;
    }
    qsort(day, RUNS, sizeof *day, compare);
    if (rate == 0)
        return 100 * told / RUNS;
    return told == RUNS ? day[RUNS / 2] : -1;
}

/* The table of docs: rows are caps, columns no drift and 1, 2, 5 % a day, for 10 % and (30 %) of day effect. */
static void drift_is_told_in_time(void **state)
{
    static const double caps[] = {.01, .02, .05, .1, INFINITY}, rates[] = {0, .01, .02, .05};
    static const int must[] = {0, 45, 35, 25};

    (void)state;
    for (size_t c = 0; c < 5; c++) {
        print_message("cap %4.2f:", caps[c]);
        for (size_t r = 0; r < 4; r++) {
            int low = table_cell(.1, rates[r], caps[c]), high = table_cell(.3, rates[r], caps[c]);

            print_message("  %s %d (%d)", r == 0 ? "false %" : "day", low, high);
            if (caps[c] != ODDI_DRIFT_CAP)
                continue;
            assert_true(r == 0 ? low == 0 && high == 0
                               : low > 0 && low <= must[r] && high > 0 && high <= must[r]);
        }
        print_message("\n");
    }
}

/* One host that grows by 1, 2, 5 % a day. */
static void one_host(void **state)
{
    static const double rates[] = {0, .01, .02, .05};
    int found[4] = {0}, day[4][200];

    (void)state;
    for (int k = 0; k < 4; k++)
        for (uint64_t run = 0; run < 200; run++) {
            struct oddi_cusum c = {0};
            struct oddi_rng r;

            oddi_rng_seed(&r, 7 + run);
            for (int t = 1; t <= 250; t++)
                if (oddi_cusum_add(&c, normal(&r) + fmin(log(3), t * log1p(rates[k])) / .9)) {
                    day[k][found[k]++] = t;
                    break;
                }
            qsort(day[k], (size_t)found[k], sizeof day[k][0], compare);
        }
    print_message("one host: false %.1f %%, median day %d / %d / %d\n", found[0] / 2., day[1][found[1] / 2],
                  day[2][found[2] / 2], day[3][found[3] / 2]);
    assert_true(found[1] == 200 && found[2] == 200 && found[3] == 200);
    assert_true(day[1][100] > day[2][100] && day[2][100] > day[3][100] && day[1][100] <= 80);
}

/* live by hand: the cap, the bound and a day with too few rows. */
static void steps(void **state)
{
    struct oddi_drift d = {.frozen = {10, 10, 10, 10, 10, 4, 4}, .sd = 2};
    struct oddi_drift_day out;
    double x[40];

    (void)state;
    for (int i = 0; i < 40; i++)
        x[i] = i < 30 ? 11 : i < 35 ? 17 : NAN;
    oddi_drift_follow(&d, 0, x, 40, .02, &out);
    assert_int_equal(out.used, 30);
    assert_int_equal(out.left_out, 10);
    assert_true(fabs(d.offset - .02) < 1e-15 && !out.told && fabs(out.limit - .3) < 1e-15);
    oddi_drift_follow(&d, 0, x, 19, .02, &out);
    assert_true(fabs(d.offset - .02) < 1e-15 && d.days == 1);
    oddi_drift_follow(&d, 0, x, 40, INFINITY, &out);
    assert_true(fabs(d.offset - .51) < 1e-14 && out.told);
    assert_true(oddi_drift_live(&d, 5) == 4.51);
    for (int i = 0; i < 40; i++)
        x[i] = 4.51;
    oddi_drift_follow(&d, 5, x, 40, INFINITY, &out);
    assert_true(fabs(d.offset - .51) < 1e-14);
}

static void learns_the_week(void **state)
{
    double x[200];
    uint8_t weekday[200];
    int32_t dates[200];
    struct oddi_drift d;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        dates[i] = (int32_t)(i / 20);
    for (size_t i = 0; i < 200; i++) { /* two rows of a Sunday are no Sunday */
        weekday[i] = i < 198 ? (uint8_t)(i % 6) : 6;
        x[i] = 10. * weekday[i] + (i / 6 % 2 ? 1 : -1);
    }
    oddi_drift_init(&d, x, weekday, dates, 200);
    for (int w = 0; w < 6; w++)
        assert_true(fabs(d.frozen[w] - 10 * w) < .1);
    assert_true(fabs(d.frozen[6] - (25 * 198 + 120) / 200.) < .1);
    for (size_t i = 0; i < 200; i++)
        x[i] = 3;
    oddi_drift_init(&d, x, weekday, dates, 200);
    assert_true(d.sd == 1 && d.frozen[0] == 3 && d.offset == 0 && d.day_sd == 0 && d.trained == 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_is_told_in_time),
        cmocka_unit_test(one_host),
        cmocka_unit_test(steps),
        cmocka_unit_test(learns_the_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
