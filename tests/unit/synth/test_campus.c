/* needs: failalloc */
/* The campus: the same bytes always, rows in order, rhythms, host-days, games and attacks as docs/campus.md says. */
#include "synth/campus/campus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "failalloc.h"
#include "flow/time.h"
#include "made.h"
#include "synth/campus/strike.h"
#include "synth/host.h"

#define MONDAY      (INT64_C(20150) * ODDI_DAY) /* 2025-03-03 */
#define PINNED_SIZE 15135426
#define PINNED_CRC  0xe597fac1u
#define NEVER       ODDI_CAMPUS_MAX_DAYS

static struct oddi_campus_options options(uint64_t seed, uint32_t days)
{
    return (struct oddi_campus_options){.seed = seed,
                                        .start = MONDAY,
                                        .days = days,
                                        .game_from = 0,
                                        .attacks_from = 0,
                                        .per_day = 4,
                                        .header = true};
}

static struct oddi_buf campus_text(const struct oddi_campus_options *o)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf b;
    oddi_buf_init(&b, 0);
    if (oddi_campus(o, made_write, &b, &err) != ODD_OK) {
        fprintf(stderr, "the campus failed: %s\n", err.message);
        abort();
    }
    oddi_buf_cstr(&b);
    return b;
}

static uint32_t address(const struct made_row *r, int column)
{
    const char *s = r->field[column];
    uint32_t addr = 0, octet = 0;
    for (size_t i = 0; i <= r->n[column]; i++) {
        if (i == r->n[column] || s[i] == '.') {
            addr = addr << 8 | octet;
            octet = 0;
        } else {
            octet = octet * 10 + (uint32_t)(s[i] - '0');
        }
    }
    return addr;
}

static bool in_net(const struct oddi_site *site, enum oddi_net net, uint32_t addr)
{
    return addr >> (32 - site->prefix) == site->net[net] >> (32 - site->prefix);
}

static enum oddi_net net_of(const struct oddi_site *site, uint32_t addr)
{
    for (int net = 0; net < ODDI_N_NETS; net++)
        if (in_net(site, (enum oddi_net)net, addr))
            return (enum oddi_net)net;
    return ODDI_N_NETS;
}

/* A set of numbers, for counting distinct ones. */
struct set {
    uint32_t slots[8192];
    uint32_t n;
};

static void put(struct set *s, uint32_t value)
{
    uint32_t i = value * 2654435761u >> 19;
    while (s->slots[i] && s->slots[i] != value)
        i = (i + 1) % 8192;
    s->n += s->slots[i] == 0;
    s->slots[i] = value;
    assert_true(s->n < 8000);
}

static void rows(const struct oddi_buf *text, const char **p)
{
    static const char header[] =
        "StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,"
        "TotBytes,SrcBytes,Label\n";
    assert_memory_equal(text->data, header, sizeof header - 1);
    *p = text->data + sizeof header - 1;
}

/* Microseconds since the campus began. */
static int64_t since_start(const struct made_row *r)
{
    return made_time(r) - 2 * ODDI_CAMPUS_DAY; /* it began on the third of the month */
}

/* ---- Bytes ---- */

static void same_bytes_everywhere(void **state)
{
    struct oddi_campus_options o = options(1, 2);
    struct oddi_buf a = campus_text(&o), b = campus_text(&o);
    (void)state;
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
    /* Changes only when the campus is meant to change; the same for gcc and clang at any level. */
    assert_int_equal(a.size, PINNED_SIZE);
    assert_int_equal(made_crc(a.data, a.size), PINNED_CRC);
    oddi_buf_free(&b);
    o.seed = 2;
    b = campus_text(&o);
    assert_true(a.size != b.size || memcmp(a.data, b.data, a.size) != 0);
    oddi_buf_free(&b);
    /* Days are made one after another: more of them change nothing about the first. */
    o.seed = 1;
    o.days = 1;
    b = campus_text(&o);
    assert_true(b.size < a.size);
    assert_memory_equal(a.data, b.data, b.size);
    oddi_buf_free(&b);
    oddi_buf_free(&a);
}

static void check_row(const struct made_row *r, const struct oddi_site *site)
{
    double pkts = made_number(r, PKTS), bytes = made_number(r, BYTES), sent = made_number(r, SRC_BYTES);
    enum oddi_net from = net_of(site, address(r, SRC)), to = net_of(site, address(r, DST));
    assert_int_equal(r->columns, N_COLUMNS);
    assert_true(pkts >= 1 && sent <= bytes && sent >= 28);
    assert_true(bytes >= 42 * pkts && bytes <= 1518 * pkts);
    assert_true(made_number(r, DUR) <= 3600);
    assert_true(from != ODDI_N_NETS || to != ODDI_N_NETS);
    assert_true(address(r, SRC) != address(r, DST));
    assert_true(made_starts(r, LABEL, "flow=Background-") || made_starts(r, LABEL, "flow=From-Attack-"));
}

static void rows_are_whole_and_in_order(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct oddi_campus_options o = options(seed, 2);
        struct oddi_buf text = campus_text(&o);
        struct oddi_site site;
        struct made_row r;
        const char *p;
        int64_t before = 0;
        oddi_site_init(&site, seed);
        rows(&text, &p);
        while (made_next(&p, &r)) {
            check_row(&r, &site);
            assert_true(since_start(&r) >= before && since_start(&r) < 2 * ODDI_CAMPUS_DAY);
            before = since_start(&r);
        }
        oddi_buf_free(&text);
    }
}

/* Attacks and games are added to the ordinary rows and change none of them. */
static void ordinary_rows_are_always_the_same(void **state)
{
    struct oddi_campus_options o = options(5, 3);
    struct oddi_buf all = campus_text(&o), plain;
    const char *p, *q;
    struct made_row r;
    size_t attacks = 0, games = 0;
    (void)state;
    o.per_day = 0;
    o.game_from = 3;
    plain = campus_text(&o);
    rows(&all, &p);
    rows(&plain, &q);
    for (const char *line = p; made_next(&p, &r); line = p) {
        bool attack = made_starts(&r, LABEL, "flow=From-Attack-"),
             game = made_is(&r, LABEL, "flow=Background-Game");
        attacks += attack;
        games += game;
        if (attack || game)
            continue;
        assert_memory_equal(line, q, (size_t)(p - line));
        q += p - line;
    }
    assert_int_equal(*q, 0);
    assert_true(attacks > 50 && games > 1000);
    oddi_buf_free(&all);
    oddi_buf_free(&plain);
}

/* ---- Rhythm ---- */

struct week {
    struct set *local; /* of each day */
    uint32_t work[7][24], home[7][24], flows, biggest, small;
};

static void count_week(uint64_t seed, struct week *w)
{
    struct oddi_campus_options o = options(seed, 7);
    struct oddi_buf text;
    struct oddi_site site;
    struct made_row r;
    const char *p;
    o.per_day = 0;
    text = campus_text(&o);
    oddi_site_init(&site, seed);
    rows(&text, &p);
    while (made_next(&p, &r)) {
        int64_t t = since_start(&r);
        uint32_t src = address(&r, SRC), day = (uint32_t)(t / ODDI_CAMPUS_DAY);
        uint32_t hour = (uint32_t)(t / ODDI_CAMPUS_HOUR % 24);
        enum oddi_net net = net_of(&site, src);
        if (net != ODDI_N_NETS)
            put(&w->local[day], src);
        w->flows++;
        w->work[day][hour] += net == ODDI_NET_OFFICE && made_is(&r, LABEL, "flow=Background-Work");
        w->home[day][hour] += net == ODDI_NET_HOUSING && made_is(&r, LABEL, "flow=Background-Web");
        w->biggest += made_number(&r, BYTES) > 1e8;
        w->small += made_number(&r, BYTES) < 1e3;
    }
    oddi_buf_free(&text);
}

static uint32_t sum(const uint32_t hours[24], int from, int to)
{
    uint32_t n = 0;
    for (int h = from; h < to; h++)
        n += hours[h];
    return n;
}

static void days_have_their_rhythm(void **state)
{
    struct week *w = calloc(1, sizeof *w);
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        uint32_t host_days = 0, worked = 0, rested = 0, evening = 0, morning = 0;
        memset(w, 0, sizeof *w);
        w->local = calloc(7, sizeof *w->local);
        count_week(seed, w);
        for (int day = 0; day < 7; day++) {
            host_days += w->local[day].n;
            assert_in_range(w->local[day].n, 440, 800);
            if (day < 5)
                worked += sum(w->work[day], 8, 17);
            else
                rested += sum(w->work[day], 8, 17);
            evening += sum(w->home[day], 18, 23);
            morning += sum(w->home[day], 3, 8);
            /* Nobody works at night. */
            assert_true(sum(w->work[day], 1, 5) * 20 < sum(w->work[0], 8, 17));
        }
        assert_in_range(host_days / 7, 630, 730);
        assert_in_range(w->flows, 7 * 45000, 7 * 72000);
        assert_true(rested > 0 && rested * 5 < worked);
        assert_true(evening > 3 * morning);
        /* Heavy tails: flows of over 100 MB beside thousands of some hundred bytes. */
        assert_true(w->biggest > 500 && w->biggest < w->flows / 50 && w->small > w->flows / 8);
        free(w->local);
    }
    free(w);
}

static void wireless_addresses_change_hands(void **state)
{
    struct oddi_site site;
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        uint32_t same = 0;
        oddi_site_init(&site, seed);
        for (uint32_t day = 0; day < 3; day++) {
            struct set seen = {{0}, 0};
            for (uint32_t slot = 0; slot < ODDI_N_SLOTS; slot++) {
                uint32_t within, addr = oddi_site_addr(&site, slot, 0, day);
                enum oddi_net net = oddi_site_net(slot, &within);
                assert_true(in_net(&site, net, addr));
                put(&seen, addr);
                if (net == ODDI_NET_WIFI)
                    same += addr == oddi_site_addr(&site, slot, 0, day + 1);
                else
                    assert_int_equal(addr, oddi_site_addr(&site, slot, 0, day + 1));
            }
            assert_int_equal(seen.n, ODDI_N_SLOTS);
        }
        assert_true(same < 20);
    }
}

/* Some hosts move out, others appear at addresses that had none. */
static void hosts_appear(void **state)
{
    struct oddi_site site;
    struct oddi_day *day = calloc(1, sizeof *day);
    uint32_t replaced = 0;
    (void)state;
    oddi_site_init(&site, 3);
    day->site = &site;
    for (uint32_t i = 0; i < 21; i++)
        oddi_day_begin(day, i, 0);
    for (uint32_t slot = 0; slot < ODDI_N_SLOTS; slot++)
        replaced += day->tenant[slot];
    assert_in_range(replaced, 40, 120);
    free(day);
}

/* ---- The game ---- */

static uint32_t night_of(int64_t t, const struct oddi_site *site)
{
    return (uint32_t)((t - (int64_t)site->game_hour * ODDI_CAMPUS_HOUR + ODDI_CAMPUS_DAY) / ODDI_CAMPUS_DAY) -
           1;
}

static void housing_plays_at_night(void **state)
{
    enum { DAYS = 4, FROM = 2 };
    uint32_t peaks = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct oddi_campus_options o = options(seed, DAYS);
        struct set *hours = calloc(24 * (DAYS + 1), sizeof *hours);
        struct oddi_buf text;
        struct oddi_site site;
        struct made_row r;
        const char *p;
        uint32_t peak = 0;
        o.game_from = FROM;
        o.per_day = 0;
        text = campus_text(&o);
        oddi_site_init(&site, seed);
        rows(&text, &p);
        while (made_next(&p, &r)) {
            int64_t t = since_start(&r);
            if (!made_is(&r, LABEL, "flow=Background-Game"))
                continue;
            uint32_t hour = (uint32_t)(t / ODDI_CAMPUS_HOUR % 24);
            assert_true(in_net(&site, ODDI_NET_HOUSING, address(&r, SRC)));
            assert_true((uint32_t)made_number(&r, DPORT) == site.game_port);
            assert_true((hour + 24 - site.game_hour) % 24 < site.game_hours);
            assert_in_range(night_of(t, &site), FROM, DAYS - 1);
            put(&hours[t / ODDI_CAMPUS_HOUR], address(&r, SRC));
        }
        for (int i = 0; i < 24 * (DAYS + 1); i++)
            peak = hours[i].n > peak ? hours[i].n : peak;
        assert_in_range(peak, 54, 86);
        peaks += peak;
        free(hours);
        oddi_buf_free(&text);
    }
    assert_in_range(peaks / 6, 60, 76);
}

static void seeds_change_nets_port_and_hours(void **state)
{
    struct oddi_site a, b;
    uint32_t nets = 0, ports = 0, hours = 0, longer = 0, past_midnight = 0;
    (void)state;
    oddi_site_init(&a, 0);
    for (uint64_t seed = 1; seed <= 60; seed++) {
        oddi_site_init(&b, seed);
        nets += a.net[ODDI_NET_HOUSING] != b.net[ODDI_NET_HOUSING];
        ports += a.game_port != b.game_port;
        hours += a.game_hour != b.game_hour;
        longer += b.prefix == 20;
        past_midnight += b.game_hour + b.game_hours > 24;
        a = b;
        for (int i = 0; i < ODDI_N_NETS; i++) {
            assert_true(b.net[i] >> 24 == 10 || b.net[i] >> 20 == ODDI_IP(172, 16, 0, 0) >> 20 ||
                        b.net[i] >> 16 == ODDI_IP(192, 168, 0, 0) >> 16);
            for (int j = 0; j < i; j++)
                assert_true(b.net[i] != b.net[j]);
        }
    }
    assert_true(nets > 50 && ports > 25 && hours > 35);
    assert_in_range(longer, 18, 42);
    assert_in_range(past_midnight, 10, 50);
}

/* ---- Attacks ---- */

struct seen_attack {
    uint32_t src, flows, kind, dsts;
    int64_t first, last;
    double sent;
    struct set *peers;
};

static uint32_t kind_of(const struct made_row *r, uint32_t *number)
{
    const char *name = r->field[LABEL] + strlen("flow=From-Attack-");
    size_t n = strcspn(name, "-");
    const struct oddi_strike_kind *k;
    *number = (uint32_t)strtoul(name + n + 1, NULL, 10);
    for (uint32_t i = 0; (k = oddi_strike_kind_at(i)) != NULL; i++)
        if (strlen(k->name) == n && memcmp(k->name, name, n) == 0)
            return i;
    fail_msg("a label of no kind");
    return 0;
}

#define DECK 19 /* cards */

/* Two decks, one on each of two days: every kind as often as the table says, each attack by one host of its own. */
static void attacks_are_of_every_kind(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct oddi_campus_options o = options(seed, 4);
        struct seen_attack seen[2 * DECK + 1] = {{0}};
        uint32_t of_kind[32] = {0};
        struct oddi_buf text;
        struct oddi_site site;
        struct made_row r;
        const struct oddi_strike_kind *k;
        const char *p;
        o.attacks_from = 2;
        o.per_day = DECK;
        text = campus_text(&o);
        oddi_site_init(&site, seed);
        rows(&text, &p);
        while (made_next(&p, &r)) {
            uint32_t number;
            if (!made_starts(&r, LABEL, "flow=From-Attack-"))
                continue;
            uint32_t kind = kind_of(&r, &number);
            assert_in_range(number, 1, 2 * DECK);
            struct seen_attack *a = &seen[number];
            if (a->flows == 0)
                *a = (struct seen_attack){.src = address(&r, SRC),
                                          .kind = kind,
                                          .first = since_start(&r),
                                          .peers = calloc(1, sizeof *a->peers)};
            assert_int_equal(a->src, address(&r, SRC));
            assert_int_equal(a->kind, kind);
            assert_true(since_start(&r) >= 2 * ODDI_CAMPUS_DAY);
            a->flows++;
            a->last = since_start(&r);
            a->sent += made_number(&r, SRC_BYTES);
            put(a->peers, address(&r, DST));
        }
        for (uint32_t i = 1; i <= 2 * DECK; i++) {
            struct seen_attack *a = &seen[i];
            assert_true(a->flows > 0);
            k = oddi_strike_kind_at(a->kind);
            of_kind[a->kind]++;
            assert_true(k->who & ODDI_WHO(net_of(&site, a->src)));
            for (uint32_t j = i <= DECK ? 1 : DECK + 1; j < i; j++)
                assert_true(a->src != seen[j].src);
            if (strcmp(k->name, "Scan") == 0)
                assert_true(a->peers->n >= 200 && a->last - a->first < ODDI_CAMPUS_HOUR);
            if (strcmp(k->name, "QuietScan") == 0)
                assert_true(a->peers->n >= 15 && a->peers->n <= 60 && a->last - a->first > ODDI_CAMPUS_HOUR);
            if (strcmp(k->name, "QuietLateral") == 0)
                assert_true(a->peers->n >= 2 && a->peers->n <= 6);
            if (strstr(k->name, "Exfiltration") || strstr(k->name, "Upload") || strstr(k->name, "Beacon"))
                assert_int_equal(a->peers->n, 1);
            if (strcmp(k->name, "QuietExfiltration") == 0)
                assert_true(a->sent > 10e6 && a->sent < 250e6);
            if (strcmp(k->name, "GameUpload") == 0 && i <= DECK)
                assert_true(a->sent > 100e6);
            free(a->peers);
        }
        for (uint32_t i = 0; (k = oddi_strike_kind_at(i)) != NULL; i++)
            assert_int_equal(of_kind[i], 2 * k->cards);
        oddi_buf_free(&text);
    }
}

static void without_the_game_its_attacks_wait(void **state)
{
    struct oddi_campus_options o = options(2, 5);
    struct oddi_buf text;
    (void)state;
    o.game_from = 5;
    o.per_day = 10;
    text = campus_text(&o);
    assert_null(strstr(text.data, "Game"));
    assert_non_null(strstr(text.data, "flow=From-Attack-QuietLateral-"));
    assert_non_null(strstr(text.data, "-50\n"));
    oddi_buf_free(&text);
}

/* ---- Limits ---- */

static void what_cannot_be_is_refused(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_campus_options o = options(1, 1);
    (void)state;
    o.start += 1;
    assert_int_equal(oddi_campus(&o, made_write, NULL, &err), ODD_ERR_USAGE);
    o = options(1, ODDI_CAMPUS_MAX_DAYS);
    o.start = INT64_C(106751) * ODDI_DAY;
    assert_int_equal(oddi_campus(&o, made_write, NULL, &err), ODD_ERR_USAGE);
}

static int swallow(void *ctx, const void *bytes, size_t n)
{
    (void)bytes;
    *(size_t *)ctx += n;
    return 0;
}

static enum odd_status make_one_day(void *ctx)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_campus_options o = options(1, 1);
    size_t size = 0;
    (void)ctx;
    return oddi_campus(&o, swallow, &size, &err);
}

static void failing_memory_leaks_nothing(void **state)
{
    (void)state;
    assert_true(failalloc_sweep(make_one_day, NULL));
}

static int refuse_after(void *ctx, const void *bytes, size_t n)
{
    size_t *left = ctx;
    (void)bytes;
    if (*left < n)
        return ENOSPC;
    *left -= n;
    return 0;
}

static void a_full_disk_is_told(void **state)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_campus_options o = options(1, 3);
    size_t left = 6000000;
    (void)state;
    assert_int_equal(oddi_campus(&o, refuse_after, &left, &err), ODD_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_everywhere),
        cmocka_unit_test(rows_are_whole_and_in_order),
        cmocka_unit_test(ordinary_rows_are_always_the_same),
        cmocka_unit_test(days_have_their_rhythm),
        cmocka_unit_test(wireless_addresses_change_hands),
        cmocka_unit_test(hosts_appear),
        cmocka_unit_test(housing_plays_at_night),
        cmocka_unit_test(seeds_change_nets_port_and_hours),
        cmocka_unit_test(attacks_are_of_every_kind),
        cmocka_unit_test(without_the_game_its_attacks_wait),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(failing_memory_leaks_nothing),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
