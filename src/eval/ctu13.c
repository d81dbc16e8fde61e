#include "eval/ctu13.h"

#include <math.h>

#include "base/mem.h"

void oddi_ctu13_init(struct oddi_ctu13 *c, int64_t width, double alpha)
{
    *c = (struct oddi_ctu13){.width = width, .alpha = alpha};
}

void oddi_ctu13_free(struct oddi_ctu13 *c)
{
    oddi_ids_free(&c->sources);
    free(c->state);
    *c = (struct oddi_ctu13){0};
}

/* ts >= c->start; the difference may exceed int64_t. */
static bool beyond_window(const struct oddi_ctu13 *c, int64_t ts)
{
    return ts > c->start && (uint64_t)ts - (uint64_t)c->start >= (uint64_t)c->width;
}

bool oddi_ctu13_add(struct oddi_ctu13 *c, int64_t ts, uint64_t source, unsigned truth, unsigned said)
{
    size_t before;
    uint32_t id;

    if (c->sources.n && beyond_window(c, ts))
        oddi_ctu13_flush(c);
    before = c->sources.n;
    if (!oddi_grow(&c->state, &c->cap_state, before + 1, sizeof *c->state) ||
        !oddi_ids_add(&c->sources, source, &id))
        return false;
    if (before == 0)
        c->start = ts;
    if (id == before)
        c->state[id] = 0;
    if (truth > c->state[id] / 3u)
        c->state[id] = (uint8_t)(truth * 3 + c->state[id] % 3);
    if (said > c->state[id] % 3u)
        c->state[id] = (uint8_t)(c->state[id] / 3 * 3 + said);
    return true;
}

static double share(uint64_t part, uint64_t whole)
{
    return (double)part / (double)whole;
}

void oddi_ctu13_flush(struct oddi_ctu13 *c)
{
    uint64_t n[3][3] = {{0}};
    uint64_t botnet, normal;
    double cf;

    if (c->sources.n == 0)
        return;
    for (size_t i = 0; i < c->sources.n; i++)
        n[c->state[i] / 3][c->state[i] % 3]++;
    oddi_ids_clear(&c->sources);
    c->windows++;
    cf = exp(-c->alpha * (double)c->windows) + 1;
    botnet = n[ODDI_CTU13_BOTNET][0] + n[ODDI_CTU13_BOTNET][1] + n[ODDI_CTU13_BOTNET][2];
    normal = n[ODDI_CTU13_NORMAL][0] + n[ODDI_CTU13_NORMAL][1] + n[ODDI_CTU13_NORMAL][2];
    if (botnet) {
        uint64_t found = n[ODDI_CTU13_BOTNET][ODDI_CTU13_SAID_POSITIVE];

        c->sums.tp += cf * share(found, botnet);
        c->sums.fn += cf * share(botnet - found, botnet);
        c->botnet += cf;
    }
    if (normal) {
        c->sums.fp += share(n[ODDI_CTU13_NORMAL][ODDI_CTU13_SAID_POSITIVE], normal);
        c->sums.tn += share(n[ODDI_CTU13_NORMAL][ODDI_CTU13_SAID_NEGATIVE], normal);
        c->normal++;
    }
    for (int k = 0; k < 3; k++)
        c->unknown[k] += n[ODDI_CTU13_BACKGROUND][k];
    c->normal_background += n[ODDI_CTU13_NORMAL][ODDI_CTU13_SAID_BACKGROUND];
}

static void make_row(struct oddi_ctu13_row *row, const char *name, struct oddi_confusion t)
{
    row->name = name;
    row->t = t;
    oddi_rates(&t, &row->rates);
}

void oddi_ctu13_result(const struct oddi_ctu13 *c, struct oddi_ctu13_row *detector,
                       struct oddi_ctu13_row dummies[ODDI_CTU13_DUMMIES])
{
    make_row(detector, NULL, c->sums);
    make_row(&dummies[0], "AllPositive", (struct oddi_confusion){.tp = c->botnet, .fp = c->normal});
    make_row(&dummies[1], "AllNegative", (struct oddi_confusion){.fn = c->botnet, .tn = c->normal});
    make_row(&dummies[2], "AllBackground", (struct oddi_confusion){.fn = c->botnet});
}
