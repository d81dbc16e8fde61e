/*
 * Rows of a small campus for the search for scopes: (host, hour) rows of hosts in four nets, with their own habits and a
 * rhythm of the day. What is planted in them is up to each test.
 */
#ifndef TEST_BASELINE_CAMPUS_ROWS_H
#define TEST_BASELINE_CAMPUS_ROWS_H

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "baseline/row.h"

#define CAMPUS_FEATURES 4

struct campus {
    struct oddi_rows_view view;
    double *x;
    struct oddi_row_key *key;
};

struct campus_plan {
    uint64_t seed;
    size_t hosts, days;
    unsigned hours;       /* rows a host and day; evenly spread over the 24 hours */
    double habit;         /* deviation between hosts, rows of one host have 1 */
    double night;         /* what hours [night_from, night_from + 3) add in the net */
    unsigned night_from;  /* may wrap midnight */
    uint8_t night_net[2]; /* a /16, all zero: everywhere */
    double net_shift;     /* what the third net adds at all hours */
    double weekend;       /* what Saturday and Sunday add everywhere */
    double service_shift; /* what udp/53 rows add */
    bool random_nets;     /* addresses all over 10.0.0.0/8, telling nothing */
};

static inline double campus_normal(struct oddi_rng *r)
{
    double u = 1 - oddi_rng_double(r), v = oddi_rng_double(r);

    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

static inline struct oddi_addr campus_addr(const struct campus_plan *p, struct oddi_rng *r, size_t host)
{
    static const uint8_t nets[4] = {10, 20, 30, 40};
    struct oddi_addr a = {.kind = ODDI_ADDR_V4};

    a.bytes[0] = 10;
    a.bytes[1] = p->random_nets ? (uint8_t)oddi_rng_below(r, 8) : nets[host % 4];
    a.bytes[2] = (uint8_t)(p->random_nets ? oddi_rng_below(r, 256) : host / 4 % 8 * 16);
    a.bytes[3] = (uint8_t)(1 + host / 32);
    return a;
}

static inline void campus_row(const struct campus_plan *p, struct oddi_rng *r, const struct oddi_row_key *k,
                              double habit, double *x)
{
    bool night = (k->hour + 24u - p->night_from) % 24 < 3;
    bool here =
        p->night_net[0] == 0 || (k->addr.bytes[0] == p->night_net[0] && k->addr.bytes[1] == p->night_net[1]);

    for (size_t j = 0; j < CAMPUS_FEATURES; j++)
        x[j] = habit + campus_normal(r);
    x[0] += night && here ? p->night : 0;
    x[1] += k->addr.bytes[1] == 30 ? p->net_shift : 0;
    x[2] += k->weekday >= 5 ? p->weekend : 0;
    x[1] += k->service == (17u << 17 | 54) ? p->service_shift : 0;
    x[3] = x[3] < 0.5 ? 0 : x[3]; /* an atom at the least value, as counts of rare things have */
}

static inline void campus_make(struct campus *c, const struct campus_plan *p)
{
    size_t n = p->hosts * p->days * p->hours, i = 0;
    struct oddi_rng r;

    oddi_rng_seed(&r, p->seed);
    c->x = malloc((n + 1) * CAMPUS_FEATURES * sizeof *c->x);
    c->key = calloc(n + 1, sizeof *c->key);
    for (size_t h = 0; h < p->hosts; h++) {
        double habit = p->habit * campus_normal(&r);
        struct oddi_addr addr = campus_addr(p, &r, h);

        for (size_t d = 0; d < p->days; d++)
            for (unsigned k = 0; k < p->hours; k++, i++) {
                c->key[i] =
                    (struct oddi_row_key){.host = h + 1,
                                          .hash = oddi_rng_next(&r),
                                          .addr = addr,
                                          .service = oddi_rng_below(&r, 3) ? 6u << 17 | 81 : 17u << 17 | 54,
                                          .day = (int32_t)(15000 + d),
                                          .hour = (uint8_t)(k * 24 / p->hours),
                                          .weekday = (uint8_t)(d % 7)};
                campus_row(p, &r, &c->key[i], habit, c->x + i * CAMPUS_FEATURES);
            }
    }
    c->view = (struct oddi_rows_view){n, CAMPUS_FEATURES, c->x, c->key};
}

static inline void campus_free(struct campus *c)
{
    free(c->x);
    free(c->key);
}

#endif
