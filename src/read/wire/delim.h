/*
 * The delimited-text engine: what binetflow, csv and tsv are made of.
 *
 * A block is indexed in slices that stay in the first-level caches (delim_index.h). Where a slice has neither quote nor
 * NUL and every line has the right number of delimiters, field k of row r ends at position r * columns + k, and only
 * wanted columns are touched. So it is where quotes are simple (delim_quotes.h). Else the rows are told apart one by
 * one: by the index where only counts differ, by delim_record.h where quotes are not simple. Either way good rows end
 * up in the same layout and are decoded column by column.
 *
 * Records: blank lines are not records (but lines). A record with a NUL, too long, with broken quoting, with another
 * number of columns than the header, or equal to the header line is bad; so is one with a wanted value that does not
 * parse. A record is one whatever the blocks are.
 */
#ifndef ODDFLOW_READ_WIRE_DELIM_H
#define ODDFLOW_READ_WIRE_DELIM_H

#include "read/reader.h"
#include "read/wire/delim_index.h"

/* A spelling of "no value" beside the usual ones. */
struct oddi_delim_word {
    char s[23];
    uint8_t n; /* 0: none */
};

/* How a format differs from RFC 4180; all zero: not at all. */
struct oddi_delim_style {
    bool lines;      /* a record is a line, and a quote a byte like others */
    char comment;    /* lines that begin with it are lines, but not records; 0: there are none */
    bool blank_tail; /* the last delimited column holds the columns after it too, split at runs of blanks */
    uint32_t n_tail; /* how many columns the last delimited one holds: found at open; 0 or 1: itself only */
    struct oddi_delim_word missing[2];
};

/* One file's text as `open` found it. Immutable afterwards: shared by the decoding threads. */
struct oddi_delim {
    char delimiter;
    const struct oddi_zone *zone;
    struct oddi_schema schema;
    struct oddi_delim_style style;
    char *header; /* the header line, without BOM and line end */
    size_t header_size;
    enum oddi_simd simd;
    oddi_delim_index_fn index;
    oddi_delim_quoted_fn quoted_index;
};

/* Reads the header as reader.h's open says. delimiter 0: the one of ',' TAB ';' '|' that splits the first lines most
 * evenly. On failure `d` is cleared. */
enum odd_status oddi_delim_open(struct oddi_delim *d, const char *head, size_t n, bool eof, char delimiter,
                                const struct oddi_reader_options *options, size_t *used, size_t *lines,
                                struct odd_error *err) ODD_MUST_CHECK;
/* Takes the names from `line`, which is no record of its own: they are split at `delimiter`, and with style->blank_tail
 * the last of them at runs of blanks. On failure `d` is cleared. */
enum odd_status oddi_delim_open_names(struct oddi_delim *d, const char *line, size_t size, char delimiter,
                                      const struct oddi_delim_style *style,
                                      const struct oddi_reader_options *options,
                                      struct odd_error *err) ODD_MUST_CHECK;
void oddi_delim_clear(struct oddi_delim *d);
/* Runs the index at this level from now on (tests). False if this machine has not got it. */
bool oddi_delim_force(struct oddi_delim *d, enum oddi_simd level);

/* As in reader.h. */
enum odd_status oddi_delim_split(const struct oddi_delim *d, const char *data, size_t n, bool eof,
                                 size_t *end);
enum odd_status oddi_delim_measure(const struct oddi_delim *d, const char *data, size_t n, bool eof,
                                   size_t *size);
size_t oddi_delim_resync(const char *data, size_t n);
enum odd_status oddi_delim_decode(const struct oddi_delim *d, const struct oddi_block *block,
                                  struct oddi_batch *batch, struct odd_error *err) ODD_MUST_CHECK;

/* The first line of a text, for sniffing: BOM and blank lines skipped, line end (LF or CR) not counted. False if n
 * bytes do not hold a whole one. */
bool oddi_delim_first_line(const char *head, size_t n, bool eof, size_t *start, size_t *size);
/* The delimiter that splits the first lines of `head` most evenly; 0 if none occurs in the first. *columns (may be
 * NULL): how many the first line has; *even (may be NULL): every one of the lines looked at has as many. */
char oddi_delim_guess(const char *head, size_t n, bool eof, size_t *columns, bool *even);

#endif
