#include "expr/function.h"

#include <math.h>

#include "base/num.h"

bool oddi_glob(const char *s, size_t n, const char *pattern, size_t m)
{
    size_t i = 0, j = 0, star = SIZE_MAX, from = 0;

    while (i < n) {
        if (j < m && pattern[j] == '*') {
            star = j++;
            from = i;
            continue;
        }
        if (j < m && pattern[j] == '?') {
            i++;
            j++;
            continue;
        }
        if (j < m) {
            size_t skip = pattern[j] == '\\' && j + 1 < m;

            if (pattern[j + skip] == s[i]) {
                i++;
                j += 1 + skip;
                continue;
            }
        }
        if (star == SIZE_MAX)
            return false;
        j = star + 1;
        i = ++from;
    }
    while (j < m && pattern[j] == '*')
        j++;
    return j == m;
}

static void like(const struct oddi_kernel_args *k)
{
    const struct oddi_text *s = k->in[0], *pattern = k->in[1];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = !s[i].s || !pattern[i].s                                ? ODDI_UNKNOWN
                 : oddi_glob(s[i].s, s[i].n, pattern[i].s, pattern[i].n) ? ODDI_TRUE
                                                                         : ODDI_FALSE;
}

static void length(const struct oddi_kernel_args *k)
{
    const struct oddi_text *s = k->in[0];
    double *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = s[i].s ? (double)s[i].n : NAN;
}

/* ---- TCP flags ---------------------------------------------------------------------------------------------------- */

#define FLAG_LETTERS "FSRPAUEC"

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* Bits of flags spelt as letters among dots ("...AP.SF"), as "0x1b", "1b" or in decimal; -1 if it is none of these. */
static int flag_bits(const struct oddi_text *t)
{
    int bits = 0;
    uint64_t v;

    for (size_t i = 0; i < t->n; i++) {
        const char *at = memchr(FLAG_LETTERS, t->s[i], 8);

        if (at)
            bits |= 1 << (at - FLAG_LETTERS);
        else if (t->s[i] != '.' && t->s[i] != '-' && t->s[i] != ' ')
            bits = -1;
        if (bits < 0)
            break;
    }
    if (bits >= 0 && t->n > 0)
        return bits;
    if (oddi_parse_u64(t->s, t->n, &v) && v < 4096 && !(t->n == 2 && t->s[0] == '0'))
        return (int)v;
    return oddi_parse_hex(t->s, t->n, &v) && v < 4096 ? (int)v : -1;
}

static void has_flags(const struct oddi_kernel_args *k)
{
    const struct oddi_text *s = k->in[0], *wanted = k->in[1];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++) {
        int have = s[i].s ? flag_bits(&s[i]) : -1, want = wanted[i].s ? flag_bits(&wanted[i]) : -1;

        out[i] = have < 0 || want < 0 ? ODDI_UNKNOWN : (have & want) == want ? ODDI_TRUE : ODDI_FALSE;
    }
}

/* ---- failed ------------------------------------------------------------------------------------------------------- */

static bool is(const struct oddi_text *t, const char *word)
{
    return t->n == strlen(word) && memcmp(t->s, word, t->n) == 0;
}

/* Flags as bits by letter; other bytes are none. */
#define FLAG(letter) (UINT32_C(1) << ((letter) - 'A'))

/* Argus: the flags of the initiator, '_', those of the responder. Failed: a SYN that the initiator never followed by an
 * ACK, and no answer but a reset. The one-way middle of an old connection ("A_", "FA_") has no SYN. */
static enum oddi_truth argus_flags(uint32_t left, uint32_t right)
{
    bool answered = (right & (FLAG('S') | FLAG('F') | FLAG('P'))) || (right && !(right & FLAG('R')));

    return (left & FLAG('S')) && !(left & FLAG('A')) && !answered ? ODDI_TRUE : ODDI_FALSE;
}

static enum oddi_truth word_state(const struct oddi_text *s, uint32_t proto)
{
    bool udp = proto == 17 || proto == ODDI_PROTO_NONE;

    if (is(s, "INT") || is(s, "new")) /* Argus, Suricata: nobody answered */
        return udp || (proto == 6 && s->s[0] == 'n') ? ODDI_TRUE : ODDI_FALSE;
    if (is(s, "REQ") || is(s, "S0") || is(s, "REJ") || is(s, "RSTOS0") || is(s, "SH"))
        return ODDI_TRUE;
    return s->n == 0 || is(s, "-") ? ODDI_UNKNOWN : ODDI_FALSE;
}

static enum oddi_truth failed_by_state(const struct oddi_text *s, uint32_t proto)
{
    uint32_t side[2] = {0, 0};
    size_t bars = 0;

    for (size_t i = 0; i < s->n; i++) {
        unsigned letter = (unsigned)(s->s[i] - 'A');

        bars += s->s[i] == '_';
        side[bars > 0] |= letter < 26 ? UINT32_C(1) << letter : 0;
    }
    return bars ? argus_flags(side[0], side[1]) : word_state(s, proto);
}

/* No state: what the packets say. Only TCP and UDP owe an answer. */
static enum oddi_truth failed_by_packets(uint32_t proto, double answered, const struct oddi_text *flags)
{
    int bits = flags->s ? flag_bits(flags) : -1;

    if (isnan(answered) || (proto != 6 && proto != 17))
        return ODDI_UNKNOWN;
    if (proto == 6 && bits >= 0 && (!(bits & SYN) || (bits & ACK && !(bits & RST))))
        return ODDI_FALSE;
    return answered == 0 ? ODDI_TRUE : ODDI_FALSE;
}

static void failed(const struct oddi_kernel_args *k)
{
    const struct oddi_text *state = k->in[0], *flags = k->in[3];
    const uint32_t *proto = k->in[1];
    const double *answered = k->in[2];
    uint8_t *out = k->out;

    for (size_t i = 0; i < k->n; i++) {
        out[i] = state[i].s ? failed_by_state(&state[i], proto[i]) : ODDI_UNKNOWN;
        if (out[i] == ODDI_UNKNOWN)
            out[i] = failed_by_packets(proto[i], answered[i], &flags[i]);
    }
}

#define CALL(name, args, result, kernel, help)                                                               \
    {                                                                                                        \
        name, args, result, ODDI_FORM_CALL, ODDI_BINDS_ATOM, 0, kernel, help                                 \
    }

static const struct oddi_function rows[] = {
    {"like", "ss", 'b', ODDI_FORM_INFIX, ODDI_BINDS_COMPARE, 0, like,
     "matches a pattern: * any text, ? one byte, \\* a star; case counts"},
    CALL("failed", "s?pns", 'b', failed,
         "nobody answered: state, protocol, packets of the responder, TCP flags; `failed` alone is that of "
         "the flow"),
    CALL("has_flags", "ss", 'b', has_flags,
         "all of these TCP flags (letters of FSRPAUEC) were seen; also: flags SA"),
    CALL("length", "s", 'n', length, "bytes of a text"),
};

const struct oddi_function_family oddi_functions_text = {"text and state", rows,
                                                         sizeof rows / sizeof rows[0]};
