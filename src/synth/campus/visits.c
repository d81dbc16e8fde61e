#include "synth/campus/visits.h"

#include <string.h>

#include "base/mem.h"
#include "synth/host.h"

#define PAYLOAD    1448
#define HEADER     66
#define DATAGRAM   1200
#define TALK_CAP   (UINT64_C(1) << 34) /* bytes of one flow in one direction */
#define FASTEST    100                 /* bytes a microsecond */
#define HOUR_US    UINT64_C(3600000000)
#define INDEX_BITS 24

enum carrier { TCP, UDP, ICMP };

/* Means and standard deviations of logs to base 2 (of bytes of payload, and of milliseconds) in 16.16 fixed point. */
struct talk {
    uint8_t carrier;
    uint16_t port;    /* 0: the port that the peer listens on; the game's is the site's */
    uint16_t failing; /* per mille without an answer */
    int32_t sent, sent_sd, received, received_sd, ms, ms_sd;
};
#define LOG(x) ((int32_t)((x)*65536))
#define TALK(carrier, port, failing, a, a_sd, b, b_sd, c, c_sd)                                              \
    {                                                                                                        \
        carrier, port, failing, LOG(a), LOG(a_sd), LOG(b), LOG(b_sd), LOG(c), LOG(c_sd)                      \
    }

/* Chosen to look like the thing named: a lookup is a few dozen bytes, a film is a gigabyte, a third of the calls to
 * strangers' computers are never answered. None is fitted to a capture. */
static const struct talk talks[ODDI_N_TALKS] = {
    [ODDI_TALK_DNS] = TALK(UDP, 53, 4, 5.3, .4, 7, .7, 3, 2),
    [ODDI_TALK_WEB] = TALK(TCP, 443, 12, 11, 1.4, 14, 2.2, 11, 3),
    [ODDI_TALK_WEB_OLD] = TALK(TCP, 80, 20, 9.5, 1, 13, 2.4, 9, 3),
    [ODDI_TALK_QUIC] = TALK(UDP, 443, 20, 12, 1.3, 15, 2.4, 13, 2.5),
    [ODDI_TALK_STREAM] = TALK(TCP, 443, 5, 15, 1.3, 25.5, 2, 19.5, 1.4),
    [ODDI_TALK_MAILBOX] = TALK(TCP, 993, 4, 10.5, 1.2, 13, 2.5, 12, 3),
    [ODDI_TALK_SUBMIT] = TALK(TCP, 587, 4, 14, 2.8, 10, .6, 11, 1.5),
    [ODDI_TALK_SMTP] = TALK(TCP, 25, 60, 13.5, 2.5, 9.5, .6, 12, 1.5),
    [ODDI_TALK_SMB] = TALK(TCP, 445, 6, 13, 2.6, 15, 2.8, 14, 3),
    [ODDI_TALK_PRINT] = TALK(TCP, 9100, 10, 18, 1.8, 8, .7, 13, 1.5),
    [ODDI_TALK_KERBEROS] = TALK(TCP, 88, 3, 11, .4, 11, .4, 5, 1.5),
    [ODDI_TALK_LDAP] = TALK(TCP, 389, 3, 10.5, .8, 12.5, 1.5, 8, 2.5),
    [ODDI_TALK_RPC] = TALK(TCP, 135, 20, 10, .7, 10, .8, 7, 2),
    [ODDI_TALK_NTP] = TALK(UDP, 123, 15, 5.6, .2, 5.6, .2, 4, 1.5),
    [ODDI_TALK_PING] = TALK(ICMP, 0, 30, 7, .8, 7, .8, 8, 3),
    [ODDI_TALK_SNMP] = TALK(UDP, 161, 12, 8, .8, 9, 1.1, 5, 2),
    [ODDI_TALK_SYSLOG] = TALK(UDP, 514, 0, 10.5, 1.6, 0, 0, 12, 3),
    [ODDI_TALK_RADIUS] = TALK(UDP, 1812, 8, 8.4, .4, 7.6, .5, 5, 1.5),
    [ODDI_TALK_SSH] = TALK(TCP, 22, 15, 13, 2.2, 14, 2.4, 16, 3),
    [ODDI_TALK_RDP] = TALK(TCP, 3389, 20, 16.5, 2, 20, 2.4, 18, 2.5),
    [ODDI_TALK_WINRM] = TALK(TCP, 5985, 20, 13, 1.8, 13.5, 2, 12, 2.5),
    [ODDI_TALK_DATABASE] = TALK(TCP, 5432, 3, 12, 1.3, 14.5, 2, 11, 3),
    [ODDI_TALK_BACKUP] = TALK(TCP, 9102, 10, 26.5, 2.2, 17, 1.2, 18.5, 1.6),
    [ODDI_TALK_UPLOAD] = TALK(TCP, 443, 8, 23.5, 2.3, 14, 1.2, 16.5, 1.8),
    [ODDI_TALK_UPDATE] = TALK(TCP, 80, 8, 12.5, 1.3, 23, 2.3, 15, 2),
    [ODDI_TALK_AGENT] = TALK(TCP, 443, 8, 10, .5, 10.5, .8, 9, 1.2),
    [ODDI_TALK_CHAT] = TALK(TCP, 5223, 8, 9.5, 1, 10, 1.2, 16, 3.5),
    [ODDI_TALK_CALL] = TALK(UDP, 3478, 15, 23, 2, 23.5, 2, 20, 1.4),
    [ODDI_TALK_VPN] = TALK(UDP, 1194, 20, 20, 3, 21, 3, 20.5, 1.6),
    [ODDI_TALK_P2P_TCP] = TALK(TCP, 0, 380, 15, 4, 15, 4, 13, 3.5),
    [ODDI_TALK_P2P_UDP] = TALK(UDP, 0, 330, 9, 3, 9.5, 3.2, 10, 4),
    [ODDI_TALK_CONSOLE] = TALK(UDP, 3074, 25, 18.5, 2, 20, 2, 19.5, 1.3),
    [ODDI_TALK_GAME] = TALK(TCP, 0, 12, 17.5, 1.2, 21, 1.4, 20, 1.3),
    [ODDI_TALK_GAME_PING] = TALK(TCP, 0, 30, 7, .4, 9, .8, 6, 1),
};

void oddi_visits_init(struct oddi_visits *v, const struct oddi_site *site)
{
    *v = (struct oddi_visits){.site = site};
}

void oddi_visits_free(struct oddi_visits *v)
{
    free(v->items);
    free(v->order);
    *v = (struct oddi_visits){.site = v->site};
}

/* ---- Drawing ---- */

/* 2^(mean + sd * normal + more) as a whole number; one draw in sixteen has twice the spread: heavy tails. */
static uint64_t draw_size(const struct oddi_visits *v, int64_t mean, int64_t sd, int32_t more,
                          struct oddi_rng *rng)
{
    int64_t z = oddi_draw_normal(oddi_rng_next(rng));
    z *= oddi_rng_below(rng, 16) ? 1 : 2;
    int64_t log = mean + ((sd * z) >> 16) + more;
    if (log <= 0)
        return 1;
    uint64_t size = oddi_exp2(&v->site->sample, log < (40 << 16) ? (uint32_t)log : 40u << 16) >> 16;
    return size < TALK_CAP ? size : TALK_CAP;
}

static enum oddi_answer draw_answer(const struct talk *t, enum oddi_answer wanted, struct oddi_rng *rng)
{
    uint64_t r = oddi_rng_next(rng);
    if (wanted != ODDI_ANSWER_DRAWN)
        return wanted;
    if (!oddi_chance(r, t->failing))
        return ODDI_ANSWER_YES;
    return t->carrier == TCP && (r & 3) == 0 ? ODDI_ANSWER_REFUSAL : ODDI_ANSWER_SILENCE;
}

static uint32_t destination_port(const struct oddi_visits *v, const struct oddi_visit *visit)
{
    if (visit->port)
        return visit->port;
    if (visit->talk == ODDI_TALK_GAME || visit->talk == ODDI_TALK_GAME_PING)
        return v->site->game_port;
    return talks[visit->talk].port ? talks[visit->talk].port : oddi_host_port(visit->dst);
}

void oddi_visit(struct oddi_visits *v, const struct oddi_visit *visit, struct oddi_rng *rng)
{
    const struct talk *t = &talks[visit->talk];
    if (v->failed || !oddi_grow(&v->items, &v->cap, v->n + 1, sizeof *v->items)) {
        v->failed = true;
        return;
    }
    struct oddi_waiting *w = &v->items[v->n++];
    *w = (struct oddi_waiting){
        .time = visit->time, .src = visit->src, .dst = visit->dst, .label = visit->label};
    w->talk = (uint8_t)visit->talk;
    w->answer = (uint8_t)draw_answer(t, visit->answer, rng);
    w->sport = (uint16_t)oddi_client_port(rng);
    w->dport = (uint16_t)destination_port(v, visit);
    w->sent = draw_size(v, t->sent, t->sent_sd, visit->more, rng);
    w->received = t->received > 0 ? draw_size(v, t->received, t->received_sd, visit->more, rng) : 0;
    w->duration = draw_size(v, t->ms, t->ms_sd, 0, rng) * 1000 + oddi_rng_below(rng, 1000);
    if (visit->sent)
        w->sent = visit->sent;
    if (w->duration < (w->sent + w->received) / FASTEST)
        w->duration = (w->sent + w->received) / FASTEST;
    if (w->duration > HOUR_US)
        w->duration = HOUR_US;
}

/* ---- Rows ---- */

static void fill_silence(const struct oddi_waiting *w, struct oddi_row *row)
{
    static const struct oddi_word syn = ODDI_WORD("S_"), once = ODDI_WORD("INT"), echo = ODDI_WORD("ECO");
    static const struct oddi_word to = ODDI_WORD("   ->");
    uint8_t carrier = talks[w->talk].carrier;
    uint64_t tries = 1 + w->duration % 3; /* TCP tries again after 3 and after 6 more seconds */
    row->dir = &to;
    row->way = ODDI_ONE_WAY;
    row->state = carrier == TCP ? &syn : carrier == UDP ? &once : &echo;
    row->pkts = carrier == TCP ? tries : 1;
    row->bytes = carrier == TCP ? 62 * tries : 42 + (w->sent < DATAGRAM ? w->sent : DATAGRAM);
    row->duration = carrier != TCP || tries == 1 ? 0 : (tries == 2 ? 3000000 : 9000000) + w->duration % 50000;
    row->src_bytes = row->bytes;
}

static void fill_refusal(const struct oddi_waiting *w, struct oddi_row *row)
{
    static const struct oddi_word reset = ODDI_WORD("S_RA"), to = ODDI_WORD("   ->");
    row->dir = &to;
    row->way = ODDI_BOTH_WAYS;
    row->state = &reset;
    row->pkts = 2;
    row->bytes = 122;
    row->src_bytes = 62;
    row->duration = 90 + w->duration % 900;
}

/* Packets carry at most 1448 bytes of payload and every other one is acknowledged. */
static void fill_tcp(const struct oddi_waiting *w, struct oddi_row *row)
{
    static const struct oddi_word full = ODDI_WORD("FSPA_FSPA"), cut = ODDI_WORD("SRPA_FSPA");
    static const struct oddi_word to = ODDI_WORD("   ->");
    uint64_t out = (w->sent + PAYLOAD - 1) / PAYLOAD, in = (w->received + PAYLOAD - 1) / PAYLOAD;
    uint64_t out_pkts = 3 + out + in / 2, in_pkts = 2 + in + out / 2;
    row->dir = &to;
    row->state = w->duration % 10 ? &full : &cut;
    row->way = ODDI_BOTH_WAYS;
    row->pkts = out_pkts + in_pkts;
    row->src_bytes = w->sent + HEADER * out_pkts;
    row->bytes = row->src_bytes + w->received + HEADER * in_pkts;
    row->duration = w->duration;
}

static void fill_datagrams(const struct oddi_waiting *w, struct oddi_row *row)
{
    static const struct oddi_word con = ODDI_WORD("CON"), eco = ODDI_WORD("ECO"), once = ODDI_WORD("INT");
    static const struct oddi_word both = ODDI_WORD("  <->"), to = ODDI_WORD("   ->");
    uint64_t out = (w->sent + DATAGRAM - 1) / DATAGRAM, in = (w->received + DATAGRAM - 1) / DATAGRAM;
    row->dir = in ? &both : &to;
    row->state = talks[w->talk].carrier == ICMP ? &eco : in ? &con : &once;
    row->way = in ? ODDI_BOTH_WAYS : ODDI_ONE_WAY;
    row->pkts = out + in;
    row->src_bytes = w->sent + 42 * out;
    row->bytes = row->src_bytes + w->received + 42 * in;
    row->duration = w->duration;
}

static void fill_row(const struct oddi_waiting *w, int64_t start, const struct oddi_label *labels,
                     struct oddi_row *row)
{
    static const struct oddi_word carriers[3] = {ODDI_WORD("tcp"), ODDI_WORD("udp"), ODDI_WORD("icmp")};
    uint8_t carrier = talks[w->talk].carrier;
    row->time = start + w->time * 1000;
    row->proto = &carriers[carrier];
    row->label = &labels[w->label];
    row->src = (struct oddi_end){w->src, carrier == ICMP ? ODDI_HEX + 8 : w->sport, NULL};
    row->dst = (struct oddi_end){w->dst, carrier == ICMP ? ODDI_HEX : w->dport, NULL};
    if (w->answer == ODDI_ANSWER_SILENCE)
        fill_silence(w, row);
    else if (w->answer == ODDI_ANSWER_REFUSAL)
        fill_refusal(w, row);
    else if (carrier == TCP)
        fill_tcp(w, row);
    else
        fill_datagrams(w, row);
}

/* ---- Order ---- */

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Time before index in one number, so that no two are equal and any sort is a stable one. */
static enum odd_status sort(struct oddi_visits *v, struct odd_error *err)
{
    if (v->failed || !oddi_grow(&v->order, &v->order_cap, v->n, sizeof *v->order))
        return oddi_fail_memory(err);
    if (v->n >> INDEX_BITS)
        return oddi_fail(err, ODD_ERR_LIMIT, "a day of the campus has more than %d flows", 1 << INDEX_BITS);
    int64_t first = v->n ? v->items[0].time : 0;
    for (size_t i = 1; i < v->n; i++)
        first = v->items[i].time < first ? v->items[i].time : first;
    for (size_t i = 0; i < v->n; i++)
        v->order[i] = (uint64_t)(v->items[i].time - first) << INDEX_BITS | i;
    if (v->n)
        qsort(v->order, v->n, sizeof *v->order, compare);
    return ODD_OK;
}

enum odd_status oddi_visits_write(struct oddi_visits *v, int64_t end, int64_t start,
                                  const struct oddi_label *labels, struct oddi_row_writer *w,
                                  struct odd_error *err)
{
    const uint64_t mask = (UINT64_C(1) << INDEX_BITS) - 1;
    struct oddi_row row = {0};
    size_t kept = 0;
    ODDI_TRY(sort(v, err));
    for (size_t i = 0; i < v->n; i++) {
        const struct oddi_waiting *item = &v->items[v->order[i] & mask];
        if (item->time >= end)
            break;
        fill_row(item, start, labels, &row);
        ODDI_TRY(oddi_row_write(w, &row, err));
    }
    for (size_t i = 0; i < v->n; i++)
        if (v->items[i].time >= end)
            v->items[kept++] = v->items[i];
    v->n = kept;
    return ODD_OK;
}
