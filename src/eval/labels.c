#include "eval/labels.h"

#include <string.h>

#include "base/mem.h"
#include "base/error.h"
#include "expr/expr.h"

struct oddi_label_span {
    int64_t start, end; /* [start, end) */
    uint32_t next;      /* 1 + index of the key's next span, 0 = none */
    uint8_t label;
};

#define EVERYBODY 0 /* the key of no address */

struct reader {
    struct oddi_labels *labels;
    const char *name;
    const struct oddi_zone *zone;
    uint64_t line;
    bool negative; /* a line said so */
    struct odd_error *err;
};

struct text {
    const char *s;
    size_t n;
};

static enum odd_status wrong(const struct reader *r, const char *what, struct text t)
{
    return oddi_fail_at(r->err, ODD_ERR_USAGE, r->name, r->line, ODD_NO_POSITION, "%s, not '%.*s'", what,
                        (int)(t.n < 80 ? t.n : 80), t.s);
}

static struct text trim(struct text t)
{
    while (t.n > 0 && (*t.s == ' ' || *t.s == '\t')) {
        t.s++;
        t.n--;
    }
    while (t.n > 0 && strchr(" \t\r", t.s[t.n - 1]))
        t.n--;
    return t;
}

static bool is(struct text t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.s, word, t.n) == 0;
}

static enum odd_status read_key(const struct reader *r, struct text t, uint64_t *key)
{
    struct oddi_addr addr;

    *key = EVERYBODY;
    if (is(t, "*"))
        return ODD_OK;
    if (!oddi_parse_addr(t.s, t.n, &addr))
        return wrong(r, "the key must be an address or *", t);
    *key = oddi_key(ODDI_EXPR_ADDR, &addr);
    return ODD_OK;
}

static enum odd_status read_time(const struct reader *r, struct text t, int64_t otherwise, int64_t *out)
{
    *out = otherwise;
    if (t.n == 0 || oddi_parse_time(t.s, t.n, r->zone, out))
        return ODD_OK;
    return wrong(r, "a time must look like 2011-08-10T09:46:00Z", t);
}

static enum odd_status read_label(struct reader *r, struct text t, uint8_t *label)
{
    *label = is(t, "positive")   ? ODDI_LABEL_POSITIVE
             : is(t, "negative") ? ODDI_LABEL_NEGATIVE
                                 : ODDI_LABEL_IGNORE;
    r->negative = r->negative || *label == ODDI_LABEL_NEGATIVE;
    if (*label != ODDI_LABEL_IGNORE || is(t, "ignore"))
        return ODD_OK;
    return wrong(r, "the label must be positive, negative or ignore", t);
}

/* Behind the spans that the key has: the first one that fits counts. */
static enum odd_status add_span(const struct reader *r, uint64_t key, const struct oddi_label_span *span)
{
    struct oddi_labels *l = r->labels;
    size_t known = l->keys.n;
    uint32_t id;

    if (!oddi_ids_add(&l->keys, key, &id) || !oddi_grow(&l->span, &l->cap, l->n + 1, sizeof *l->span) ||
        !oddi_grow(&l->first, &l->cap_first, l->keys.n, sizeof *l->first) ||
        !oddi_grow(&l->last, &l->cap_last, l->keys.n, sizeof *l->last))
        return oddi_fail_memory(r->err);
    l->span[l->n++] = *span;
    if (l->keys.n > known)
        l->first[id] = (uint32_t)l->n;
    else
        l->span[l->last[id] - 1].next = (uint32_t)l->n;
    l->last[id] = (uint32_t)l->n;
    return ODD_OK;
}

static enum odd_status read_line(struct reader *r, struct text line)
{
    struct text field[5];
    struct oddi_label_span span = {INT64_MIN, INT64_MAX, 0, ODDI_LABEL_IGNORE};
    size_t n = 0;
    uint64_t key;

    for (const char *p = line.s, *end = line.s + line.n; n < 5; n++) {
        const char *comma = memchr(p, ',', (size_t)(end - p));

        field[n] = trim((struct text){p, (size_t)((comma ? comma : end) - p)});
        if (!comma) {
            n++;
            break;
        }
        p = comma + 1;
    }
    if (n != 2 && n != 4)
        return wrong(r, "a line is address,label or address,start,end,label", line);
    ODDI_TRY(read_key(r, field[0], &key));
    ODDI_TRY(read_label(r, field[n - 1], &span.label));
    if (n == 4) {
        ODDI_TRY(read_time(r, field[1], INT64_MIN, &span.start));
        ODDI_TRY(read_time(r, field[2], INT64_MAX, &span.end));
    }
    return add_span(r, key, &span);
}

static bool is_header(struct text line)
{
    return (line.n >= 3 && memcmp(line.s, "key", 3) == 0) ||
           (line.n >= 7 && memcmp(line.s, "address", 7) == 0);
}

enum odd_status oddi_labels_read(struct oddi_labels *l, const char *text, const char *name,
                                 const struct oddi_zone *zone, struct odd_error *err)
{
    struct reader r = {.labels = l, .name = name, .zone = zone, .err = err};
    bool headed = false;

    while (*text) {
        size_t n = strcspn(text, "\n");
        struct text line = trim((struct text){text, n});

        r.line++;
        text += n + (text[n] == '\n');
        if (line.n == 0 || *line.s == '#')
            continue;
        if (!headed && is_header(line)) {
            headed = true;
            continue;
        }
        headed = true;
        ODDI_TRY(read_line(&r, line));
    }
    l->other = r.negative ? ODDI_LABEL_IGNORE : ODDI_LABEL_NEGATIVE;
    return ODD_OK;
}

void oddi_labels_free(struct oddi_labels *l)
{
    oddi_ids_free(&l->keys);
    free(l->span);
    free(l->first);
    free(l->last);
    *l = (struct oddi_labels){0};
}

static const struct oddi_label_span *span_of(const struct oddi_labels *l, uint64_t key, int64_t ts)
{
    uint32_t id = oddi_ids_find(&l->keys, key);

    for (uint32_t i = id == ODDI_NO_ID ? 0 : l->first[id]; i > 0; i = l->span[i - 1].next)
        if (ts >= l->span[i - 1].start && ts < l->span[i - 1].end)
            return &l->span[i - 1];
    return NULL;
}

uint8_t oddi_labels_find(const struct oddi_labels *l, uint64_t key, int64_t ts)
{
    const struct oddi_label_span *span = span_of(l, key, ts);

    if (!span)
        span = span_of(l, EVERYBODY, ts);
    return span ? span->label : l->other;
}
