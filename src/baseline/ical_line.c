#include "baseline/ical_line.h"

#include <stdarg.h>
#include <stdio.h>

#define LONGEST ((size_t)1 << 20) /* bytes of an unfolded line */

void oddi_ical_lines_init(struct oddi_ical_lines *l, const char *text, size_t n, const char *source)
{
    *l = (struct oddi_ical_lines){.p = text, .end = text + n, .source = source, .next = 1};
    oddi_buf_init(&l->text, LONGEST);
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        l->p += 3;
}

void oddi_ical_lines_free(struct oddi_ical_lines *l)
{
    oddi_buf_free(&l->text);
}

enum odd_status oddi_ical_fail(const struct oddi_ical_lines *l, struct odd_error *err, const char *fmt, ...)
{
    char message[300];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof message, fmt, ap);
    va_end(ap);
    return oddi_fail_at(err, ODD_ERR_FORMAT, l->source, l->line, ODD_NO_POSITION, "%s", message);
}

/* One physical line behind the text at hand. */
static void take_line(struct oddi_ical_lines *l)
{
    const char *end = memchr(l->p, '\n', (size_t)(l->end - l->p));
    const char *stop = end ? end : l->end;
    size_t n = (size_t)(stop - l->p);

    l->length += n;
    oddi_buf_add(&l->text, l->p, n > 0 && stop[-1] == '\r' ? n - 1 : n);
    l->p = end ? end + 1 : l->end;
    l->next++;
}

static enum odd_status too_long(const struct oddi_ical_lines *l, struct odd_error *err)
{
    return oddi_fail_at(err, ODD_ERR_LIMIT, l->source, l->line, ODD_NO_POSITION,
                        "the line is longer than %zu bytes", LONGEST);
}

static enum odd_status unfold(struct oddi_ical_lines *l, struct odd_error *err)
{
    oddi_buf_clear(&l->text);
    l->length = 0;
    while (l->p < l->end && l->text.size == 0) {
        l->line = l->next;
        take_line(l);
    }
    if (!oddi_buf_ok(&l->text))
        return l->length > LONGEST ? too_long(l, err) : oddi_fail_memory(err);
    if (l->text.size == 0)
        return ODD_END;
    while (l->p < l->end && (*l->p == ' ' || *l->p == '\t')) {
        l->p++;
        take_line(l);
    }
    if (!oddi_buf_ok(&l->text))
        return l->length > LONGEST ? too_long(l, err) : oddi_fail_memory(err);
    return ODD_OK;
}

static bool is_name(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static enum odd_status cut(struct oddi_ical_lines *l, struct oddi_ical_prop *out, struct odd_error *err)
{
    char *s = l->text.data, *end = s + l->text.size, *p = s, *params;
    bool quoted = false;

    for (char *c = s; c < end; c++)
        if ((unsigned char)*c < 0x20 && *c != '\t')
            return oddi_ical_fail(l, err, "holds a control character, which no calendar has");
    while (p < end && is_name(*p)) {
        *p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
        p++;
    }
    if (p == s || p == end || (*p != ';' && *p != ':'))
        return oddi_ical_fail(l, err, "is no line of a calendar: NAME:VALUE is");
    params = p + (*p == ';');
    for (p = params; p < end && (quoted || *p != ':'); p++)
        quoted = quoted != (*p == '"');
    if (p == end)
        return oddi_ical_fail(l, err, "has no value behind its name");
    *out = (struct oddi_ical_prop){s, params, (size_t)(p - params), p + 1, (size_t)(end - p - 1)};
    if (params > s && params[-1] == ';')
        params[-1] = '\0';
    else
        *p = '\0';
    return ODD_OK;
}

enum odd_status oddi_ical_next(struct oddi_ical_lines *l, struct oddi_ical_prop *out, struct odd_error *err)
{
    ODDI_TRY(unfold(l, err));
    return cut(l, out, err);
}

static bool same_word(const char *s, size_t n, const char *word)
{
    if (n != strlen(word))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((s[i] >= 'a' && s[i] <= 'z' ? s[i] - 'a' + 'A' : s[i]) != word[i])
            return false;
    return true;
}

bool oddi_ical_param(const struct oddi_ical_prop *p, const char *name, const char **value, size_t *n)
{
    const char *s = p->params, *end = s + p->n_params;

    while (s < end) {
        const char *stop = s, *is;
        bool quoted = false;

        for (; stop < end && (quoted || *stop != ';'); stop++)
            quoted = quoted != (*stop == '"');
        is = memchr(s, '=', (size_t)(stop - s));
        if (is && same_word(s, (size_t)(is - s), name)) {
            *value = is + 1;
            *n = (size_t)(stop - is - 1);
            if (*n >= 2 && (*value)[0] == '"' && (*value)[*n - 1] == '"') {
                ++*value;
                *n -= 2;
            }
            return true;
        }
        s = stop + (stop < end);
    }
    return false;
}
