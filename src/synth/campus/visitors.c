/* The world at the campus's door: readers of its web pages, mail that comes in, staff at home, scanners. */
#include "synth/campus/day.h"

#define SCANNED_PORTS 10

static const struct {
    enum oddi_server server;
    enum oddi_talk_id talk;
    uint32_t a_day; /* thousandths */
    uint32_t ranks; /* how many there are who may come */
} doors[] = {{ODDI_SERVER_WEB, ODDI_TALK_WEB, 1600000, 60000},
             {ODDI_SERVER_WEB, ODDI_TALK_WEB_OLD, 300000, 60000},
             {ODDI_SERVER_MAIL_A, ODDI_TALK_SMTP, 420000, 4000},
             {ODDI_SERVER_MAIL_B, ODDI_TALK_SMTP, 180000, 4000},
             {ODDI_SERVER_VPN, ODDI_TALK_VPN, 90000, 400}};

static void come_in(struct oddi_day *d, uint32_t i)
{
    /* By day more than by night, and less on a free day; everybody's rhythm together is like a room's. */
    struct oddi_resident world = {.net = ODDI_NET_HOUSING, .shift = -180};
    struct oddi_rng rng;
    oddi_site_rng(d->site, ODDI_FOR_VISITORS, d->day, i, &rng);
    uint32_t n = oddi_draw_count(d, d->free ? doors[i].a_day * 7 / 10 : doors[i].a_day,
                                 d->residents[0].day_level, &rng);
    for (uint32_t k = 0; k < n; k++) {
        struct oddi_visit v = {.talk = doors[i].talk, .label = ODDI_LABEL_VISITOR};
        v.time = oddi_draw_time(d, &world, false, &rng);
        v.src = oddi_site_world(
            d->site, ODDI_WORLD_VISITORS,
            oddi_draw_rank(&d->site->sample, i * 100000, i * 100000 + doors[i].ranks, oddi_rng_next(&rng)));
        v.dst = oddi_site_server(d->site, doors[i].server);
        oddi_visit(d->visits, &v, &rng);
    }
}

/* Every third scanner comes back on the next days. */
static void scan(struct oddi_day *d, uint32_t i)
{
    static const uint16_t ports[SCANNED_PORTS] = {22, 23, 80, 443, 445, 3389, 5060, 8080, 8443, 6379};
    struct oddi_rng rng;
    oddi_site_rng(d->site, ODDI_FOR_SCANNER, d->day, i, &rng);
    uint32_t rank = i % 3 ? d->day * 64 + i + 1000 : i + d->day / 4;
    uint32_t addresses = oddi_draw_rank(&d->site->sample, 20, 500, oddi_rng_next(&rng));
    struct oddi_visit v = {.src = oddi_site_world(d->site, ODDI_WORLD_SCANNERS, rank),
                           .talk = ODDI_TALK_WEB_OLD,
                           .label = ODDI_LABEL_SCANNER};
    v.port = ports[oddi_rng_below(&rng, SCANNED_PORTS)];
    int64_t length = (1 + (int64_t)oddi_rng_below(&rng, 240)) * ODDI_CAMPUS_MINUTE;
    int64_t begin = d->start + (int64_t)oddi_rng_below(&rng, (uint64_t)(ODDI_CAMPUS_DAY - length));
    for (uint32_t k = 0; k < addresses; k++) {
        v.dst = oddi_site_any(d->site, (enum oddi_net)(rank % ODDI_N_NETS), &rng);
        v.time = begin + (int64_t)oddi_rng_below(&rng, (uint64_t)length);
        v.answer = oddi_rng_below(&rng, 25) ? ODDI_ANSWER_SILENCE : ODDI_ANSWER_REFUSAL;
        oddi_visit(d->visits, &v, &rng);
    }
}

void oddi_visitors_run(struct oddi_day *d)
{
    struct oddi_rng rng;
    for (uint32_t i = 0; i < sizeof doors / sizeof *doors; i++)
        come_in(d, i);
    oddi_site_rng(d->site, ODDI_FOR_SCANNER, d->day, UINT64_MAX, &rng);
    uint32_t scanners = oddi_draw_between(&rng, 7, 15);
    for (uint32_t i = 0; i < scanners; i++)
        scan(d, i);
}
