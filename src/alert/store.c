#include "alert/store.h"

#include <math.h>
#include <string.h>

#include "alert/json_line.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/num.h"
#include "flow/time.h"

#define ID_SIZE   16
#define ID_PREFIX 4 /* digits that stand for an id, at least */

struct entry {
    struct oddi_stored_alert alert;
    uint64_t id;
    char *line;  /* own */
    char *texts; /* own: what the alert's texts point into */
};

struct oddi_alert_store {
    struct entry *at;
    size_t n, cap;
    struct oddi_ids ids;
};

static const char *const status_names[] = {"open", "confirmed", "dismissed"};
#define N_STATUS (sizeof status_names / sizeof *status_names)

const char *oddi_alert_status_name(enum oddi_alert_status status)
{
    return status_names[status];
}

/* ---- One line ----------------------------------------------------------------------------------------------------- */

struct members {
    struct oddi_json_line line;
    struct oddi_buf texts;
    const char *fault;
};

/* The text of a member: its place in m->texts, where there is at least one NUL. */
static bool add_text(struct members *m, const char *key, bool needed, size_t *at)
{
    const struct oddi_json_member *member = oddi_json_line_find(&m->line, key);

    *at = m->texts.size;
    if (member && !oddi_json_line_string(&m->line, member, &m->texts))
        m->fault =
            "one of id, preset, key, start, end, reason, command, status, because, marked is no string";
    if (!member && needed)
        m->fault = "an alert has an id, a preset and a key";
    if (memchr(m->texts.data ? m->texts.data + *at : "", '\0', m->texts.size - *at))
        m->fault = "a text has a NUL character";
    oddi_buf_char(&m->texts, '\0');
    return !m->fault;
}

static bool read_status(struct members *m, const char *text, enum oddi_alert_status *out)
{
    size_t i = 0;

    while (*text && i < N_STATUS && strcmp(text, status_names[i]) != 0)
        i++;
    if (i == N_STATUS)
        m->fault = "status is confirmed or dismissed";
    else
        *out = (enum oddi_alert_status)i;
    return !m->fault;
}

static double number_of(const struct members *m, const char *key)
{
    const struct oddi_json_member *member = oddi_json_line_find(&m->line, key);
    double v;

    return member && oddi_json_line_number(&m->line, member, &v) ? v : NAN;
}

static uint64_t count_of(const struct members *m, const char *key)
{
    double v = number_of(m, key);

    return v >= 0 && v < 0x1p53 ? (uint64_t)v : 0;
}

static bool read_members(struct members *m, struct entry *e)
{
    static const char *const keys[] = {"id",     "preset",  "key",     "start",  "end",
                                       "reason", "command", "because", "marked", "status"};
    const char **to[] = {&e->alert.id,      &e->alert.preset,  &e->alert.key,
                         &e->alert.start,   &e->alert.end,     &e->alert.reason,
                         &e->alert.command, &e->alert.because, &e->alert.marked};
    size_t at[10];

    for (size_t i = 0; i < 10; i++)
        if (!add_text(m, keys[i], i < 3, &at[i]))
            return false;
    if (!oddi_buf_ok(&m->texts))
        return true; /* told by the caller */
    for (size_t i = 0; i < 9; i++)
        *to[i] = m->texts.data + at[i];
    if (strlen(e->alert.id) != ID_SIZE || e->alert.id[1] == 'x' ||
        !oddi_parse_hex(e->alert.id, ID_SIZE, &e->id))
        m->fault = "an id is 16 hexadecimal digits";
    e->alert.score = number_of(m, "score");
    e->alert.windows = count_of(m, "windows");
    e->alert.count = count_of(m, "count");
    return read_status(m, m->texts.data + at[9], &e->alert.status) && !m->fault;
}

static void clear_entry(struct entry *e)
{
    free(e->line);
    free(e->texts);
    *e = (struct entry){0};
}

/* Fills *e from a line, which is copied. *fault: NULL if it is memory that ended. */
static bool read_entry(struct entry *e, const char *text, size_t n, const char **fault, size_t *at)
{
    struct members m = {0};

    *e = (struct entry){.line = oddi_malloc_array(n + 1, 1)};
    *fault = NULL;
    *at = 0;
    if (!e->line)
        return false;
    memcpy(e->line, text, n);
    oddi_buf_init(&m.texts, 0);
    e->alert.line = e->line;
    e->alert.line_size = n;
    if (oddi_json_line_read(&m.line, e->line, n, fault, at)) {
        (void)read_members(&m, e);
        *fault = m.fault;
        if (!m.fault && oddi_buf_ok(&m.texts)) {
            e->texts = m.texts.data;
            return true;
        }
    }
    oddi_buf_free(&m.texts);
    clear_entry(e);
    return false;
}

/* ---- The file ----------------------------------------------------------------------------------------------------- */

static enum odd_status add_line(struct oddi_alert_store *s, const char *text, size_t n, const char *name,
                                uint64_t line, uint64_t offset, struct odd_error *err)
{
    size_t known = s->ids.n, at;
    const char *fault;
    uint32_t id;

    if (!oddi_grow(&s->at, &s->cap, s->n + 1, sizeof *s->at))
        return oddi_fail_memory(err);
    if (!read_entry(&s->at[s->n], text, n, &fault, &at))
        return fault
                   ? oddi_fail_at(err, ODD_ERR_FORMAT, name, line, offset + at, "this is no alert: %s", fault)
                   : oddi_fail_memory(err);
    s->n++;
    if (!oddi_ids_add(&s->ids, s->at[s->n - 1].id, &id))
        return oddi_fail_memory(err);
    if (s->ids.n == known)
        return oddi_fail_at(err, ODD_ERR_FORMAT, name, line, offset, "the id %s is there twice",
                            s->at[s->n - 1].alert.id);
    return ODD_OK;
}

static bool is_blank(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
            return false;
    return true;
}

enum odd_status oddi_alert_store_new(const char *text, size_t n, const char *name,
                                     struct oddi_alert_store **out, struct odd_error *err)
{
    struct oddi_alert_store *s = oddi_calloc_array(1, sizeof *s);
    enum odd_status status = s ? ODD_OK : oddi_fail_memory(err);
    uint64_t line = 0;

    for (size_t from = 0; status == ODD_OK && from < n;) {
        const char *end = memchr(text + from, '\n', n - from);
        size_t size = end ? (size_t)(end - text) - from : n - from;

        line++;
        if (!is_blank(text + from, size))
            status = add_line(s, text + from, size, name, line, from, err);
        from += size + 1;
    }
    if (status != ODD_OK) {
        oddi_alert_store_free(s);
        return status;
    }
    *out = s;
    return ODD_OK;
}

void oddi_alert_store_free(struct oddi_alert_store *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n; i++)
        clear_entry(&s->at[i]);
    free(s->at);
    oddi_ids_free(&s->ids);
    free(s);
}

size_t oddi_alert_store_size(const struct oddi_alert_store *s)
{
    return s->n;
}

const struct oddi_stored_alert *oddi_alert_store_at(const struct oddi_alert_store *s, size_t i)
{
    return &s->at[i].alert;
}

/* ---- By id --------------------------------------------------------------------------------------------------------- */

/* The id that differs in the fewest of its digits, in at most a quarter of them: somebody has mistyped it. */
static const char *nearest_id(const struct oddi_alert_store *s, const char *id)
{
    const char *best = NULL;
    size_t least = ID_SIZE / 4 + 1;

    for (size_t i = 0; i < s->n && strlen(id) == ID_SIZE; i++) {
        size_t differ = 0;

        for (size_t k = 0; k < ID_SIZE; k++)
            differ += s->at[i].alert.id[k] != id[k];
        if (differ < least) {
            least = differ;
            best = s->at[i].alert.id;
        }
    }
    return best;
}

static enum odd_status not_found(const struct oddi_alert_store *s, const char *id, size_t n,
                                 struct odd_error *err)
{
    const char *near = nearest_id(s, id);

    if (n > 1)
        return oddi_fail(err, ODD_ERR_USAGE, "%zu alerts have an id that begins with '%.40s'", n, id);
    if (near)
        return oddi_fail(err, ODD_ERR_USAGE, "no alert has the id '%.40s'; did you mean '%s'?", id, near);
    return oddi_fail(err, ODD_ERR_USAGE, "no alert has the id '%.40s'%s", id,
                     strlen(id) < ID_PREFIX ? " (at least four digits of one)" : "");
}

enum odd_status oddi_alert_store_find(const struct oddi_alert_store *s, const char *id, size_t *i,
                                      struct odd_error *err)
{
    size_t size = strlen(id), n = 0;

    for (size_t k = 0; k < s->n && size >= ID_PREFIX; k++)
        if (strncmp(s->at[k].alert.id, id, size) == 0) {
            *i = k;
            n++;
        }
    return n == 1 ? ODD_OK : not_found(s, id, n, err);
}

/* ---- Marks ---------------------------------------------------------------------------------------------------------- */

static bool is_mark(const struct oddi_json_line *line, const struct oddi_json_member *m)
{
    return m == oddi_json_line_find(line, "status") || m == oddi_json_line_find(line, "because") ||
           m == oddi_json_line_find(line, "marked");
}

static void add_mark(struct oddi_buf *out, enum oddi_alert_status status, const char *because, int64_t marked)
{
    char time[ODDI_TIME_TEXT_MAX];
    size_t n = oddi_format_time(time, marked, NULL);

    oddi_buf_str(out, ",\"status\":\"");
    oddi_buf_str(out, status_names[status]);
    oddi_buf_str(out, "\",\"because\":\"");
    oddi_json_escape(out, because, strlen(because));
    oddi_buf_str(out, "\",\"marked\":\"");
    oddi_buf_add(out, time, n);
    oddi_buf_str(out, "\"}");
}

/* The line with its other members as they were. */
static void write_line(struct oddi_buf *out, const struct oddi_json_line *line, enum oddi_alert_status status,
                       const char *because, int64_t marked)
{
    bool comma = false;

    oddi_buf_char(out, '{');
    for (size_t i = 0; i < line->n; i++) {
        const struct oddi_json_member *m = &line->member[i];

        if (is_mark(line, m))
            continue;
        if (comma)
            oddi_buf_char(out, ',');
        comma = true;
        oddi_buf_char(out, '"');
        oddi_buf_add(out, line->text + m->key, m->key_size);
        oddi_buf_str(out, "\":");
        oddi_buf_add(out, line->text + m->value, m->value_size);
    }
    if (status == ODDI_ALERT_OPEN)
        oddi_buf_char(out, '}');
    else
        add_mark(out, status, because, marked);
}

enum odd_status oddi_alert_store_mark(struct oddi_alert_store *s, size_t i, enum oddi_alert_status status,
                                      const char *because, int64_t marked, struct odd_error *err)
{
    struct entry *e = &s->at[i], fresh;
    struct oddi_json_line line;
    struct oddi_buf out;
    const char *fault = NULL;
    size_t at;
    bool ok;

    if (!oddi_json_line_read(&line, e->line, e->alert.line_size, &fault, &at))
        return oddi_fail(err, ODD_ERR_INTERNAL, "an alert is no alert any more");
    oddi_buf_init(&out, 0);
    write_line(&out, &line, status, because, marked);
    ok = oddi_buf_ok(&out) && read_entry(&fresh, out.data, out.size, &fault, &at);
    oddi_buf_free(&out);
    if (!ok)
        return fault ? oddi_fail(err, ODD_ERR_LIMIT, "the alert has no room for a mark: %s", fault)
                     : oddi_fail_memory(err);
    clear_entry(e);
    *e = fresh;
    return ODD_OK;
}
