/* The engine as the functions of a reader: what readers of delimited text put into their struct oddi_reader. The state
 * is a struct oddi_delim. */
#ifndef ODDFLOW_READ_WIRE_DELIM_READER_H
#define ODDFLOW_READ_WIRE_DELIM_READER_H

#include "read/wire/delim.h"

const struct oddi_schema *oddi_delim_reader_schema(const void *state);
const char *oddi_delim_reader_header(const void *state, size_t *n, char *delimiter);
enum odd_status oddi_delim_reader_split(void *state, const char *data, size_t n, bool eof, size_t *end,
                                        struct odd_error *err);
enum odd_status oddi_delim_reader_measure(const void *state, const char *data, size_t n, bool eof,
                                          size_t *size);
size_t oddi_delim_reader_resync(const void *state, const char *data, size_t n);
enum odd_status oddi_delim_reader_decode(const void *state, const struct oddi_block *block,
                                         struct oddi_batch *batch, struct odd_error *err);
void oddi_delim_reader_close(void *state);

/* Confidence that `head` is a table split by `delimiter` (0: any but the tab), for csv and tsv. */
int oddi_delim_sniff_table(const char *head, size_t n, bool eof, char delimiter);

#endif
