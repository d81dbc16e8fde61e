#include "say.h"

#include <stdarg.h>
#include <string.h>

#include "progress.h"

enum odd_status cli_fail(struct odd_error *err, enum odd_status status, const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return status;
    *err = (struct odd_error)ODD_ERROR_INIT;
    err->status = status;
    va_start(ap, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, ap);
    va_end(ap);
    return status;
}

/* Length of the well-formed UTF-8 sequence at s (n > 0 bytes) and its code point; 0 if there is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t n, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

    if (size <= 1) {
        *code = s[0];
        return size;
    }
    if (size > n)
        return 0;
    *code = s[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = *code << 6 | (s[i] & 0x3f);
    }
    if (*code < least[size] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
        return 0;
    return size;
}

/* Code points that could move the cursor, change colours or turn the text around. */
static bool is_unsafe(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void cli_escape(FILE *to, const char *text, size_t n)
{
    const unsigned char *s = (const unsigned char *)text;

    while (n > 0) {
        uint32_t code;
        size_t size = utf8_length(s, n, &code), step = size ? size : 1;

        if (size && !is_unsafe(code)) {
            fwrite(s, 1, size, to);
        } else {
            for (size_t i = 0; i < step; i++)
                fprintf(to, "\\x%02X", s[i]);
        }
        s += step;
        n -= step;
    }
}

static CLI_PRINTF(2, 0) void say_list(const char *prefix, const char *fmt, va_list ap)
{
    char text[2048];
    int n = vsnprintf(text, sizeof text, fmt, ap);

    cli_progress_clear();
    fputs(prefix, stderr);
    if (n > 0)
        cli_escape(stderr, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    fputc('\n', stderr);
}

void cli_say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say_list("oddflow: ", fmt, ap);
    va_end(ap);
}

void cli_tell(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say_list("", fmt, ap);
    va_end(ap);
}

void cli_say_error(const struct odd_error *err)
{
    const char *message = err->message[0] ? err->message : odd_status_name(err->status);
    char line[32] = "", offset[CLI_NUMBER_MAX + 16] = "", number[CLI_NUMBER_MAX];

    if (!err->source[0]) {
        cli_say("%s", message);
        return;
    }
    if (err->line != ODD_NO_POSITION)
        snprintf(line, sizeof line, ":%llu", (unsigned long long)err->line);
    if (err->offset != ODD_NO_POSITION)
        snprintf(offset, sizeof offset, " offset %s:", cli_number(number, err->offset));
    cli_say("%s%s:%s %s", err->source, line, offset, message);
}

const char *cli_number(char out[CLI_NUMBER_MAX], uint64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)v);
    char *p = out;

    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            *p++ = ',';
        *p++ = digits[i];
    }
    *p = '\0';
    return out;
}

void cli_wrap(FILE *to, const char *text, int at, int indent, int width)
{
    bool line_start = true;

    while (*text) {
        int n = (int)strcspn(text, " ");

        if (!line_start && at + 1 + n > width) {
            fprintf(to, "\n%*s", indent, "");
            at = indent;
            line_start = true;
        }
        fprintf(to, "%s%.*s", line_start ? "" : " ", n, text);
        at += n + !line_start;
        line_start = false;
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', to);
}
