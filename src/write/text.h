/* What the outputs for people share: words and the line of a flow. Everything that comes from input goes through
 * oddi_terminal_escape() here. */
#ifndef ODDFLOW_WRITE_TEXT_H
#define ODDFLOW_WRITE_TEXT_H

#include "write/lay.h"
#include "write/write.h"

/* "1 flow", "6,241 flows" */
/* "3 outliers", or "3 novelties" where a baseline judges. */
void oddi_text_odd(struct oddi_buf *out, const struct oddi_write_options *o, uint64_t n);
void oddi_text_count(struct oddi_buf *out, uint64_t n, const char *noun);
/* One decimal, cut, so that 100.0 is only ever 100; "-" for NaN. */
void oddi_text_score(struct oddi_buf *out, double score);
/* "bytes 61,164,753" */
void oddi_text_feature(struct oddi_buf *out, const struct oddi_write_options *o, size_t j, double value);
/* Puts one flow: score, row, start, protocol, endpoints, features (but those that the reason below will name), cluster (all)
 * and input (several). Flows that have no such thing, as rows of a table of numbers, go without. */
enum { ODDI_TEXT_INDENT = 6 }; /* of what belongs to a flow and stands below its line */
void oddi_text_flow(struct oddi_lay *lay, const struct oddi_write_options *o,
                    const struct oddi_write_row *row);

/* Puts one entity: score, its keys, how many flows, its start of the window (top), features, cluster (all). */
void oddi_text_entity(struct oddi_lay *lay, const struct oddi_write_options *o,
                      const struct oddi_write_row *row);
/* "6,241 flows", "342 hosts" where the one key is an address, "1,204 entities" */
void oddi_text_rows(struct oddi_buf *out, const struct oddi_write_options *o, uint64_t n);

#endif
