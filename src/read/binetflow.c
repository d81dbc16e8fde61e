/* Argus bidirectional flows as ra(1) prints them: CTU-13's .binetflow, with commas or tabs, columns in any order. */
#include "read/wire/delim_reader.h"

#include <string.h>
#include <strings.h>

static const char *const argus_names[] = {
    "Dur",   "Proto", "SrcAddr", "Sport",   "Dir",      "DstAddr",  "Dport",
    "State", "sTos",  "dTos",    "TotPkts", "TotBytes", "SrcBytes",
};

static bool has_name(const char *line, size_t n, char delimiter, const char *name)
{
    size_t wanted = strlen(name);

    for (size_t at = 0, end; at <= n; at = end + 1) {
        const char *next = memchr(line + at, delimiter, n - at);

        end = next ? (size_t)(next - line) : n;
        if (end - at == wanted && !strncasecmp(line + at, name, wanted))
            return true;
    }
    return false;
}

static char delimiter_of(const char *line, size_t n)
{
    return memchr(line, '\t', n) ? '\t' : ',';
}

static int sniff(const char *head, size_t n, bool eof)
{
    size_t start, size, found = 0;
    char delimiter;

    if (!oddi_delim_first_line(head, n, eof, &start, &size))
        return 0;
    delimiter = delimiter_of(head + start, size);
    if (!has_name(head + start, size, delimiter, "StartTime"))
        return 0;
    for (size_t i = 0; i < sizeof argus_names / sizeof argus_names[0]; i++)
        found += has_name(head + start, size, delimiter, argus_names[i]);
    return found >= 2 ? 90 : 0;
}

static enum odd_status open_binetflow(void *state, const char *head, size_t n, bool eof,
                                      const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                      struct odd_error *err)
{
    size_t start, size = 0;
    bool line = oddi_delim_first_line(head, n, eof, &start, &size);

    return oddi_delim_open(state, head, n, eof, line ? delimiter_of(head + start, size) : ',', options, used,
                           lines, err);
}

extern const struct oddi_reader oddi_reader_binetflow;
const struct oddi_reader oddi_reader_binetflow = {
    .name = "binetflow",
    .summary = "Argus bidirectional flows as ra prints them, with commas or tabs (CTU-13)",
    .extensions = "binetflow",
    .caps = ODDI_READER_LABELS,
    .state_size = sizeof(struct oddi_delim),
    .sniff = sniff,
    .open = open_binetflow,
    .schema = oddi_delim_reader_schema,
    .header = oddi_delim_reader_header,
    .split = oddi_delim_reader_split,
    .measure = oddi_delim_reader_measure,
    .resync = oddi_delim_reader_resync,
    .decode = oddi_delim_reader_decode,
    .close = oddi_delim_reader_close,
};
