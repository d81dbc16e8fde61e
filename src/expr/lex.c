#include "expr/lex.h"

#include <math.h>

#include "base/num.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_start(char c)
{
    return is_letter(c) || c == '_' || c == '@' || (unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
    return is_name_start(c) || is_digit(c);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ---- addresses ---------------------------------------------------------------------------------------------------- */

/* Length of the run at s that could be an address: 3 dots between digits, or at least 2 colons. 0 if it is none. */
static size_t addr_run(const char *s, size_t n)
{
    size_t i = 0, dots = 0, colons = 0;
    bool plain = true;

    for (; i < n; i++) {
        if (s[i] == '.' && i + 1 < n && s[i + 1] == '.')
            break;
        if (s[i] == '.' && i + 1 < n && is_digit(s[i + 1]))
            dots++;
        else if (s[i] == ':')
            colons++;
        else if (is_letter(s[i]) || s[i] == '_')
            plain = false;
        else if (!is_digit(s[i]))
            break;
    }
    if (colons >= 2 || (dots == 3 && plain && colons == 0))
        return i;
    return 0;
}

static void mask_net(struct oddi_net *net)
{
    for (unsigned i = 0; i < 16; i++) {
        unsigned kept = net->bits > 8 * i ? net->bits - 8 * i : 0;

        if (kept < 8)
            net->addr.bytes[i] &= (uint8_t)(0xff00u >> kept);
    }
}

static enum odd_status lex_addr(const char *s, size_t n, size_t run, struct oddi_token *out,
                                struct oddi_expr_error *fault)
{
    size_t i = run;
    uint64_t bits;
    unsigned width;

    if (!oddi_parse_addr(s, run, &out->u.net.addr))
        return oddi_fault(fault, out->at, run, "'%.*s' is not an address", (int)(run > 60 ? 60 : run), s);
    width = out->u.net.addr.kind == ODDI_ADDR_V4 ? 32 : out->u.net.addr.kind == ODDI_ADDR_V6 ? 128 : 0;
    out->kind = ODDI_TOKEN_ADDR;
    out->len = (uint32_t)run;
    out->u.net.bits = (uint8_t)width;
    if (width == 0 || i + 1 >= n || s[i] != '/' || !is_digit(s[i + 1]))
        return ODD_OK;
    for (i++; i < n && is_digit(s[i]); i++)
        ;
    if (!oddi_parse_u64(s + run + 1, i - run - 1, &bits) || bits > width)
        return oddi_fault(fault, out->at, i, "a network of such addresses has 0 to %u bits", width);
    out->kind = ODDI_TOKEN_NET;
    out->len = (uint32_t)i;
    out->u.net.bits = (uint8_t)bits;
    mask_net(&out->u.net);
    return ODD_OK;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

/* Length of what looks like a number with its unit: "1.5", "1e-3", "0x1f", "10M", "1h30m", "8" of "8..18". */
static size_t number_run(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        bool exponent =
            i > 0 && (s[i - 1] | 0x20) == 'e' && (s[i] == '-' || s[i] == '+') && i > 1 && is_digit(s[i - 2]);

        if (s[i] == '.' ? !(i + 1 < n && is_digit(s[i + 1])) : !is_name(s[i]) && !exponent)
            break;
        i++;
    }
    return i;
}

static const struct {
    const char *unit;
    double factor;
} units[] = {
    {"k", 1e3},      {"K", 1e3},         {"M", 1e6},
    {"G", 1e9},      {"T", 1e12},        {"Ki", 1024},
    {"Mi", 1048576}, {"Gi", 1073741824}, {"Ti", 1099511627776},
};

static bool counted(const char *s, size_t n, double *out)
{
    size_t digits = 0, unit;

    if (n > 1 && (s[n - 1] == 'B') && !is_digit(s[n - 2]))
        n--;
    while (digits < n && (is_digit(s[digits]) || s[digits] == '.'))
        digits++;
    unit = n - digits;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strlen(units[i].unit) == unit && memcmp(units[i].unit, s + digits, unit) == 0 &&
            oddi_parse_double(s, digits, out)) {
            *out *= units[i].factor;
            return isfinite(*out);
        }
    return false;
}

static enum odd_status lex_number(const char *s, size_t run, struct oddi_token *out,
                                  struct oddi_expr_error *fault)
{
    uint64_t hex;
    int64_t ns;

    out->kind = ODDI_TOKEN_NUMBER;
    out->len = (uint32_t)run;
    if (oddi_parse_double(s, run, &out->u.number) || counted(s, run, &out->u.number))
        return ODD_OK;
    if (run > 2 && s[0] == '0' && s[1] == 'x' && oddi_parse_hex(s, run, &hex) && hex <= UINT32_MAX) {
        out->u.number = (double)hex;
        return ODD_OK;
    }
    if (oddi_parse_duration(s, run, &ns)) {
        out->duration = true;
        out->u.number = (double)ns / 1e9;
        return ODD_OK;
    }
    return oddi_fault(
        fault, out->at, run,
        "'%.*s' is not a number; units are k M G T, Ki Mi Gi Ti, and ns us ms s m h d w for time",
        (int)(run > 40 ? 40 : run), s);
}

/* ---- texts -------------------------------------------------------------------------------------------------------- */

static enum odd_status lex_text(struct oddi_tree *t, const char *s, size_t n, struct oddi_token *out,
                                struct oddi_expr_error *fault)
{
    char quote = s[0];
    size_t off = t->strings.size, i = 1;

    for (; i < n && s[i] != quote; i++) {
        if (s[i] == '\\' && i + 1 < n && (s[i + 1] == '\\' || s[i + 1] == quote))
            i++;
        oddi_buf_char(&t->strings, s[i]);
    }
    if (i >= n)
        return oddi_fault(fault, out->at, n, "the text is not closed: its second %c is missing", quote);
    out->kind = quote == '`' ? ODDI_TOKEN_QUOTED : ODDI_TOKEN_TEXT;
    out->twice = quote == '"';
    out->len = (uint32_t)i + 1;
    out->u.text.off = (uint32_t)off;
    out->u.text.n = (uint32_t)(t->strings.size - off);
    oddi_buf_char(&t->strings, '\0');
    return oddi_buf_ok(&t->strings) ? ODD_OK : oddi_fault_memory(fault);
}

static size_t name_run(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && (is_name(s[i]) || (s[i] == '.' && i + 1 < n && is_name(s[i + 1]))))
        i++;
    return i;
}

/* ---- punctuation -------------------------------------------------------------------------------------------------- */

/* Longer ones first. */
static const struct {
    char text[3];
    enum oddi_punct punct;
} puncts[] = {
    {"..", ODDI_P_RANGE}, {"==", ODDI_P_EQ},     {"!=", ODDI_P_NE},    {"<>", ODDI_P_NE},
    {"<=", ODDI_P_LE},    {">=", ODDI_P_GE},     {"&&", ODDI_P_AND},   {"||", ODDI_P_OR},
    {"(", ODDI_P_OPEN},   {")", ODDI_P_CLOSE},   {"{", ODDI_P_SET},    {"}", ODDI_P_SET_END},
    {"[", ODDI_P_SET},    {"]", ODDI_P_SET_END}, {",", ODDI_P_COMMA},  {"+", ODDI_P_PLUS},
    {"-", ODDI_P_MINUS},  {"*", ODDI_P_TIMES},   {"/", ODDI_P_DIVIDE}, {"%", ODDI_P_MODULO},
    {"=", ODDI_P_EQ},     {"<", ODDI_P_LT},      {">", ODDI_P_GT},     {"!", ODDI_P_NOT},
};

static enum odd_status lex_punct(const char *s, size_t n, struct oddi_token *out,
                                 struct oddi_expr_error *fault)
{
    for (size_t i = 0; i < sizeof puncts / sizeof puncts[0]; i++) {
        size_t m = strlen(puncts[i].text);

        if (m <= n && memcmp(s, puncts[i].text, m) == 0) {
            out->kind = ODDI_TOKEN_PUNCT;
            out->len = (uint32_t)m;
            out->u.punct = puncts[i].punct;
            return ODD_OK;
        }
    }
    if ((unsigned char)s[0] < 0x20 || s[0] == 0x7f)
        return oddi_fault(fault, out->at, 1, "a control character (0x%02x) has no place here",
                          (unsigned char)s[0]);
    return oddi_fault(fault, out->at, 1, "'%c' has no place here", s[0]);
}

enum odd_status oddi_lex(struct oddi_tree *t, const char *text, size_t n, size_t at, struct oddi_token *out,
                         struct oddi_expr_error *fault)
{
    const char *s;
    size_t run;

    while (at < n && is_blank(text[at]))
        at++;
    *out = (struct oddi_token){.kind = ODDI_TOKEN_END, .at = (uint32_t)at};
    s = text + at;
    n -= at;
    if (n == 0)
        return ODD_OK;
    if (is_digit(*s) || is_letter(*s) || *s == ':') {
        run = addr_run(s, n);
        if (run > 0)
            return lex_addr(s, n, run, out, fault);
    }
    if (is_digit(*s))
        return lex_number(s, number_run(s, n), out, fault);
    if (*s == '"' || *s == '\'' || *s == '`')
        return lex_text(t, s, n, out, fault);
    if (!is_name_start(*s))
        return lex_punct(s, n, out, fault);
    out->kind = ODDI_TOKEN_NAME;
    out->len = (uint32_t)name_run(s, n);
    return ODD_OK;
}
