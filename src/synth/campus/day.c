#include "synth/campus/day.h"

#define LOG(x) ((int32_t)((x)*65536))

/* Standard deviations, as logs to base 2: 10 % of the campus's day, 50 % of a host's day, a host's own habit 80 %. */
#define CAMPUS_SD LOG(.144)
#define HOST_SD   LOG(.721)
#define HABIT_SD  LOG(1.15)

#define REPLACED_PER_MILLE 7  /* of the hosts a day make room for another */
#define HOLIDAY_PER_MILLE  50 /* of the weekdays */

/* How many per mille of the users are there on a weekday and on a free day, and of the machines are always on. */
static const uint16_t there[ODDI_N_NETS][2] = {{940, 80}, {920, 800}, {0, 0}, {700, 340}};
static const uint16_t lasting[ODDI_N_NETS] = {550, 480, 1000, 0};

const uint8_t *oddi_rhythm(enum oddi_net net)
{
    static const uint8_t hours[ODDI_N_NETS][24] = {
        {0, 0, 0, 0, 0, 0, 1, 5, 12, 14, 13, 11, 7, 11, 13, 12, 10, 6, 2, 1, 1, 0, 0, 0},
        {6, 4, 2, 1, 1, 1, 1, 3, 4, 4, 4, 4, 5, 5, 5, 6, 7, 9, 11, 13, 14, 14, 12, 9},
        {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
        {0, 0, 0, 0, 0, 0, 1, 4, 9, 11, 11, 11, 12, 11, 10, 9, 7, 5, 3, 2, 1, 1, 0, 0},
    };
    return hours[net];
}

static int32_t spread(const struct oddi_site *site, uint64_t a, uint64_t b, int32_t sd)
{
    int64_t z = oddi_draw_normal(oddi_site_hash(site, ODDI_FOR_LEVEL, a, b));
    return (int32_t)((z * sd) >> 16);
}

static void move_in(struct oddi_day *d, uint32_t slot, int32_t campus_level)
{
    const struct oddi_site *site = d->site;
    struct oddi_resident *r = &d->residents[slot];
    r->slot = slot;
    r->net = oddi_site_net(slot, &r->within);
    bool stays = r->net == ODDI_NET_SERVERS || r->net == ODDI_NET_WIFI || d->day == 0;
    if (!stays && oddi_chance(oddi_site_hash(site, ODDI_FOR_TENANT, slot, d->day), REPLACED_PER_MILLE))
        d->tenant[slot]++;
    r->id = oddi_site_hash(site, ODDI_FOR_HOST, slot, d->tenant[slot]);
    r->group = oddi_site_group(site, slot);
    r->addr = oddi_site_addr(site, slot, d->tenant[slot], d->day);
    r->user = oddi_chance(oddi_site_hash(site, ODDI_FOR_PRESENCE, r->id, d->day), there[r->net][d->free]);
    r->always_on = oddi_chance(oddi_site_hash(site, ODDI_FOR_PRESENCE, r->id, UINT64_MAX), lasting[r->net]);
    r->machine = r->user || r->always_on;
    r->shift = (int32_t)(oddi_site_hash(site, ODDI_FOR_HABIT, r->id, 0) >> 58) * 2 - 63;
    if (r->net == ODDI_NET_HOUSING)
        r->shift *= 2;
    r->day_level = campus_level;
    r->level = campus_level + spread(site, r->id, 0, HABIT_SD) + spread(site, r->id, d->day + 1, HOST_SD);
}

void oddi_day_begin(struct oddi_day *d, uint32_t day, uint32_t first_weekday)
{
    int32_t campus_level = spread(d->site, 0, day, CAMPUS_SD);
    d->day = day;
    d->weekday = (first_weekday + day) % 7;
    d->free =
        d->weekday >= 5 || oddi_chance(oddi_site_hash(d->site, ODDI_FOR_DAY, day, 0), HOLIDAY_PER_MILLE);
    d->start = day * ODDI_CAMPUS_DAY;
    for (uint32_t slot = 0; slot < ODDI_N_SLOTS; slot++)
        move_in(d, slot, campus_level);
}

int64_t oddi_draw_time(const struct oddi_day *d, const struct oddi_resident *r, bool any,
                       struct oddi_rng *rng)
{
    const uint8_t *rhythm = oddi_rhythm(any ? ODDI_NET_SERVERS : r->net);
    uint32_t sum = 0, hour = 0;
    for (uint32_t h = 0; h < 24; h++)
        sum += rhythm[h];
    uint32_t at = (uint32_t)oddi_rng_below(rng, sum);
    while (at >= rhythm[hour])
        at -= rhythm[hour++];
    int64_t time = hour * ODDI_CAMPUS_HOUR + (int64_t)oddi_rng_below(rng, (uint64_t)ODDI_CAMPUS_HOUR);
    if (!any)
        time += r->shift * ODDI_CAMPUS_MINUTE;
    /* Whoever stays up past midnight is told of on the same day's morning: the rhythm repeats. */
    return d->start + (time + ODDI_CAMPUS_DAY) % ODDI_CAMPUS_DAY;
}

uint32_t oddi_draw_count(const struct oddi_day *d, uint32_t thousandths, int32_t level, struct oddi_rng *rng)
{
    int64_t log = (10 << 16) + (int64_t)level;
    uint64_t scale = oddi_exp2(&d->site->sample, log > 0 ? (uint32_t)log : 0) >> 16; /* 2^10 is one */
    uint64_t mean = (uint64_t)thousandths * scale * (1 << 14) / 1000, passed = 0;    /* 8.24 fixed point */
    uint32_t count = 0;
    for (;;) {
        passed += oddi_draw_gap(&d->site->sample, rng);
        if (passed > mean)
            return count;
        count++;
    }
}
