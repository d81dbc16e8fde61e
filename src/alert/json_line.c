#include "alert/json_line.h"

#include "base/num.h"

struct scan {
    const char *p, *end, *start;
    const char *fault;
    size_t at;
};

static bool fail(struct scan *s, const char *fault)
{
    if (!s->fault) {
        s->fault = s->p == s->end ? "the line ends too early" : fault;
        s->at = (size_t)(s->p - s->start);
    }
    return false;
}

static void skip_blanks(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
}

static bool take(struct scan *s, char c, const char *fault)
{
    skip_blanks(s);
    if (s->p == s->end || *s->p != c)
        return fail(s, fault);
    s->p++;
    return true;
}

static bool next_is(struct scan *s, char c)
{
    skip_blanks(s);
    return s->p < s->end && *s->p == c;
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

static bool hex4(const char *p, const char *end, uint32_t *out)
{
    uint64_t v;

    if (end - p < 4 || p[1] == 'x' || p[1] == 'X' || !oddi_parse_hex(p, 4, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool escape(struct scan *s)
{
    uint32_t unit;

    s->p++;
    if (s->p == s->end || !strchr("\"\\/bfnrtu", *s->p) || !*s->p)
        return fail(s, "what stands here is no escape of a string");
    if (*s->p++ != 'u')
        return true;
    if (!hex4(s->p, s->end, &unit))
        return fail(s, "what stands here needs four hexadecimal digits");
    s->p += 4;
    return true;
}

static bool string(struct scan *s)
{
    if (!take(s, '"', "what stands here should be a string in double quotes"))
        return false;
    while (s->p < s->end && *s->p != '"') {
        if ((unsigned char)*s->p < 0x20)
            return fail(s, "what stands here is a control character within a string");
        if (*s->p == '\\') {
            if (!escape(s))
                return false;
        } else {
            s->p++;
        }
    }
    return take(s, '"', "what stands here should be a double quote");
}

static size_t digits(struct scan *s)
{
    const char *from = s->p;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
        s->p++;
    return (size_t)(s->p - from);
}

static bool number(struct scan *s)
{
    const char *from;

    s->p += s->p < s->end && *s->p == '-';
    from = s->p;
    if (digits(s) == 0 || (*from == '0' && s->p - from > 1))
        return fail(s, "what stands here is no number");
    if (s->p < s->end && *s->p == '.') {
        s->p++;
        if (digits(s) == 0)
            return fail(s, "what stands here should be a digit");
    }
    if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
        s->p++;
        s->p += s->p < s->end && (*s->p == '-' || *s->p == '+');
        if (digits(s) == 0)
            return fail(s, "what stands here should be a digit");
    }
    return true;
}

static bool word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);

        if ((size_t)(s->end - s->p) >= n && memcmp(s->p, words[i], n) == 0) {
            s->p += n;
            return true;
        }
    }
    return fail(s, "what stands here is no value");
}

static bool value(struct scan *s, unsigned depth);

/* The members of an object or array, the opening bracket taken. */
static bool items(struct scan *s, bool object, unsigned depth)
{
    char close = object ? '}' : ']';

    if (depth == ODDI_JSON_DEPTH)
        return fail(s, "what stands here is nested too deeply");
    if (next_is(s, close))
        return s->p++, true;
    do {
        if (object && (!string(s) || !take(s, ':', "what stands here should be a colon")))
            return false;
        if (!value(s, depth + 1))
            return false;
    } while (next_is(s, ',') && s->p++);
    return take(s, close, object ? "what stands here should be , or }" : "what stands here should be , or ]");
}

static bool value(struct scan *s, unsigned depth) // NOLINT(misc-no-recursion): at most ODDI_JSON_DEPTH deep
{
    skip_blanks(s);
    if (s->p == s->end)
        return fail(s, "");
    switch (*s->p) {
    case '{':
    case '[':
        return items(s, *s->p++ == '{', depth);
    case '"':
        return string(s);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return number(s);
    default:
        return word(s);
    }
}

/* ---- The line ----------------------------------------------------------------------------------------------------- */

static bool is_twice(const struct oddi_json_line *line, const struct oddi_json_member *m)
{
    for (size_t i = 0; i < line->n; i++)
        if (line->member[i].key_size == m->key_size &&
            memcmp(line->text + line->member[i].key, line->text + m->key, m->key_size) == 0)
            return true;
    return false;
}

static bool member(struct scan *s, struct oddi_json_line *line)
{
    struct oddi_json_member m;

    skip_blanks(s);
    m.key = (size_t)(s->p - s->start) + 1;
    if (!string(s))
        return false;
    m.key_size = (size_t)(s->p - s->start) - 1 - m.key;
    if (line->n == ODDI_JSON_MEMBERS || is_twice(line, &m))
        return fail(s, line->n == ODDI_JSON_MEMBERS ? "what stands here is a member too many"
                                                    : "what stands here is there twice");
    if (!take(s, ':', "what stands here should be a colon"))
        return false;
    skip_blanks(s);
    m.value = (size_t)(s->p - s->start);
    if (!value(s, 0))
        return false;
    m.value_size = (size_t)(s->p - s->start) - m.value;
    line->member[line->n++] = m;
    return true;
}

static bool object(struct scan *s, struct oddi_json_line *line)
{
    if (!take(s, '{', "what stands here should be {"))
        return false;
    if (next_is(s, '}'))
        s->p++;
    else {
        do {
            if (!member(s, line))
                return false;
        } while (next_is(s, ',') && s->p++);
        if (!take(s, '}', "what stands here should be , or }"))
            return false;
    }
    skip_blanks(s);
    return s->p == s->end || fail(s, "what stands here is behind the end of the object");
}

bool oddi_json_line_read(struct oddi_json_line *line, const char *text, size_t n, const char **fault,
                         size_t *at)
{
    struct scan s = {.p = text, .end = text + n, .start = text};

    line->text = text;
    line->size = n;
    line->n = 0;
    if (object(&s, line))
        return true;
    *fault = s.fault;
    *at = s.at;
    return false;
}

const struct oddi_json_member *oddi_json_line_find(const struct oddi_json_line *line, const char *key)
{
    size_t n = strlen(key);

    for (size_t i = 0; i < line->n; i++)
        if (line->member[i].key_size == n && memcmp(line->text + line->member[i].key, key, n) == 0)
            return &line->member[i];
    return NULL;
}

/* ---- Strings and numbers -------------------------------------------------------------------------------------------- */

static void add_utf8(struct oddi_buf *out, uint32_t c)
{
    if (c < 0x80) {
        oddi_buf_char(out, (char)c);
    } else if (c < 0x800) {
        oddi_buf_char(out, (char)(0xc0 | c >> 6));
        oddi_buf_char(out, (char)(0x80 | (c & 63)));
    } else if (c < 0x10000) {
        oddi_buf_char(out, (char)(0xe0 | c >> 12));
        oddi_buf_char(out, (char)(0x80 | (c >> 6 & 63)));
        oddi_buf_char(out, (char)(0x80 | (c & 63)));
    } else {
        oddi_buf_char(out, (char)(0xf0 | c >> 18));
        oddi_buf_char(out, (char)(0x80 | (c >> 12 & 63)));
        oddi_buf_char(out, (char)(0x80 | (c >> 6 & 63)));
        oddi_buf_char(out, (char)(0x80 | (c & 63)));
    }
}

/* \uXXXX behind the u, a pair of surrogates together; what is no character becomes U+FFFD. Returns where it ends. */
static const char *add_unicode(struct oddi_buf *out, const char *p, const char *end)
{
    uint32_t high = 0xfffd, low;

    if (!hex4(p, end, &high))
        return p;
    p += 4;
    if (high >= 0xd800 && high < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
        hex4(p + 2, end, &low) && low >= 0xdc00 && low < 0xe000) {
        add_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
        return p + 6;
    }
    add_utf8(out, high >= 0xd800 && high < 0xe000 ? 0xfffd : high);
    return p;
}

bool oddi_json_line_string(const struct oddi_json_line *line, const struct oddi_json_member *m,
                           struct oddi_buf *out)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *p = line->text + m->value, *end = p + m->value_size - 1;

    if (*p++ != '"')
        return false;
    while (p < end) {
        const char *known;

        if (*p != '\\') {
            oddi_buf_char(out, *p++);
            continue;
        }
        known = strchr(from, p[1]);
        if (p[1] == 'u') {
            p = add_unicode(out, p + 2, end);
            continue;
        }
        oddi_buf_char(out, known ? to[known - from] : p[1]);
        p += 2;
    }
    return true;
}

bool oddi_json_line_number(const struct oddi_json_line *line, const struct oddi_json_member *m, double *out)
{
    return oddi_parse_double(line->text + m->value, m->value_size, out);
}
