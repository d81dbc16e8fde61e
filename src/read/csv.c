/* Any table of text with a header line (RFC 4180): commas, semicolons or bars for csv, tabs for tsv. */
#include "read/wire/delim_reader.h"

static int sniff_csv(const char *head, size_t n, bool eof)
{
    return oddi_delim_sniff_table(head, n, eof, 0);
}

static int sniff_tsv(const char *head, size_t n, bool eof)
{
    return oddi_delim_sniff_table(head, n, eof, '\t');
}

static enum odd_status open_csv(void *state, const char *head, size_t n, bool eof,
                                const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                struct odd_error *err)
{
    return oddi_delim_open(state, head, n, eof, 0, options, used, lines, err);
}

static enum odd_status open_tsv(void *state, const char *head, size_t n, bool eof,
                                const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                struct odd_error *err)
{
    return oddi_delim_open(state, head, n, eof, '\t', options, used, lines, err);
}

#define TABLE_READER                                                                                         \
    .caps = ODDI_READER_LABELS, .state_size = sizeof(struct oddi_delim), .schema = oddi_delim_reader_schema, \
    .header = oddi_delim_reader_header, .split = oddi_delim_reader_split,                                    \
    .measure = oddi_delim_reader_measure, .resync = oddi_delim_reader_resync,                                \
    .decode = oddi_delim_reader_decode, .close = oddi_delim_reader_close

extern const struct oddi_reader oddi_reader_csv;
const struct oddi_reader oddi_reader_csv = {
    .name = "csv",
    .summary = "any table with a header line, split by commas, semicolons, bars or tabs",
    .extensions = "csv txt",
    .sniff = sniff_csv,
    .open = open_csv,
    TABLE_READER,
};

extern const struct oddi_reader oddi_reader_tsv;
const struct oddi_reader oddi_reader_tsv = {
    .name = "tsv",
    .summary = "any table with a header line, split by tabs",
    .extensions = "tsv tab",
    .sniff = sniff_tsv,
    .open = open_tsv,
    TABLE_READER,
};
