/*
 * The store of open windows against a slow obvious twin: one row at a time, windows in a sorted list, the rules of
 * windows.h written down literally. Random streams, cut into random batches, must give the same windows with the same
 * rows in the same order and the same account.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "window/windows.h"

enum { MAX_ROWS = 4000, MAX_SOURCES = 3, MAX_HOPS = 6 };

struct stream {
    size_t n, n_sources;
    int64_t ts[MAX_ROWS];
    double x[MAX_ROWS];
    uint32_t source[MAX_ROWS]; /* in the order of the merge, which is fixed here */
    uint32_t record[MAX_ROWS];
    uint32_t length; /* of a record, in bytes */
    bool piped;      /* the text cannot be read again */
};

/* One emitted window as text of numbers: start, end, then (source, record) of each row. */
struct outcome {
    uint64_t hash;
    uint64_t windows, rows, counted; /* counted: records, in the windows that count them */
    struct oddi_windows_count count;
};

static void mix(uint64_t *h, uint64_t v)
{
    uint64_t x = *h ^ v;

    *h = oddi_splitmix64(&x);
}

/* ---- The twin ------------------------------------------------------------------------------------------ */

struct twin_mark {
    int64_t value, first[16], ahead[8];
    uint64_t seen, ahead_at[8];
    size_t n_ahead;
    bool ended;
};

struct twin_row {
    int64_t start, end;
    uint32_t source, record;
    uint64_t text;
    bool open, again;
};

struct twin {
    const struct oddi_windows_config *c;
    struct twin_mark mark[MAX_SOURCES];
    struct twin_row row[MAX_HOPS * MAX_ROWS];
    size_t n, held;
    uint64_t held_text, last[MAX_SOURCES]; /* last: records that were stored, the number of the last plus 1 */
    int64_t frontier, emitted_end;
    struct outcome out;
};

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void twin_see(struct twin_mark *m, int64_t ts)
{
    m->seen++;
    if (m->seen <= 16) {
        m->first[m->seen - 1] = ts;
        if (m->seen == 16) {
            qsort(m->first, 16, sizeof(int64_t), by_time);
            m->value = m->first[7];
        }
        return;
    }
    if (ts - m->value > ODDI_DAY) {
        int64_t least = INT64_MAX;

        memmove(m->ahead, m->ahead + 1, 7 * sizeof(int64_t));
        memmove(m->ahead_at, m->ahead_at + 1, 7 * sizeof(uint64_t));
        m->ahead[7] = ts;
        m->ahead_at[7] = m->seen;
        if (++m->n_ahead < 8 || m->seen - m->ahead_at[0] >= 64)
            return;
        for (int i = 0; i < 8; i++)
            least = m->ahead[i] < least ? m->ahead[i] : least;
        m->value = least > m->value ? least : m->value;
        m->n_ahead = 0;
    } else if (ts > m->value) {
        m->value = ts;
    }
}

static int64_t twin_watermark(const struct twin *t, int64_t *leader)
{
    int64_t least = INT64_MAX;
    bool any = false;

    *leader = INT64_MIN;
    for (size_t i = 0; i < t->c->n_sources; i++) {
        if (t->mark[i].value > *leader)
            *leader = t->mark[i].value;
        if (t->mark[i].ended)
            continue;
        any = true;
        if (t->mark[i].value < least)
            least = t->mark[i].value;
    }
    return any ? least : *leader;
}

static int by_place(const void *pa, const void *pb)
{
    const struct twin_row *a = pa, *b = pb;

    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->record < b->record ? -1 : a->record > b->record;
}

static void twin_emit(struct twin *t, int64_t start, int64_t end)
{
    static struct twin_row rows[MAX_HOPS * MAX_ROWS];
    size_t n = 0;

    for (size_t i = 0; i < t->n; i++)
        if (t->row[i].open && t->row[i].start == start) {
            rows[n++] = t->row[i];
            t->row[i].open = false;
            t->held_text -= t->row[i].text;
        }
    qsort(rows, n, sizeof rows[0], by_place);
    if (t->out.windows > 0 && start > t->emitted_end)
        t->out.count.empty +=
            (uint64_t)((start - t->emitted_end + t->c->align.length - 1) / t->c->align.length);
    t->emitted_end = t->c->span ? start + t->c->align.length : end;
    t->frontier = end;
    t->held -= n;
    t->out.windows++;
    t->out.count.opened++;
    t->out.rows += n;
    mix(&t->out.hash, (uint64_t)start);
    mix(&t->out.hash, (uint64_t)end);
    for (size_t i = 0; i < n; i++) {
        mix(&t->out.hash, rows[i].source);
        mix(&t->out.hash, rows[i].record + ((uint64_t)rows[i].again << 40));
    }
}

static const struct twin_row *twin_oldest(const struct twin *t)
{
    const struct twin_row *oldest = NULL;

    for (size_t i = 0; i < t->n; i++)
        if (t->row[i].open && (!oldest || t->row[i].start < oldest->start))
            oldest = &t->row[i];
    return oldest;
}

static void twin_close(struct twin *t, bool flush)
{
    const struct twin_row *oldest;
    int64_t leader, mark = twin_watermark(t, &leader);

    while ((oldest = twin_oldest(t)) &&
           (flush || ((t->held > t->c->hold || (t->c->max_bytes && t->held_text > t->c->max_bytes / 8)) &&
                      mark != INT64_MIN && oldest->end <= mark - t->c->lateness)))
        twin_emit(t, oldest->start, oldest->end);
}

/* The text from the last stored record to this one: what is between them is kept, up to a block of it. */
static uint64_t twin_text(const struct twin *t, const struct stream *s, size_t i)
{
    uint64_t last = t->last[s->source[i]], at = last ? last - 1 : 0;
    uint64_t text = (s->record[i] - at) * s->length;

    return !s->piped ? 0 : s->record[i] == at + 1 || text < 262144 ? text : 262144;
}

/* Starts of the windows that hold ts, at most MAX_HOPS, in order. */
static size_t twin_starts(const struct twin *t, int64_t ts, int64_t *start)
{
    int64_t step = t->c->align.length, length = t->c->span ? t->c->span : step;
    int64_t last = (ts >= 0 ? ts / step : -((-ts + step - 1) / step)) * step;
    size_t n = 0;

    for (int64_t at = last - MAX_HOPS * step; at <= last; at += step)
        if (at + length > ts)
            start[n++] = at;
    return n;
}

static void twin_add(struct twin *t, const struct stream *s, size_t i)
{
    struct twin_row r = {0, 0, s->source[i], s->record[i], 0, true, false};
    uint64_t text = twin_text(t, s, i);
    int64_t ts = s->ts[i], length = t->c->span ? t->c->span : t->c->align.length, leader, start[MAX_HOPS + 1];
    size_t n = twin_starts(t, ts, start), k = 0;

    twin_see(&t->mark[s->source[i]], ts);
    while (k < n && t->out.windows > 0 && start[k] + length <= t->frontier)
        k++;
    if (ts < t->c->since || ts >= t->c->until) {
        t->out.count.filtered++;
    } else if (isnan(s->x[i]) && t->c->missing == ODDI_MISSING_DROP) {
        t->out.count.missing++;
    } else if (k == n) {
        t->out.count.late++;
        twin_watermark(t, &leader);
        if (leader - (start[n - 1] + length) + 1 > t->out.count.lateness_needed)
            t->out.count.lateness_needed = leader - (start[n - 1] + length) + 1;
    } else if (t->c->max_bytes && (t->held + n - k) * 16 + t->held_text + text > t->c->max_bytes) {
        t->out.count.shed++;
    } else {
        for (; k < n; k++) {
            r.start = start[k];
            r.end = start[k] + length;
            r.text = k == n - 1 ? text : 0; /* kept until the last is closed */
            t->row[t->n++] = r;
            r.again = true;
            t->held++;
        }
        t->held_text += text;
        t->last[r.source] = r.record + (uint64_t)1;
    }
    twin_close(t, false);
}

static struct outcome run_twin(const struct oddi_windows_config *c, const struct stream *s)
{
    static struct twin t;

    memset(&t, 0, sizeof t);
    t.c = c;
    for (size_t i = 0; i < MAX_SOURCES; i++)
        t.mark[i].value = INT64_MIN;
    for (size_t i = 0; i < s->n; i++)
        twin_add(&t, s, i);
    twin_close(&t, true);
    return t.out;
}

/* ---- The store, in batches of random size --------------------------------------------------------------- */

static void emit(struct oddi_windows *w, const struct stream *s, struct outcome *out)
{
    struct oddi_window *win = oddi_windows_take(w);
    size_t rows = 0, again = 0, counted = 0;

    assert_non_null(win);
    out->windows++;
    mix(&out->hash, (uint64_t)win->start);
    mix(&out->hash, (uint64_t)win->end);
    for (struct oddi_strand *st = win->strands; st; st = st->next) {
        uint64_t last = UINT64_MAX;

        for (struct oddi_chunk *c = st->head; c; c = c->next)
            for (uint32_t i = 0; i < c->n; i++, rows++) {
                uint64_t record = oddi_chunk_record(c, 1, i);

                if (record == last) {
                    again++;
                    continue;
                }
                last = record;
                mix(&out->hash, st->source);
                mix(&out->hash, record + ((uint64_t)oddi_chunk_again(c, 1, i) << 40));
                counted += !oddi_chunk_again(c, 1, i);
                assert_int_equal(c->offset + oddi_chunk_offsets(c, 1)[i], record * s->length);
            }
    }
    assert_int_equal(rows, win->n_rows);
    assert_int_equal(rows - again - counted, win->n_again);
    assert_true(again == 0 || 2 * again == rows); /* of twins all are there or none */
    out->rows += rows - again;
    out->counted += counted;
    oddi_windows_recycle(w, win);
}

/* Rows i.. of one source, as many as follow each other, at most `most`. */
static size_t same_source(const struct stream *s, size_t i, size_t most)
{
    size_t to = i + 1;

    while (to < s->n && s->source[to] == s->source[i] &&
           (to - i < most || s->record[to] == s->record[to - 1])) /* a record comes whole */
        to++;
    return to;
}

static struct outcome run_store(const struct oddi_windows_config *c, const struct stream *s,
                                struct oddi_rng *rng, size_t largest)
{
    struct outcome out = {0};
    struct oddi_windows *w = NULL;
    struct odd_error err = ODD_ERROR_INIT;
    static uint32_t offset[MAX_ROWS];
    char block;

    for (size_t i = 0; i < s->n; i++)
        offset[i] = s->record[i] * s->length;
    assert_int_equal(oddi_windows_new(c, &w, &err), ODD_OK);
    for (size_t i = 0; i < s->n;) {
        size_t to = same_source(s, i, 1 + oddi_rng_below(rng, largest));
        const double *feature[1] = {s->x};
        struct oddi_rows rows = {feature, s->record, offset, 0, 0, false};

        while (i < to) {
            assert_int_equal(oddi_windows_add(w, s->source[i], &rows, s->ts, &i, to, INT64_MAX,
                                              s->piped ? &block : NULL, &err),
                             ODD_OK);
            while (oddi_windows_due(w))
                emit(w, s, &out);
        }
    }
    oddi_windows_flush(w);
    while (oddi_windows_due(w))
        emit(w, s, &out);
    assert_int_equal(oddi_windows_held(w), 0);
    out.count = *oddi_windows_count(w);
    oddi_windows_free(w);
    return out;
}

/* ---- Streams ------------------------------------------------------------------------------------------------- */

static void make_stream(struct stream *s, struct oddi_rng *rng, size_t n_sources)
{
    uint32_t records[MAX_SOURCES] = {0};
    int64_t now = (int64_t)oddi_rng_below(rng, 2000000000) * ODDI_SECOND - 5 * ODDI_DAY;
    int64_t jitter = (int64_t)(1 + oddi_rng_below(rng, 900)) * ODDI_SECOND;
    uint64_t wild = oddi_rng_below(rng, 3) == 0 ? 20 : 1000000;

    s->n = 1 + oddi_rng_below(rng, MAX_ROWS);
    s->n_sources = n_sources;
    s->length = oddi_rng_below(rng, 2) ? 100 : 100000;
    s->piped = oddi_rng_below(rng, 2);
    for (size_t i = 0; i < s->n; i++) {
        now += (int64_t)oddi_rng_below(rng, 2 * (uint64_t)ODDI_SECOND);
        if (oddi_rng_below(rng, 700) == 0)
            now += (int64_t)oddi_rng_below(rng, 3) * ODDI_DAY;
        s->ts[i] = now - (int64_t)oddi_rng_below(rng, (uint64_t)jitter);
        if (oddi_rng_below(rng, wild) == 0)
            s->ts[i] += ((int64_t)oddi_rng_below(rng, 20) - 10) * ODDI_DAY;
        s->x[i] = oddi_rng_below(rng, 30) == 0 ? NAN : (double)i;
        s->source[i] =
            i > 0 && oddi_rng_below(rng, 8) ? s->source[i - 1] : (uint32_t)oddi_rng_below(rng, n_sources);
        s->record[i] = records[s->source[i]]++;
    }
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
    assert_int_equal(a->windows, b->windows);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->count.late, b->count.late);
    assert_int_equal(a->count.filtered, b->count.filtered);
    assert_int_equal(a->count.missing, b->count.missing);
    assert_int_equal(a->count.shed, b->count.shed);
    assert_int_equal(a->count.empty, b->count.empty);
    assert_int_equal(a->count.opened, b->count.opened);
    assert_int_equal(a->count.lateness_needed, b->count.lateness_needed);
    assert_int_equal(a->hash, b->hash);
}

static void test_against_twin(void **state)
{
    static struct stream s;
    struct oddi_rng rng;
    uint64_t late = 0, shed = 0, hops = 0;

    (void)state;
    oddi_rng_seed(&rng, 20110810);
    for (int round = 0; round < 150; round++) {
        struct oddi_windows_config c = {
            .d = 1,
            .align = {.length = ODDI_MINUTE},
            .lateness = (int64_t)oddi_rng_below(&rng, 700) * ODDI_SECOND,
            .hold = oddi_rng_below(&rng, 4) ? oddi_rng_below(&rng, 500) : 0,
            .since = INT64_MIN,
            .until = INT64_MAX,
            .max_bytes = oddi_rng_below(&rng, 4) ? 0 : 16 * (1 + oddi_rng_below(&rng, 600)),
            .n_sources = 1 + oddi_rng_below(&rng, MAX_SOURCES),
            .hash_key = oddi_rng_next(&rng)};
        struct outcome twin, one, many;

        make_stream(&s, &rng, c.n_sources);
        if (s.piped)
            c.max_bytes *= s.length / 4;
        if (oddi_rng_below(&rng, 3) == 0) {
            c.since = s.ts[s.n / 4];
            c.until = s.ts[s.n / 2] + 13;
        }
        if (oddi_rng_below(&rng, 3) == 0)
            c.align.length = (int64_t)(1 + oddi_rng_below(&rng, 5000)) * 7 * ODDI_SECOND;
        if (c.align.length <= ODDI_DAY && ODDI_DAY % c.align.length)
            c.align.origin = ODDI_ORIGIN_EPOCH;
        if (c.align.length == ODDI_MINUTE && oddi_rng_below(&rng, 2)) {
            /* Windows that overlap, also ones that are no multiple of the hop. */
            c.span = ODDI_MINUTE + (int64_t)oddi_rng_below(&rng, 5 * 60) * ODDI_SECOND;
            s.n = s.n < MAX_ROWS / 2 ? s.n : MAX_ROWS / 2;
            hops++;
        }
        twin = run_twin(&c, &s);
        one = run_store(&c, &s, &rng, 1);
        many = run_store(&c, &s, &rng, 700);
        assert_same(&twin, &one);
        assert_same(&twin, &many);
        late += twin.count.late;
        shed += twin.count.shed;
    }
    /* The streams do meet the rules that they are meant to test. */
    assert_true(late > 1000);
    assert_true(shed > 1000);
    assert_true(hops > 20);
}

/* Every row twice, with twice the room: the same windows and the same account of records. */
static void test_twins(void **state)
{
    static struct stream s, twice;
    struct oddi_rng rng;
    uint64_t late = 0, shed = 0;

    (void)state;
    oddi_rng_seed(&rng, 20110812);
    for (int round = 0; round < 120; round++) {
        struct oddi_windows_config c = {
            .d = 1,
            .align = {.length = ODDI_MINUTE},
            .lateness = (int64_t)oddi_rng_below(&rng, 300) * ODDI_SECOND,
            .hold = oddi_rng_below(&rng, 4) ? oddi_rng_below(&rng, 300) : 0,
            .since = INT64_MIN,
            .until = INT64_MAX,
            .max_bytes = oddi_rng_below(&rng, 3) ? 0 : 16 * (1 + oddi_rng_below(&rng, 300)),
            .n_sources = 1 + oddi_rng_below(&rng, MAX_SOURCES),
            .opaque = true,
            .hash_key = oddi_rng_next(&rng)};
        struct outcome plain, one, many;

        make_stream(&s, &rng, c.n_sources);
        s.n = s.n < MAX_ROWS / 2 ? s.n : MAX_ROWS / 2;
        s.length = 1 + (uint32_t)oddi_rng_below(&rng, 50); /* never more than a block between two */
        twice.length = 2 * s.length;
        twice.piped = s.piped;
        twice.n = 0;
        for (size_t i = 0; i < s.n; i++) {
            bool null = isnan(s.x[i]);

            s.x[i] = null ? 0 : 1; /* the key of a null is 0 */
            for (int k = 0; k < (null ? 1 : 2); k++) {
                twice.ts[twice.n] = s.ts[i];
                twice.x[twice.n] = s.x[i];
                twice.source[twice.n] = s.source[i];
                twice.record[twice.n++] = s.record[i];
            }
        }
        plain = run_store(&c, &s, &rng, 100);
        c.twins = true;
        c.hold *= 2;
        c.max_bytes *= 2;
        one = run_store(&c, &twice, &rng, 1);
        many = run_store(&c, &twice, &rng, 700);
        assert_same(&plain, &one);
        assert_same(&plain, &many);
        late += plain.count.late;
        shed += plain.count.shed;
    }
    assert_true(late > 1000);
    assert_true(shed > 1000);
}

/* Records whose rows have several times: the same whatever the batches, and each record has one fate. */
static void test_parts(void **state)
{
    static struct stream s, parts;
    struct oddi_rng rng;
    uint64_t late = 0, shed = 0, again = 0;

    (void)state;
    oddi_rng_seed(&rng, 20110813);
    for (int round = 0; round < 120; round++) {
        struct oddi_windows_config c = {
            .d = 1,
            .align = {.length = ODDI_MINUTE},
            .lateness = (int64_t)oddi_rng_below(&rng, 300) * ODDI_SECOND,
            .hold = oddi_rng_below(&rng, 4) ? oddi_rng_below(&rng, 300) : 0,
            .since = INT64_MIN,
            .until = INT64_MAX,
            .max_bytes = oddi_rng_below(&rng, 3) ? 0 : 16 * (1 + oddi_rng_below(&rng, 600)),
            .n_sources = 1 + oddi_rng_below(&rng, MAX_SOURCES),
            .opaque = true,
            .twins = true,
            .hash_key = oddi_rng_next(&rng)};
        struct outcome one, few, many;
        size_t records = 0;

        make_stream(&s, &rng, c.n_sources);
        parts.length = s.length;
        parts.piped = s.piped;
        parts.n = 0;
        if (oddi_rng_below(&rng, 3) == 0)
            c.until = s.ts[s.n / 2] + 13;
        for (size_t i = 0; i < s.n && parts.n < MAX_ROWS - 6; i++, records++) {
            size_t n = oddi_rng_below(&rng, 4) ? 1 : 1 + oddi_rng_below(&rng, 6);

            for (size_t k = 0; k < n; k++) {
                int64_t start = s.ts[i] - ((s.ts[i] % ODDI_MINUTE) + ODDI_MINUTE) % ODDI_MINUTE;

                parts.ts[parts.n] = k ? start + (int64_t)k * ODDI_MINUTE : s.ts[i];
                parts.x[parts.n] = isnan(s.x[i]) ? 0 : 1;
                parts.source[parts.n] = s.source[i];
                parts.record[parts.n++] = s.record[i];
            }
        }
        one = run_store(&c, &parts, &rng, 1);
        few = run_store(&c, &parts, &rng, 5);
        many = run_store(&c, &parts, &rng, 700);
        assert_same(&one, &few);
        assert_same(&one, &many);
        assert_int_equal(
            one.counted + one.count.late + one.count.shed + one.count.filtered + one.count.missing, records);
        late += one.count.late;
        shed += one.count.shed;
        again += one.rows - one.counted;
    }
    assert_true(late > 1000);
    assert_true(shed > 1000);
    assert_true(again > 1000);
}

static void test_missing_zero_and_error(void **state)
{
    double x[3] = {1, NAN, 3};
    const double *feature[1] = {x};
    uint32_t place[3] = {0, 1, 2};
    int64_t ts[3] = {0, 1, 2};
    struct oddi_rows rows = {feature, place, place, 0, 0, false};
    struct oddi_windows_config c = {.d = 1,
                                    .align = {.length = ODDI_MINUTE},
                                    .since = INT64_MIN,
                                    .until = INT64_MAX,
                                    .missing = ODDI_MISSING_ZERO,
                                    .n_sources = 1};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_windows *w;
    struct oddi_window *win;
    size_t from = 0;

    (void)state;
    assert_int_equal(oddi_windows_new(&c, &w, &err), ODD_OK);
    assert_int_equal(oddi_windows_add(w, 0, &rows, ts, &from, 3, INT64_MAX, NULL, &err), ODD_OK);
    assert_int_equal(from, 3);
    oddi_windows_flush(w);
    win = oddi_windows_take(w);
    assert_int_equal(win->n_rows, 3);
    assert_true(oddi_chunk_feature(win->strands->head, 0)[1] == 0.0);
    assert_true(oddi_chunk_feature(win->strands->head, 0)[2] == 3.0);
    assert_int_equal(oddi_chunk_records(win->strands->head, 1)[1], 1);
    oddi_windows_recycle(w, win);
    oddi_windows_free(w);

    c.missing = ODDI_MISSING_ERROR;
    from = 0;
    assert_int_equal(oddi_windows_new(&c, &w, &err), ODD_OK);
    assert_int_equal(oddi_windows_add(w, 0, &rows, ts, &from, 3, INT64_MAX, NULL, &err), ODD_ERR_FORMAT);
    assert_int_equal(from, 1);
    oddi_windows_free(w);
}

static void test_timeless(void **state)
{
    double x[2] = {1, 2}, y[2] = {3, NAN};
    const double *feature[2] = {x, y};
    uint32_t place[2] = {0, 1};
    struct oddi_rows rows = {feature, place, place, 10, 1000, false};
    struct oddi_windows_config c = {.d = 2,
                                    .since = INT64_MIN,
                                    .until = INT64_MAX,
                                    .n_sources = 1,
                                    .timeless = true,
                                    .align = {.length = 1}};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_windows *w;
    struct oddi_window *win;
    size_t from = 0;

    (void)state;
    assert_int_equal(oddi_windows_new(&c, &w, &err), ODD_OK);
    assert_int_equal(oddi_windows_add(w, 0, &rows, NULL, &from, 2, INT64_MAX, NULL, &err), ODD_OK);
    assert_false(oddi_windows_due(w));
    oddi_windows_flush(w);
    win = oddi_windows_take(w);
    assert_int_equal(win->start, INT64_MIN);
    assert_int_equal(win->end, INT64_MAX);
    assert_int_equal(win->n_rows, 1);
    assert_int_equal(win->strands->head->record, 10);
    assert_int_equal(win->strands->head->offset, 1000);
    assert_int_equal(oddi_windows_count(w)->missing, 1);
    oddi_windows_recycle(w, win);
    assert_null(oddi_windows_take(w));
    oddi_windows_free(w);
}

/* A row of 1970 among rows of 2011 and one of 2106 make three windows, not millions, and decide nothing. */
static void test_stray_times(void **state)
{
    enum { N = 40 };
    int64_t base = INT64_C(1312969613) * ODDI_SECOND, ts[N];
    double x[N];
    const double *feature[1] = {x};
    uint32_t place[N];
    struct oddi_rows rows = {feature, place, place, 0, 0, false};
    struct oddi_windows_config c = {
        .d = 1, .align = {.length = ODDI_MINUTE}, .since = INT64_MIN, .until = INT64_MAX, .n_sources = 1};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_windows *w;
    size_t from = 0, taken = 0;

    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        ts[i] = base + i;
        x[i] = i;
        place[i] = i;
    }
    ts[0] = 0;
    ts[20] = INT64_C(4294967295) * ODDI_SECOND;
    assert_int_equal(oddi_windows_new(&c, &w, &err), ODD_OK);
    while (from < N) {
        assert_int_equal(oddi_windows_add(w, 0, &rows, ts, &from, N, INT64_MAX, NULL, &err), ODD_OK);
        while (oddi_windows_due(w)) {
            oddi_windows_recycle(w, oddi_windows_take(w));
            taken++;
        }
    }
    assert_int_equal(taken, 1); /* 1970; hold is 0 and the watermark in 2011 */
    assert_int_equal(oddi_windows_source_time(w, 0), base + N - 1);
    assert_int_equal(oddi_windows_count(w)->late, 0);
    oddi_windows_flush(w);
    while (oddi_windows_due(w)) {
        oddi_windows_recycle(w, oddi_windows_take(w));
        taken++;
    }
    assert_int_equal(taken, 3);
    assert_int_equal(oddi_windows_count(w)->empty, 21882825 + 49699961);
    oddi_windows_free(w);
}

static void test_merge_bound(void **state)
{
    enum { N = 30 };
    int64_t ts[N];
    double x[N];
    const double *feature[1] = {x};
    uint32_t place[N];
    struct oddi_rows rows = {feature, place, place, 0, 0, false};
    struct oddi_windows_config c = {.d = 1,
                                    .align = {.length = ODDI_MINUTE},
                                    .hold = 1000,
                                    .since = INT64_MIN,
                                    .until = INT64_MAX,
                                    .n_sources = 2};
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_windows *w;
    size_t from = 0;

    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        ts[i] = (int64_t)i * ODDI_SECOND;
        x[i] = i;
        place[i] = i;
    }
    assert_int_equal(oddi_windows_new(&c, &w, &err), ODD_OK);
    /* Rows are taken until one is beyond the bound: that row still belongs to this turn. */
    assert_int_equal(oddi_windows_add(w, 1, &rows, ts, &from, N, 20 * ODDI_SECOND, NULL, &err), ODD_OK);
    assert_int_equal(from, 22);
    assert_int_equal(oddi_windows_source_time(w, 1), 21 * ODDI_SECOND);
    assert_int_equal(oddi_windows_source_time(w, 0), INT64_MIN);
    oddi_windows_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_twin), cmocka_unit_test(test_twins),
        cmocka_unit_test(test_parts),        cmocka_unit_test(test_missing_zero_and_error),
        cmocka_unit_test(test_timeless),     cmocka_unit_test(test_stray_times),
        cmocka_unit_test(test_merge_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
