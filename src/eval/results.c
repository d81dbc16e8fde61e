#include "eval/results.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

#define HEADER   "data,config,level,metric,value,low,high"
#define N_FIELDS 7

/* A line of the file: its fields, unquoted, each NUL-terminated. */
struct line {
    const char *text; /* the whole line, as it was */
    size_t size;
    char *field[N_FIELDS];
    struct oddi_buf room;
};

struct lines {
    const char *next, *name;
    uint64_t number;
    struct line line;
    struct odd_error *err;
};

static enum odd_status wrong(const struct lines *l)
{
    return oddi_fail_at(l->err, ODD_ERR_FORMAT, l->name, l->number, ODD_NO_POSITION,
                        "is no line of results: " HEADER);
}

/* One field into the line's room; *p behind its comma. False if a quote does not end. */
static bool take_field(struct oddi_buf *room, const char **p, const char *end)
{
    bool quoted = *p < end && **p == '"', closed = !quoted;

    if (quoted)
        (*p)++;
    while (*p < end && (quoted || **p != ',')) {
        if (quoted && **p == '"') {
            (*p)++;
            closed = *p == end || **p != '"';
            if (closed)
                break;
        }
        oddi_buf_char(room, *(*p)++);
    }
    oddi_buf_char(room, '\0');
    return closed && (*p == end || **p == ',');
}

static enum odd_status split(struct lines *l)
{
    struct line *line = &l->line;
    const char *p = line->text, *end = p + line->size;
    size_t at[N_FIELDS], n = 0;

    oddi_buf_clear(&line->room);
    for (; n < N_FIELDS; n++) {
        at[n] = line->room.size;
        if (!take_field(&line->room, &p, end))
            return wrong(l);
        if (p == end)
            break;
        p++;
    }
    if (!oddi_buf_ok(&line->room))
        return oddi_fail_memory(l->err);
    if (n + 1 != N_FIELDS || p != end)
        return wrong(l);
    for (size_t i = 0; i < N_FIELDS; i++)
        line->field[i] = line->room.data + at[i];
    return ODD_OK;
}

/* The next line of the file that is not empty; ODD_END after the last. */
static enum odd_status next_line(struct lines *l)
{
    while (*l->next) {
        size_t n = strcspn(l->next, "\n");

        l->line.text = l->next;
        l->line.size = n > 0 && l->next[n - 1] == '\r' ? n - 1 : n;
        l->next += n + (l->next[n] == '\n');
        l->number++;
        if (l->line.size > 0)
            return split(l);
    }
    return ODD_END;
}

static void begin(struct lines *l, const char *text, const char *name, struct odd_error *err)
{
    *l = (struct lines){.next = text, .name = name, .err = err};
    oddi_buf_init(&l->line.room, 0);
}

/* The header must be there, if anything is. */
static enum odd_status read_header(struct lines *l)
{
    enum odd_status status = next_line(l);

    if (status == ODD_OK &&
        (l->line.size != strlen(HEADER) || memcmp(l->line.text, HEADER, l->line.size) != 0))
        return wrong(l);
    return status;
}

static bool is_config(const struct oddi_eval_report *report, const char *config)
{
    for (size_t i = 0; i < report->n; i++)
        if (strcmp(report->results[i].config, config) == 0)
            return true;
    if (report->n > 0 && report->results[0].timed)
        for (int k = 0; k < ODDI_CTU13_DUMMIES; k++)
            if (strcmp(report->results[0].dummies[k].name, config) == 0)
                return true;
    return false;
}

static bool is_mine(const struct oddi_eval_report *report, const struct line *line)
{
    return strcmp(line->field[0], report->data) == 0 && is_config(report, line->field[1]);
}

/* ---- Replacing --------------------------------------------------------------------------------------------------- */

enum odd_status oddi_results_replace(const char *before, const char *name,
                                     const struct oddi_eval_report *report, struct oddi_buf *out,
                                     struct odd_error *err)
{
    struct lines l;
    struct oddi_buf mine;
    bool put = false;
    enum odd_status status;

    begin(&l, before, name, err);
    oddi_buf_init(&mine, 0);
    oddi_eval_csv(report, &mine);
    oddi_buf_str(out, HEADER "\n");
    status = read_header(&l);
    while (status == ODD_OK && (status = next_line(&l)) == ODD_OK) {
        bool here = is_mine(report, &l.line);

        if (here && !put && oddi_buf_ok(&mine))
            oddi_buf_add(out, mine.data + sizeof HEADER, mine.size - sizeof HEADER);
        put = put || here;
        if (here)
            continue;
        oddi_buf_add(out, l.line.text, l.line.size);
        oddi_buf_char(out, '\n');
    }
    if (!put && oddi_buf_ok(&mine))
        oddi_buf_add(out, mine.data + sizeof HEADER, mine.size - sizeof HEADER);
    if (status == ODD_END)
        status = oddi_buf_ok(out) && oddi_buf_ok(&mine) ? ODD_OK : oddi_fail_memory(err);
    oddi_buf_free(&mine);
    oddi_buf_free(&l.line.room);
    return status;
}

/* ---- Comparing ----------------------------------------------------------------------------------------------------- */

struct sought {
    const struct line *line;
    double value;
    int better;
};

static void look(void *ctx, const struct oddi_metric *m)
{
    struct sought *s = ctx;

    if (strcmp(m->config, s->line->field[1]) == 0 && strcmp(m->level, s->line->field[2]) == 0 &&
        strcmp(m->name, s->line->field[3]) == 0) {
        s->value = m->value;
        s->better = m->better;
    }
}

/* Which way is better of a measure that has gone. */
static void look_by_name(void *ctx, const struct oddi_metric *m)
{
    struct sought *s = ctx;

    if (strcmp(m->name, s->line->field[3]) == 0)
        s->better = m->better;
}

static enum odd_status compare(struct lines *l, const struct oddi_eval_report *report, double tolerance,
                               oddi_worse_fn fn, void *ctx)
{
    struct sought s = {.line = &l->line, .value = NAN};
    struct oddi_worse w;
    const char *value = l->line.field[4];
    double before, room;

    if (!*value)
        return ODD_OK;
    if (!oddi_parse_double(value, strlen(value), &before))
        return wrong(l);
    oddi_eval_metrics(report, look, &s);
    if (isnan(s.value))
        oddi_eval_metrics(report, look_by_name, &s);
    room = tolerance * fmax(1, fabs(before));
    if (s.better == 0 || (!isnan(s.value) && s.better * (s.value - before) >= -room))
        return ODD_OK;
    w = (struct oddi_worse){l->line.field[1], l->line.field[2], l->line.field[3], before, s.value};
    fn(ctx, &w);
    return ODD_OK;
}

enum odd_status oddi_results_compare(const char *before, const char *name,
                                     const struct oddi_eval_report *report, double tolerance,
                                     oddi_worse_fn fn, void *ctx, struct odd_error *err)
{
    struct lines l;
    enum odd_status status;

    begin(&l, before, name, err);
    status = read_header(&l);
    while (status == ODD_OK && (status = next_line(&l)) == ODD_OK)
        if (is_mine(report, &l.line))
            status = compare(&l, report, tolerance, fn, ctx);
    oddi_buf_free(&l.line.room);
    return status == ODD_END ? ODD_OK : status;
}
