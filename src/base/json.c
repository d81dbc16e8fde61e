#include "base/json.h"

#include <math.h>

#include "base/num.h"
#include "base/utf8.h"

static const char HEX[] = "0123456789abcdef";

void oddi_json_init(struct oddi_json *j, struct oddi_buf *out)
{
    *j = (struct oddi_json){.out = out};
}

static void before_value(struct oddi_json *j)
{
    if (j->comma)
        oddi_buf_char(j->out, ',');
    j->comma = j->depth > 0;
}

static void begin(struct oddi_json *j, char bracket)
{
    before_value(j);
    oddi_buf_char(j->out, bracket);
    j->depth++;
    j->comma = false;
}

static void end(struct oddi_json *j, char bracket)
{
    oddi_buf_char(j->out, bracket);
    j->depth--;
    j->comma = j->depth > 0;
}

void oddi_json_begin_object(struct oddi_json *j)
{
    begin(j, '{');
}

void oddi_json_end_object(struct oddi_json *j)
{
    end(j, '}');
}

void oddi_json_begin_array(struct oddi_json *j)
{
    begin(j, '[');
}

void oddi_json_end_array(struct oddi_json *j)
{
    end(j, ']');
}

void oddi_json_key(struct oddi_json *j, const char *key)
{
    if (j->comma)
        oddi_buf_char(j->out, ',');
    j->comma = false;
    oddi_buf_char(j->out, '"');
    oddi_buf_str(j->out, key);
    oddi_buf_add(j->out, "\":", 2);
}

static void add_escape(struct oddi_buf *out, uint32_t cp)
{
    char text[6] = {'\\', 'u', HEX[cp >> 12 & 15], HEX[cp >> 8 & 15], HEX[cp >> 4 & 15], HEX[cp & 15]};
    oddi_buf_add(out, text, sizeof text);
}

/* Below U+0080. */
static void add_ascii_escape(struct oddi_buf *out, char c)
{
    static const char names[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *p = c ? strchr(names, c) : NULL;
    if (p) {
        oddi_buf_char(out, '\\');
        oddi_buf_char(out, letters[p - names]);
    } else {
        add_escape(out, (unsigned char)c);
    }
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* JSON lets controls above U+007F stand, and JavaScript before 2019 ends a line at U+2028: terminals and old parsers
 * see them too. */
static bool must_escape(uint32_t cp)
{
    return oddi_is_control(cp) || cp == 0x2028 || cp == 0x2029;
}

void oddi_json_escape(struct oddi_buf *out, const char *s, size_t n)
{
    size_t done = 0, i = 0;
    while (i < n) {
        if (is_plain(s[i])) {
            i++;
            continue;
        }
        uint32_t cp;
        unsigned bytes = oddi_utf8_decode(s + i, n - i, &cp);
        if (bytes > 1 && !must_escape(cp)) {
            i += bytes;
            continue;
        }
        oddi_buf_add(out, s + done, i - done);
        if (bytes > 1)
            add_escape(out, cp); /* all that must be escaped lies below U+10000 */
        else if (bytes == 1)
            add_ascii_escape(out, s[i]);
        else
            add_escape(out, (unsigned char)s[i]);
        i += bytes ? bytes : 1;
        done = i;
    }
    oddi_buf_add(out, s + done, n - done);
}

void oddi_json_str(struct oddi_json *j, const char *s, size_t n)
{
    before_value(j);
    oddi_buf_char(j->out, '"');
    oddi_json_escape(j->out, s, n);
    oddi_buf_char(j->out, '"');
}

void oddi_json_cstr(struct oddi_json *j, const char *s)
{
    if (s)
        oddi_json_str(j, s, strlen(s));
    else
        oddi_json_null(j);
}

static void add_literal(struct oddi_json *j, const char *text, size_t n)
{
    before_value(j);
    oddi_buf_add(j->out, text, n);
}

void oddi_json_u64(struct oddi_json *j, uint64_t v)
{
    char text[ODDI_NUM_MAX];
    add_literal(j, text, oddi_format_u64(text, v));
}

void oddi_json_i64(struct oddi_json *j, int64_t v)
{
    char text[ODDI_NUM_MAX];
    add_literal(j, text, oddi_format_i64(text, v));
}

void oddi_json_double(struct oddi_json *j, double v, int digits)
{
    char text[ODDI_NUM_MAX];
    if (!isfinite(v))
        oddi_json_null(j);
    else if (fabs(v) <= 0x1p53 && v == floor(v)) /* all these are exact as integers */
        oddi_json_i64(j, (int64_t)v);
    else
        add_literal(j, text, oddi_format_double(text, v, digits));
}

static bool needs_17_digits(double v)
{
    char text[ODDI_NUM_MAX];
    double back;

    if (!isfinite(v) || (v == floor(v) && fabs(v) <= 0x1p53))
        return true; /* whole numbers are written in full whatever the digits */
    return !oddi_parse_double(text, oddi_format_double(text, v, 15), &back) || back != v;
}

void oddi_json_exact(struct oddi_json *j, double v)
{
    oddi_json_double(j, v, needs_17_digits(v) ? 17 : 15);
}

void oddi_json_score(struct oddi_json *j, double v)
{
    char text[ODDI_NUM_MAX];
    if (isfinite(v))
        add_literal(j, text, oddi_format_score(text, v));
    else
        oddi_json_null(j);
}

void oddi_json_bool(struct oddi_json *j, bool v)
{
    add_literal(j, v ? "true" : "false", v ? 4 : 5);
}

void oddi_json_null(struct oddi_json *j)
{
    add_literal(j, "null", 4);
}

void oddi_terminal_escape(struct oddi_buf *out, const char *s, size_t n)
{
    size_t done = 0, i = 0;
    while (i < n) {
        char text[ODDI_TERMINAL_MAX];
        size_t used = 1;
        if (s[i] >= 0x20 && s[i] < 0x7f) {
            i++;
            continue;
        }
        size_t size = oddi_terminal_char(s + i, n - i, text, &used);
        if (size != used) {
            oddi_buf_add(out, s + done, i - done);
            oddi_buf_add(out, text, size);
            done = i + used;
        }
        i += used;
    }
    oddi_buf_add(out, s + done, n - done);
}
