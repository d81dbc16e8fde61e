#include "synth/schedule.h"

#include <string.h>

#include "base/mem.h"
#include "flow/time.h"

#define ROUND         (6 * ODDI_HOUR)
#define CAP_SHARE     20 /* attacks are at most one in so many flows */
#define FIRST_PERCENT 3  /* of a round, before the first attack */
#define LAST_PERCENT  96 /* where the last flow of an attack is at the latest */

/* One planted attack and where it is in its outbreak of the current round. */
struct running {
    const struct oddi_attack *attack;
    uint32_t size; /* flows an outbreak has */
    uint32_t next; /* flow of the outbreak that comes next */
    uint32_t round;
    int64_t time;             /* of that flow; INT64_MAX: no more */
    int64_t begin, step;      /* flow i is due at begin + i * step */
    int64_t offset, duration; /* of an outbreak within its round */
    struct oddi_episode episode;
    struct oddi_rng rng;
    struct oddi_label labels[2][2]; /* [is udp][enum oddi_outcome] */
};

struct oddi_schedule {
    int64_t start, round; /* ns */
    uint32_t n_rounds;
    uint64_t seed;
    size_t n, first; /* first: the one whose turn it is */
    struct running running[ODDI_MAX_PLANTS];
};

/* ---- Labels ---- */

static size_t append(struct oddi_label *l, size_t n, const char *text)
{
    size_t len = strlen(text), room = sizeof l->s - n;
    len = len < room ? len : room;
    memcpy(l->s + n, text, len);
    return n + len;
}

/* flow=From-Botnet-scan-L50-TCP-Attempt: the loudness in percent, so that a score can be told by loudness. */
static void set_labels(struct running *r)
{
    static const char *const endings[2][2] = {{"-TCP-Attempt", "-TCP-Established"},
                                              {"-UDP-Attempt", "-UDP-Established"}};
    uint32_t percent = (r->episode.loudness + 5) / 10;
    char digits[4] = {(char)('0' + percent / 100), (char)('0' + percent / 10 % 10),
                      (char)('0' + percent % 10), 0};
    const char *shown = digits + (percent < 100) + (percent < 10);
    for (int i = 0; i < 4; i++) {
        struct oddi_label *l = &r->labels[i / 2][i % 2];
        size_t n = append(l, 0, "flow=From-Botnet-");
        n = append(l, n, r->attack->entry.name);
        n = append(l, n, "-L");
        n = append(l, n, shown);
        l->n = (uint8_t)append(l, n, endings[i / 2][i % 2]);
    }
}

/* ---- Outbreaks ---- */

static void set_time(struct running *r)
{
    int64_t most = r->step / 1000 * r->attack->jitter;
    r->time =
        r->begin + r->next * r->step + (most > 0 ? (int64_t)oddi_rng_below(&r->rng, (uint64_t)most) : 0);
}

/* The outbreak of the current round, or none if there are no more rounds. */
static void begin(struct oddi_schedule *s, struct running *r)
{
    uint64_t mixed = s->seed + ((uint64_t)r->round << 32) + (uint64_t)(r - s->running) + 1;
    r->time = INT64_MAX;
    if (r->size == 0 || r->round >= s->n_rounds)
        return;
    oddi_rng_seed(&r->rng, oddi_splitmix64(&mixed));
    r->episode.seed = oddi_splitmix64(&mixed);
    r->episode.first_bot = (uint32_t)((r->episode.seed >> 3) % ODDI_N_BOTS);
    r->episode.bot = oddi_host_bot(r->episode.first_bot);
    r->begin = s->start + r->round * s->round + r->offset;
    r->step = r->duration / r->size;
    r->next = 0;
    set_time(r);
}

static void choose_first(struct oddi_schedule *s)
{
    s->first = 0;
    for (size_t i = 1; i < s->n; i++)
        if (s->running[i].time < s->running[s->first].time)
            s->first = i;
}

/* ---- Planning ---- */

/* Where in the round, and how many flows if there were no cap. */
static void place(const struct oddi_schedule *s, struct running *r, size_t i)
{
    int64_t percent = s->round / 100, last = LAST_PERCENT * percent;
    const struct oddi_attack *a = r->attack;
    uint32_t loudness = r->episode.loudness;
    r->offset = FIRST_PERCENT * percent;
    if (a->interval[0]) {
        int64_t interval = oddi_at_loudness(a->interval, loudness) * ODDI_SECOND;
        r->duration = last - r->offset;
        r->size = (uint32_t)(r->duration / interval) + 3;
        return;
    }
    r->offset += (last - r->offset) * 9 / 10 * (int64_t)i / (int64_t)s->n;
    r->duration = oddi_at_loudness(a->seconds, loudness) * ODDI_SECOND;
    r->size = oddi_at_loudness(a->flows, loudness);
    if (r->duration > last - r->offset)
        r->duration = last - r->offset;
}

/* At most one flow in CAP_SHARE, but one flow for each attack as long as they are no more than half. */
static void limit(struct oddi_schedule *s, uint64_t flows)
{
    uint64_t wanted = 0, left = flows / s->n_rounds / 2, cap = flows / s->n_rounds / CAP_SHARE;
    for (size_t i = 0; i < s->n; i++)
        wanted += s->running[i].size;
    for (size_t i = 0; i < s->n; i++) {
        struct running *r = &s->running[i];
        if (wanted > cap)
            r->size = (uint32_t)((unsigned __int128)r->size * cap / wanted);
        if (r->size == 0)
            r->size = 1;
        if (r->size > left)
            r->size = (uint32_t)left;
        left -= r->size;
    }
}

/* Slow traffic has fewer rounds, so that the cap leaves every attack a flow in each. */
static uint32_t count_rounds(size_t n, uint64_t flows, int64_t span)
{
    uint64_t by_time = (uint64_t)span / ROUND, by_flows = n ? flows / (CAP_SHARE * n) : 1;
    uint64_t rounds = by_time < by_flows ? by_time : by_flows;
    return rounds > 1 ? (uint32_t)rounds : 1;
}

struct oddi_schedule *oddi_schedule_new(const struct oddi_plan *plan, uint64_t flows, int64_t start,
                                        int64_t span, uint64_t seed)
{
    struct oddi_schedule *s = oddi_calloc_array(1, sizeof *s);
    if (!s)
        return NULL;
    s->start = start;
    s->n_rounds = count_rounds(plan->n, flows, span);
    s->round = span / s->n_rounds;
    s->seed = seed;
    s->n = plan->n;
    for (size_t i = 0; i < s->n; i++) {
        s->running[i].attack = plan->plants[i].attack;
        s->running[i].episode.loudness = plan->plants[i].loudness;
        place(s, &s->running[i], i);
    }
    limit(s, flows);
    for (size_t i = 0; i < s->n; i++) {
        struct running *r = &s->running[i];
        r->episode.flows = r->size;
        set_labels(r);
        begin(s, r);
    }
    choose_first(s);
    return s;
}

void oddi_schedule_free(struct oddi_schedule *s)
{
    free(s);
}

uint64_t oddi_schedule_flows(const struct oddi_schedule *s)
{
    uint64_t flows = 0;
    for (size_t i = 0; i < s->n; i++)
        flows += (uint64_t)s->running[i].size * s->n_rounds;
    return flows;
}

int64_t oddi_schedule_time(const struct oddi_schedule *s)
{
    return s->n ? s->running[s->first].time : INT64_MAX;
}

void oddi_schedule_next(struct oddi_schedule *s, struct oddi_row *row)
{
    static const struct oddi_word tcp = ODDI_WORD("tcp"), dir = ODDI_WORD("   ->");
    struct running *r = &s->running[s->first];
    row->time = r->time;
    row->proto = &tcp;
    row->dir = &dir;
    row->src.addr = r->episode.bot;
    row->src.text = row->dst.text = NULL;
    enum oddi_outcome outcome = r->attack->make(&r->episode, r->next, &r->rng, row);
    row->label = &r->labels[row->proto != &tcp][outcome];
    if (++r->next < r->size) {
        set_time(r);
    } else {
        r->round++;
        begin(s, r);
    }
    choose_first(s);
}
