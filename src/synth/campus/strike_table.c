#include "synth/campus/strike.h"

#define OFFICE  ODDI_WHO(ODDI_NET_OFFICE)
#define HOUSING ODDI_WHO(ODDI_NET_HOUSING)
#define SERVERS ODDI_WHO(ODDI_NET_SERVERS)
#define WIFI    ODDI_WHO(ODDI_NET_WIFI)

static void visit(struct oddi_strike *s, int64_t time, uint32_t dst, enum oddi_talk_id talk, uint64_t sent,
                  enum oddi_answer answer)
{
    struct oddi_visit v = {.time = time,
                           .src = s->host->addr,
                           .dst = dst,
                           .talk = talk,
                           .answer = answer,
                           .label = s->label,
                           .sent = sent};
    if (v.dst != v.src)
        oddi_visit(s->day->visits, &v, &s->rng);
}

/* One of `n` about equal parts of the time, in which nobody can say when. */
static int64_t turn(struct oddi_strike *s, int64_t begin, int64_t length, uint32_t i, uint32_t n)
{
    int64_t part = length / n;
    return begin + i * part + (int64_t)oddi_rng_below(&s->rng, (uint64_t)part + 1);
}

/* Nobody in the campus has met it before. */
static uint32_t attacker(const struct oddi_strike *s)
{
    return oddi_site_world(s->day->site, ODDI_WORLD_ATTACKERS, s->number);
}

/* ---- Kinds ---- */

/* One service looked for at many addresses of the campus, most of which nobody answers at. */
static void make_scan(struct oddi_strike *s, int64_t begin, int64_t length)
{
    static const enum oddi_talk_id services[6] = {ODDI_TALK_SMB, ODDI_TALK_SSH,     ODDI_TALK_RDP,
                                                  ODDI_TALK_RPC, ODDI_TALK_WEB_OLD, ODDI_TALK_WINRM};
    const struct oddi_strike_kind *k = s->kind;
    enum oddi_talk_id service = services[oddi_rng_below(&s->rng, 6)];
    uint32_t n = oddi_draw_between(&s->rng, k->count[0], k->count[1]);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t answer = oddi_rng_below(&s->rng, 100);
        uint32_t dst = oddi_site_any(s->day->site, ODDI_NET_OFFICE, &s->rng);
        visit(s, turn(s, begin, length, i, n), dst, service, answer < 6 ? 200 : 0,
              answer < 6    ? ODDI_ANSWER_YES
              : answer < 20 ? ODDI_ANSWER_REFUSAL
                            : ODDI_ANSWER_SILENCE);
    }
}

static void make_spam(struct oddi_strike *s, int64_t begin, int64_t length)
{
    const struct oddi_strike_kind *k = s->kind;
    uint32_t n = oddi_draw_between(&s->rng, k->count[0], k->count[1]);
    for (uint32_t i = 0; i < n; i++) {
        uint64_t answer = oddi_rng_below(&s->rng, 100), draw = oddi_rng_next(&s->rng);
        uint32_t rank = oddi_draw_rank(&s->day->site->sample, 0, 30000, draw);
        visit(s, turn(s, begin, length, i, n), oddi_site_world(s->day->site, ODDI_WORLD_MAIL, rank),
              ODDI_TALK_SMTP, 0,
              answer < 65   ? ODDI_ANSWER_YES
              : answer < 80 ? ODDI_ANSWER_REFUSAL
                            : ODDI_ANSWER_SILENCE);
    }
}

/* Many megabytes to one address that nobody knows, in a few flows. */
static void make_upload(struct oddi_strike *s, int64_t begin, int64_t length)
{
    static const enum oddi_talk_id services[4] = {ODDI_TALK_UPLOAD, ODDI_TALK_UPLOAD, ODDI_TALK_SSH,
                                                  ODDI_TALK_P2P_TCP};
    const struct oddi_strike_kind *k = s->kind;
    enum oddi_talk_id service = services[oddi_rng_below(&s->rng, 4)];
    uint32_t n = oddi_draw_between(&s->rng, k->count[0], k->count[1]);
    uint64_t bytes = (uint64_t)oddi_draw_between(&s->rng, k->megabytes[0], k->megabytes[1]) * 1000000;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t part = bytes / n * (50 + oddi_rng_below(&s->rng, 101)) / 100;
        visit(s, turn(s, begin, length, i, n), attacker(s), service, part, ODDI_ANSWER_YES);
    }
}

static void make_beacon(struct oddi_strike *s, int64_t begin, int64_t length)
{
    const struct oddi_strike_kind *k = s->kind;
    int64_t step = oddi_draw_between(&s->rng, k->count[0], k->count[1]) * ODDI_CAMPUS_SECOND;
    for (int64_t t = 0; t < length;) {
        int64_t most = step / 100 * k->jitter;
        visit(s, begin + t, attacker(s), ODDI_TALK_AGENT, 0, ODDI_ANSWER_DRAWN);
        t += step - most + (int64_t)oddi_rng_below(&s->rng, 2 * (uint64_t)most + 1);
    }
}

/* Machines of the campus that the host has no business with, entered by the ports that administrators use. */
static void make_lateral(struct oddi_strike *s, int64_t begin, int64_t length)
{
    static const enum oddi_talk_id doors[5] = {ODDI_TALK_SMB, ODDI_TALK_RDP, ODDI_TALK_SSH, ODDI_TALK_WINRM,
                                               ODDI_TALK_RPC};
    const struct oddi_strike_kind *k = s->kind;
    const uint32_t places = ODDI_N_OFFICE + ODDI_N_HOUSING + ODDI_N_SITE_SERV; /* 572 = 4 * 11 * 13 */
    static const uint32_t steps[4] = {3, 7, 17, 19}; /* without a divisor in common */
    uint32_t n = oddi_draw_between(&s->rng, k->count[0], k->count[1]);
    uint32_t first = oddi_draw_between(&s->rng, 0, places - 1), step = steps[oddi_rng_below(&s->rng, 4)];
    enum oddi_talk_id door = doors[oddi_rng_below(&s->rng, 5)];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t dst = s->day->residents[(first + i * step) % places].addr;
        uint32_t tries = oddi_draw_between(&s->rng, 1, 3);
        int64_t time = turn(s, begin, length, i, n);
        for (uint32_t t = 0; t < tries; t++) {
            uint64_t answer = oddi_rng_below(&s->rng, 100);
            visit(s, time, dst, door, 0,
                  answer < 70   ? ODDI_ANSWER_YES
                  : answer < 85 ? ODDI_ANSWER_REFUSAL
                                : ODDI_ANSWER_SILENCE);
            time += (int64_t)oddi_rng_below(&s->rng, 90 * (uint64_t)ODDI_CAMPUS_SECOND);
        }
    }
}

static void make_game(struct oddi_strike *s, int64_t begin, int64_t length)
{
    (void)begin;
    (void)length;
    oddi_game_play(s->day, s->host->addr, true, s->label, &s->rng);
}

/* ---- The deck ---- */

/* What hides is twice as frequent as what shouts. Sizes are reasoned from what such attacks do; none was set by what a
 * detector makes of it. */
static const struct oddi_strike_kind kinds[] = {
    {.name = "Scan",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 1,
     .count = {300, 1500},
     .minutes = {8, 40},
     .make = make_scan},
    {.name = "QuietScan",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 2,
     .quiet = true,
     .count = {20, 60},
     .minutes = {120, 420},
     .make = make_scan},
    {.name = "Spam",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 1,
     .count = {200, 800},
     .minutes = {30, 120},
     .make = make_spam},
    {.name = "QuietSpam",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 2,
     .quiet = true,
     .count = {25, 60},
     .minutes = {180, 480},
     .make = make_spam},
    {.name = "Exfiltration",
     .who = OFFICE | HOUSING | SERVERS,
     .cards = 1,
     .count = {4, 20},
     .minutes = {20, 60},
     .megabytes = {500, 4000},
     .make = make_upload},
    {.name = "QuietExfiltration",
     .who = OFFICE | HOUSING | SERVERS,
     .cards = 2,
     .quiet = true,
     .count = {10, 40},
     .minutes = {180, 540},
     .megabytes = {30, 150},
     .make = make_upload},
    {.name = "Beacon",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 1,
     .count = {30, 120},
     .minutes = {360, 1200},
     .jitter = 5,
     .make = make_beacon},
    {.name = "QuietBeacon",
     .who = OFFICE | HOUSING | WIFI,
     .cards = 2,
     .count = {600, 1800},
     .minutes = {600, 1200},
     .jitter = 30,
     .make = make_beacon},
    {.name = "Lateral",
     .who = OFFICE | HOUSING,
     .cards = 1,
     .count = {12, 40},
     .minutes = {20, 90},
     .make = make_lateral},
    {.name = "QuietLateral",
     .who = OFFICE | HOUSING,
     .cards = 2,
     .quiet = true,
     .count = {3, 6},
     .minutes = {60, 360},
     .make = make_lateral},
    {.name = "OfficeGame", .who = OFFICE, .cards = 2, .game = true, .make = make_game},
    {.name = "GameUpload",
     .who = HOUSING,
     .cards = 2,
     .game = true,
     .player = true,
     .count = {2, 8},
     .megabytes = {300, 3000},
     .make = make_upload},
};

const struct oddi_strike_kind *oddi_strike_kind_at(uint32_t i)
{
    return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}
