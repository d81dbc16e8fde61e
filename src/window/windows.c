#include "window/windows.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "window/open_set.h"

#define GAP                                                                                                  \
    ((uint64_t)256 << 10) /* of a source's text that one row can keep in memory beside its own: a block */

struct source_time {
    struct oddi_watermark mark;
    bool ended;
    uint64_t text_at, record_at; /* offset and record of the last row that was stored with its text */
};

struct oddi_windows {
    struct oddi_windows_config config;
    struct oddi_open_set open;
    struct oddi_chunk_pool chunks;
    struct source_time *sources;
    struct oddi_window *free_windows;
    struct oddi_strand *free_strands;
    struct oddi_windows_count count;
    uint64_t held, held_text; /* rows; bytes of text that cannot be read again */
    int64_t frontier;         /* end of the last window taken: rows of windows that end by then are late */
    int64_t next;             /* where the next window after it would start */
    int64_t watermark;        /* least of the sources', INT64_MIN while unknown */
    int64_t leader;           /* greatest of the sources', for what lateness would have helped */
    bool flushing;
    bool anchored;
    void (*keep)(void *ctx, uint32_t source, void *block);
    void *keep_ctx;
    double *zero;                /* ODDI_MISSING_ZERO: one row's features, NaN replaced */
    const double **zero_columns; /* and each of them as a column */
};

enum odd_status oddi_windows_new(const struct oddi_windows_config *config, struct oddi_windows **out,
                                 struct odd_error *err)
{
    struct oddi_windows *w = oddi_calloc_array(1, sizeof *w);

    if (!w)
        return oddi_fail_memory(err);
    w->config = *config;
    w->sources = oddi_calloc_array(config->n_sources, sizeof *w->sources);
    w->zero = oddi_calloc_array(config->d, sizeof *w->zero);
    w->zero_columns = oddi_calloc_array(config->d, sizeof *w->zero_columns);
    if (!w->sources || !w->zero || !w->zero_columns) {
        oddi_windows_free(w);
        return oddi_fail_memory(err);
    }
    for (size_t i = 0; i < config->n_sources; i++)
        oddi_watermark_init(&w->sources[i].mark);
    oddi_open_set_init(&w->open, config->hash_key);
    oddi_chunk_pool_init(&w->chunks, config->d);
    w->frontier = w->next = w->watermark = w->leader = INT64_MIN;
    if (config->timeless)
        w->config.align.length = 0;
    w->anchored = config->align.origin != ODDI_ORIGIN_START_DAY;
    *out = w;
    return ODD_OK;
}

static void free_window(struct oddi_window *win)
{
    struct oddi_strand *s = win->strands;

    while (s) {
        struct oddi_strand *next = s->next;

        free(s->blocks);
        free(s);
        s = next;
    }
    free(win);
}

void oddi_windows_free(struct oddi_windows *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->open.n; i++)
        free_window(w->open.heap[i]);
    while (w->free_windows) {
        struct oddi_window *next = w->free_windows->next;

        free_window(w->free_windows);
        w->free_windows = next;
    }
    while (w->free_strands) {
        struct oddi_strand *next = w->free_strands->next;

        free(w->free_strands->blocks);
        free(w->free_strands);
        w->free_strands = next;
    }
    oddi_open_set_clear(&w->open);
    oddi_chunk_pool_clear(&w->chunks);
    free(w->sources);
    free(w->zero);
    free(w->zero_columns);
    free(w);
}

void oddi_windows_on_keep(struct oddi_windows *w, void (*keep)(void *ctx, uint32_t source, void *block),
                          void *ctx)
{
    w->keep = keep;
    w->keep_ctx = ctx;
}

const struct oddi_windows_count *oddi_windows_count(const struct oddi_windows *w)
{
    return &w->count;
}

size_t oddi_windows_held(const struct oddi_windows *w)
{
    return w->held;
}

/* ---- Time ---------------------------------------------------------------------------------- */

static void update_watermark(struct oddi_windows *w)
{
    int64_t least = INT64_MAX;
    bool any = false;

    for (size_t i = 0; i < w->config.n_sources; i++) {
        const struct source_time *s = &w->sources[i];

        if (s->mark.value > w->leader)
            w->leader = s->mark.value;
        if (s->ended)
            continue;
        any = true;
        if (s->mark.value < least)
            least = s->mark.value;
    }
    w->watermark = any ? least : w->leader;
}

void oddi_windows_source_ended(struct oddi_windows *w, uint32_t source)
{
    w->sources[source].ended = true;
    update_watermark(w);
}

int64_t oddi_windows_source_time(const struct oddi_windows *w, uint32_t source)
{
    return w->sources[source].mark.value;
}

/* The watermark less the lateness, without leaving the range. */
static int64_t closed_until(const struct oddi_windows *w)
{
    int64_t t;

    if (w->watermark == INT64_MIN || __builtin_sub_overflow(w->watermark, w->config.lateness, &t))
        return INT64_MIN;
    return t;
}

/* A part of the memory, so that long rows of a pipe leave room for what is not closed yet. */
static uint64_t text_to_close(const struct oddi_windows *w)
{
    return w->config.max_bytes ? w->config.max_bytes / 8 : UINT64_MAX;
}

bool oddi_windows_due(const struct oddi_windows *w)
{
    const struct oddi_window *oldest = oddi_open_set_oldest(&w->open);

    if (!oldest)
        return false;
    if (w->flushing)
        return true;
    return (w->held > w->config.hold || w->held_text > text_to_close(w)) && oldest->end <= closed_until(w);
}

struct oddi_window *oddi_windows_take(struct oddi_windows *w)
{
    struct oddi_window *win = oddi_open_set_oldest(&w->open);
    int64_t start;

    if (!oddi_windows_due(w))
        return NULL;
    oddi_open_set_remove_oldest(&w->open);
    if (w->count.opened > 0)
        w->count.empty += oddi_align_between(&w->config.align, w->next, win->start);
    w->count.opened++;
    w->frontier = w->next = win->end;
    if (w->config.span)
        oddi_align_window(&w->config.align, win->start, &start, &w->next);
    w->held -= win->n_rows;
    w->held_text -= win->text;
    return win;
}

void oddi_windows_flush(struct oddi_windows *w)
{
    w->flushing = true;
}

/* ---- Windows and strands --------------------------------------------------------------------- */

void oddi_windows_recycle(struct oddi_windows *w, struct oddi_window *win)
{
    struct oddi_strand *s = win->strands;

    while (s) {
        struct oddi_strand *next = s->next;

        oddi_chunk_recycle(&w->chunks, s->head);
        s->next = w->free_strands;
        w->free_strands = s;
        s = next;
    }
    win->strands = NULL;
    win->next = w->free_windows;
    w->free_windows = win;
}

static struct oddi_window *open_window(struct oddi_windows *w, int64_t start, int64_t end)
{
    struct oddi_window *win = w->free_windows;

    if (win)
        w->free_windows = win->next;
    else if (!(win = oddi_malloc_array(1, sizeof *win)))
        return NULL;
    *win = (struct oddi_window){.start = start, .end = end};
    if (!oddi_open_set_add(&w->open, win)) {
        win->next = w->free_windows;
        w->free_windows = win;
        return NULL;
    }
    return win;
}

/* The strand of a source, strands in the order of the sources: rows come out as if the inputs were joined. */
static struct oddi_strand *strand_of(struct oddi_windows *w, struct oddi_window *win, uint32_t source)
{
    struct oddi_strand **at = &win->strands, *s;
    void **blocks;
    size_t cap;

    while (*at && (*at)->source < source)
        at = &(*at)->next;
    if (*at && (*at)->source == source)
        return *at;
    s = w->free_strands;
    if (s)
        w->free_strands = s->next;
    else if (!(s = oddi_calloc_array(1, sizeof *s)))
        return NULL;
    blocks = s->blocks;
    cap = s->cap_blocks;
    *s = (struct oddi_strand){*at, source, NULL, NULL, blocks, 0, cap};
    *at = s;
    return s;
}

static bool keep_block(struct oddi_windows *w, struct oddi_strand *s, void *block)
{
    if (!block || (s->n_blocks && s->blocks[s->n_blocks - 1] == block))
        return true;
    if (!oddi_grow(&s->blocks, &s->cap_blocks, s->n_blocks + 1, sizeof *s->blocks))
        return false;
    s->blocks[s->n_blocks++] = block;
    if (w->keep)
        w->keep(w->keep_ctx, s->source, block);
    return true;
}

/* ---- Rows ------------------------------------------------------------------------------------- */

/* A call of oddi_windows_add, unpacked. */
struct adding {
    struct oddi_windows *w;
    uint32_t source;
    const struct oddi_rows *rows;
    const int64_t *ts;
    size_t to;
    int64_t bound;
    void *block;
    struct odd_error *err;
};

static bool has_no_key(const double *column, size_t i)
{
    uint64_t key;

    memcpy(&key, column + i, sizeof key);
    return key == 0;
}

static bool is_missing(const struct adding *a, size_t i)
{
    if (a->w->config.opaque)
        return has_no_key(a->rows->feature[0], i);
    for (size_t j = 0; j < a->w->config.d; j++)
        if (isnan(a->rows->feature[j][i]))
            return true;
    return false;
}

/* Text that the rows [from, to) would add to what is held, up to the row with which it exceeds `most`: *to becomes that
 * row. A row's text is counted with the row that follows it, and what lies between rows that are not neighbours counts as
 * far as a block may keep it: by the rows, never by how a source was cut into blocks. */
static uint64_t text_of(const struct adding *a, const struct oddi_rows *rows, size_t from, size_t *to,
                        uint64_t most)
{
    const struct source_time *s = &a->w->sources[a->source];
    uint64_t at = s->text_at, record = s->record_at, sum = 0;

    for (size_t i = from; a->block && i < *to; i++) {
        uint64_t offset = rows->offset_base + rows->offset[i], text = offset > at ? offset - at : 0;

        if (rows->record_base + rows->record[i] != record + 1 && text > GAP)
            text = GAP;
        if (text > most - sum) {
            *to = i;
            break;
        }
        sum += text;
        at = offset;
        record = rows->record_base + rows->record[i];
    }
    return sum;
}

/* End of the rows that belong to the record of row i. */
static size_t record_end(const struct adding *a, size_t i)
{
    size_t end = i + 1;

    while (a->w->config.twins && end < a->to && a->rows->record[end] == a->rows->record[i])
        end++;
    return end;
}

/* `to` or, if that is amid a record, where the record begins. */
static size_t record_start(const struct adding *a, size_t from, size_t to)
{
    while (a->w->config.twins && to > from && to < a->to && a->rows->record[to] == a->rows->record[to - 1])
        to--;
    return to;
}

/* Rows that may still be held. By count, never by what the allocator happens to hold: the same rows are shed whatever the
 * number of threads. */
static uint64_t room(const struct oddi_windows *w)
{
    uint64_t most;

    if (w->config.max_bytes == 0)
        return UINT64_MAX;
    most = (w->config.max_bytes - w->held_text) / (8 * (w->config.d + 1));
    return most > w->held ? most - w->held : 0;
}

/* Text that may still be held, beside n more rows. */
static uint64_t text_room(const struct oddi_windows *w, uint64_t n)
{
    uint64_t used = w->held_text + (w->held + n) * 8 * (w->config.d + 1);

    if (w->config.max_bytes == 0)
        return UINT64_MAX;
    return used < w->config.max_bytes ? w->config.max_bytes - used : 0;
}

static enum odd_status store(const struct adding *a, struct oddi_window *win, const struct oddi_rows *rows,
                             size_t from, size_t to)
{
    struct oddi_windows *w = a->w;
    struct oddi_strand *s = strand_of(w, win, a->source);

    if (!s || !keep_block(w, s, a->block) || !oddi_strand_append(s, &w->chunks, rows, from, to))
        return oddi_fail_memory(a->err);
    win->n_rows += to - from;
    win->n_again += rows->again ? to - from : 0;
    w->held += to - from;
    return ODD_OK;
}

/* Stores row i with its missing values as 0. */
static enum odd_status store_zeroed(const struct adding *a, struct oddi_window *win,
                                    const struct oddi_rows *rows, size_t i)
{
    struct oddi_windows *w = a->w;
    struct oddi_rows one = *rows;

    for (size_t j = 0; j < w->config.d; j++) {
        double v = a->rows->feature[j][i];

        w->zero[j] = isnan(v) ? 0 : v;
        w->zero_columns[j] = &w->zero[j];
    }
    one.feature = w->zero_columns;
    one.record += i;
    one.offset += i;
    return store(a, win, &one, 0, 1);
}

static void count_late(struct oddi_windows *w, int64_t end)
{
    int64_t need;

    w->count.late++;
    if (__builtin_sub_overflow(w->leader, end, &need))
        need = INT64_MAX;
    if (need < INT64_MAX)
        need++;
    if (need > w->count.lateness_needed)
        w->count.lateness_needed = need;
}

/* Whether the rows [i, end) of a record find room in n windows, with its text. */
static bool has_room(const struct adding *a, size_t i, size_t end, size_t n)
{
    size_t to = end;

    if (room(a->w) < (end - i) * n)
        return false;
    (void)text_of(a, a->rows, i, &to, text_room(a->w, (end - i) * n));
    return to == end;
}

/* ---- Which windows ------------------------------------------------------------------------------------- */

struct span {
    int64_t start, end;
};

/* The windows of a time, in order. */
struct spans {
    struct span at[ODDI_MAX_HOPS];
    size_t n;
    int64_t least, limit; /* all times in [least, limit) have the same */
};

static int64_t span_end(int64_t start, int64_t length)
{
    int64_t end;

    return __builtin_add_overflow(start, length, &end) ? INT64_MAX : end;
}

static void find_spans(struct oddi_windows *w, int64_t ts, struct spans *s)
{
    const struct oddi_windows_config *c = &w->config;
    struct span pane;

    if (!w->anchored) {
        oddi_align_first(&w->config.align, ts);
        w->anchored = true;
    }
    oddi_align_window(&c->align, ts, &pane.start, &pane.end);
    s->least = pane.start;
    s->limit = pane.end;
    s->at[0] = pane;
    s->n = 1;
    if (!c->span)
        return;
    for (s->n = 0; s->n < ODDI_MAX_HOPS && span_end(pane.start, c->span) > ts; s->n++) {
        s->at[s->n] = (struct span){pane.start, span_end(pane.start, c->span)};
        if (s->at[s->n].end < s->limit)
            s->limit = s->at[s->n].end;
        if (pane.start == INT64_MIN)
            break;
        oddi_align_window(&c->align, pane.start - 1, &pane.start, &pane.end);
    }
    if (s->n < ODDI_MAX_HOPS && span_end(pane.start, c->span) > s->least)
        s->least = span_end(pane.start, c->span);
    for (size_t i = 0; i < s->n / 2; i++) {
        struct span later = s->at[i];

        s->at[i] = s->at[s->n - 1 - i];
        s->at[s->n - 1 - i] = later;
    }
}

static enum odd_status find_window(const struct adding *a, const struct span *span, struct oddi_window **win)
{
    *win = oddi_open_set_find(&a->w->open, span->start);
    if (!*win)
        *win = open_window(a->w, span->start, span->end);
    return *win ? ODD_OK : oddi_fail_memory(a->err);
}

/* Rows [from, to) into all of the windows; their text is kept until the last of these is closed. */
static enum odd_status enter(const struct adding *a, const struct span *spans, size_t n, size_t from,
                             size_t to, bool again)
{
    struct oddi_windows *w = a->w;
    struct source_time *source = &w->sources[a->source];
    struct oddi_rows rows = *a->rows;
    uint64_t text = text_of(a, &rows, from, &to, UINT64_MAX);
    struct oddi_window *win = NULL;

    for (size_t k = 0; k < n; k++) {
        rows.again = again || k > 0;
        ODDI_TRY(find_window(a, &spans[k], &win));
        ODDI_TRY(w->config.missing == ODDI_MISSING_ZERO && is_missing(a, from)
                     ? store_zeroed(a, win, &rows, from)
                     : store(a, win, &rows, from, to));
    }
    win->text += text;
    w->held_text += text;
    source->text_at = rows.offset_base + rows.offset[to - 1];
    source->record_at = rows.record_base + rows.record[to - 1];
    return ODD_OK;
}

/* The windows of ts that the rows [i, end) of a record may still enter are s->at[*first..]; false if they are late or shed,
 * which is counted. */
static bool may_enter(const struct adding *a, size_t i, size_t end, int64_t ts, struct spans *s,
                      size_t *first)
{
    struct oddi_windows *w = a->w;
    size_t k = 0;

    find_spans(w, ts, s);
    while (k < s->n && w->frontier != INT64_MIN && s->at[k].end <= w->frontier)
        k++;
    *first = k;
    if (k == s->n) {
        count_late(w, s->at[s->n - 1].end);
        return false;
    }
    if (!has_room(a, i, end, s->n - k)) {
        w->count.shed++;
        return false;
    }
    return true;
}

static void see(struct oddi_windows *w, uint32_t source, int64_t ts)
{
    struct oddi_watermark *mark = &w->sources[source].mark;
    int64_t before = mark->value;

    oddi_watermark_see(mark, ts);
    if (mark->value != before)
        update_watermark(w);
}

/* End of the rows from i on that have its time. */
static size_t part_end(const struct adding *a, size_t i, size_t end)
{
    size_t to = i + 1;

    while (to < end && a->ts[to] == a->ts[i])
        to++;
    return to;
}

static bool is_closed(const struct oddi_windows *w, const struct span *span)
{
    return w->frontier != INT64_MIN && span->end <= w->frontier;
}

/* A record whose rows have several times, each later than the one before: into the windows that have not been taken. It is
 * counted in the first of them. */
static enum odd_status add_parts(const struct adding *a, size_t i, size_t end)
{
    struct oddi_windows *w = a->w;
    struct spans spans = {.n = 0};
    bool again = false;

    while (end > i && a->ts[end - 1] >= w->config.until)
        end--;
    for (size_t to; i < end; i = to) {
        to = part_end(a, i, end);
        find_spans(w, a->ts[i], &spans);
        if (!is_closed(w, &spans.at[0]))
            break;
    }
    if (i == end) {
        count_late(w, spans.at[0].end);
        return ODD_OK;
    }
    if (!has_room(a, i, end, 1)) {
        w->count.shed++;
        return ODD_OK;
    }
    for (size_t to; i < end; i = to, again = true) {
        to = part_end(a, i, end);
        find_spans(w, a->ts[i], &spans);
        ODDI_TRY(enter(a, spans.at, 1, i, to, again));
    }
    return ODD_OK;
}

/* The rows [i, end) of one record, every rule applied. */
static enum odd_status add_record(const struct adding *a, size_t i, size_t end)
{
    struct oddi_windows *w = a->w;
    int64_t ts = w->config.timeless ? 0 : a->ts[i];
    struct spans spans;
    size_t first;

    if (!w->config.timeless)
        see(w, a->source, ts);
    if (ts < w->config.since || ts >= w->config.until) {
        w->count.filtered++;
        return ODD_OK;
    }
    if (w->config.missing != ODDI_MISSING_ZERO && is_missing(a, i)) {
        if (w->config.missing == ODDI_MISSING_ERROR)
            return oddi_fail(a->err, ODD_ERR_FORMAT, "a feature has no value in this row");
        w->count.missing++;
        return ODD_OK;
    }
    if (!w->config.timeless && a->ts[end - 1] != ts)
        return add_parts(a, i, end);
    if (!may_enter(a, i, end, ts, &spans, &first))
        return ODD_OK;
    return enter(a, spans.at + first, spans.n - first, i, end, false);
}

/* End of the run of rows from i on, before `to`, that all have a time in [least, limit) and every feature, none beyond
 * the bound but those of the last record. *greatest = their greatest time. */
static size_t plain_run(const struct adding *a, size_t i, size_t to, int64_t least, int64_t limit,
                        int64_t *greatest)
{
    const double *f0 = a->rows->feature[0];
    bool single = a->w->config.d == 1 && !a->w->config.opaque;
    int64_t max = INT64_MIN;

    while (i < to) {
        int64_t ts = a->ts[i];

        if (ts < least || ts >= limit || (single ? isnan(f0[i]) : is_missing(a, i)))
            break;
        i++;
        if (ts > max)
            max = ts;
        if (ts > a->bound) {
            i = record_end(a, i - 1);
            break;
        }
    }
    *greatest = max;
    return i;
}

static size_t records_in(const struct adding *a, size_t from, size_t to)
{
    size_t n = to - from;

    for (size_t i = from + 1; i < to && a->w->config.twins; i++)
        n -= a->rows->record[i] == a->rows->record[i - 1];
    return n;
}

/* Where a run of rows from `from` on must end for all of it to find room in n windows. */
static size_t run_end(const struct adding *a, size_t from, size_t n)
{
    uint64_t free_rows = room(a->w) / n;
    size_t to = free_rows < a->to - from ? record_start(a, from, from + (size_t)free_rows) : a->to;

    (void)text_of(a, a->rows, from, &to, text_room(a->w, (to - from) * n));
    return to;
}

/* A run of rows at once. ODD_AGAIN where a rule could apply in its middle, so that rows must go one by one: the first 16
 * times, a jump of the watermark, a filter, a window that could become due while it is being filled. */
static enum odd_status add_plain(const struct adding *a, size_t *from)
{
    struct oddi_windows *w = a->w;
    const struct oddi_windows_config *c = &w->config;
    struct oddi_watermark *mark = &w->sources[a->source].mark;
    struct spans spans;
    int64_t least, limit, greatest, jump;
    size_t to;

    if (!oddi_watermark_known(mark) || !w->anchored)
        return ODD_AGAIN;
    find_spans(w, a->ts[*from], &spans);
    if (spans.at[0].end <= closed_until(w) || (w->frontier != INT64_MIN && spans.at[0].end <= w->frontier))
        return ODD_AGAIN;
    jump = oddi_watermark_jump(mark);
    least = spans.least > c->since ? spans.least : c->since;
    limit = spans.limit < c->until ? spans.limit : c->until;
    to = plain_run(a, *from, run_end(a, *from, spans.n), least, limit < jump ? limit : jump, &greatest);
    to = record_start(a, *from, to); /* a part that comes later has rules of its own */
    if (to == *from)
        return ODD_AGAIN;
    ODDI_TRY(enter(a, spans.at, spans.n, *from, to, false));
    oddi_watermark_see_run(mark, records_in(a, *from, to), greatest);
    update_watermark(w);
    *from = to;
    return ODD_OK;
}

static enum odd_status add_timeless(const struct adding *a, size_t *from)
{
    const struct span all = {INT64_MIN, INT64_MAX};
    size_t to = *from, end = run_end(a, *from, 1);

    while (to < end && !is_missing(a, to))
        to++;
    if (to == *from)
        return ODD_AGAIN;
    if (a->w->frontier != INT64_MIN)
        return ODD_AGAIN; /* it has been taken */
    ODDI_TRY(enter(a, &all, 1, *from, to, false));
    *from = to;
    return ODD_OK;
}

enum odd_status oddi_windows_add(struct oddi_windows *w, uint32_t source, const struct oddi_rows *rows,
                                 const int64_t *ts, size_t *from, size_t to, int64_t bound, void *block,
                                 struct odd_error *err)
{
    struct adding a = {w, source, rows, ts, to, bound, block, err};

    while (*from < to) {
        enum odd_status status = w->config.timeless ? add_timeless(&a, from) : add_plain(&a, from);

        if (status == ODD_AGAIN) {
            size_t end = record_end(&a, *from);

            ODDI_TRY(add_record(&a, *from, end));
            *from = end;
        } else if (status != ODD_OK) {
            return status;
        }
        if (oddi_windows_due(w) || oddi_windows_source_time(w, source) > bound)
            break;
    }
    return ODD_OK;
}
