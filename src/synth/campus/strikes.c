#include "synth/campus/strike.h"

#include <string.h>

#define MAX_CARDS 64
#define TRIES     1000 /* to find a host; hosts that fit are never so few */

/* ---- The deck ---- */

static uint32_t fill_deck(uint8_t *cards)
{
    const struct oddi_strike_kind *k;
    uint32_t n = 0;
    for (uint32_t i = 0; (k = oddi_strike_kind_at(i)) != NULL; i++)
        for (uint32_t c = 0; c < k->cards && n < MAX_CARDS; c++)
            cards[n++] = (uint8_t)i;
    return n;
}

/* The next card: the deck is shuffled anew whenever it has been dealt, so that every kind comes as often as the table
 * says, in an order that nobody can foresee. A card that needs the game is passed over on a night without it. */
static const struct oddi_strike_kind *deal(const struct oddi_day *d, struct oddi_deck *deck, bool game)
{
    uint8_t cards[MAX_CARDS] = {0};
    const struct oddi_strike_kind *kind;
    do {
        uint32_t n = fill_deck(cards);
        struct oddi_rng rng;
        oddi_site_rng(d->site, ODDI_FOR_DECK, deck->dealt / n, 0, &rng);
        for (uint32_t i = n; i > 1; i--) {
            uint32_t j = (uint32_t)oddi_rng_below(&rng, i);
            uint8_t card = cards[i - 1];
            cards[i - 1] = cards[j];
            cards[j] = card;
        }
        kind = oddi_strike_kind_at(cards[deck->dealt++ % n]);
    } while (kind->game && !game);
    return kind;
}

/* ---- Host and time ---- */

static bool fits(const struct oddi_day *d, const struct oddi_strike_kind *k, const struct oddi_resident *r)
{
    if (!(k->who & ODDI_WHO(r->net)) || (k->player && !oddi_game_plays(d, r->slot)))
        return false;
    /* A host that nobody uses today would stand out by being there at all, which is what the game does at night. */
    return k->game || r->net == ODDI_NET_SERVERS || (k->quiet ? r->user : r->machine);
}

static const struct oddi_resident *choose(const struct oddi_day *d, const struct oddi_strike_kind *k,
                                          bool *struck, struct oddi_rng *rng)
{
    for (uint32_t i = 0; i < TRIES; i++) {
        uint32_t slot = (uint32_t)oddi_rng_below(rng, ODDI_N_SLOTS);
        if (!struck[slot] && fits(d, k, &d->residents[slot])) {
            struck[slot] = true;
            return &d->residents[slot];
        }
    }
    return NULL;
}

static void place(struct oddi_strike *s, int64_t *begin, int64_t *length)
{
    const struct oddi_strike_kind *k = s->kind;
    struct oddi_day *d = s->day;
    if (k->game) {
        *begin = oddi_game_begin(d);
        *length = oddi_game_length(d);
        return;
    }
    *length = oddi_draw_between(&s->rng, k->minutes[0], k->minutes[1]) * ODDI_CAMPUS_MINUTE;
    int64_t last = d->start + ODDI_CAMPUS_DAY - *length;
    *begin = d->start + (int64_t)oddi_rng_below(&s->rng, (uint64_t)(last - d->start) + 1);
    if (k->quiet)
        *begin = oddi_draw_time(d, s->host, false, &s->rng);
    if (*begin > last)
        *begin = last;
}

/* ---- Labels ---- */

static void set_label(struct oddi_label *l, const char *kind, uint32_t number)
{
    static const char start[] = "flow=From-Attack-";
    char digits[10];
    size_t n = sizeof start - 1, kind_n = strlen(kind), n_digits = 0;
    memcpy(l->s, start, n);
    memcpy(l->s + n, kind, kind_n);
    n += kind_n;
    l->s[n++] = '-';
    do
        digits[n_digits++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (n_digits)
        l->s[n++] = digits[--n_digits];
    l->n = (uint8_t)n;
}

void oddi_strikes_run(struct oddi_day *d, struct oddi_deck *deck, uint32_t per_day, bool game,
                      struct oddi_label *labels)
{
    bool struck[ODDI_N_SLOTS] = {false};
    for (uint32_t i = 0; i < per_day; i++) {
        struct oddi_strike s = {.day = d, .kind = deal(d, deck, game), .number = ++deck->number};
        int64_t begin, length;
        oddi_site_rng(d->site, ODDI_FOR_ATTACK, s.number, 0, &s.rng);
        s.label = ODDI_LABEL_ATTACK + s.number % ODDI_LABELS_OF_ATTACKS;
        s.host = choose(d, s.kind, struck, &s.rng);
        if (!s.host)
            continue;
        set_label(&labels[s.label], s.kind->name, s.number);
        place(&s, &begin, &length);
        s.kind->make(&s, begin, length);
    }
}
