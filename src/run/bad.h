/* Bad records as the caller's callback sees them. */
#ifndef ODDFLOW_RUN_BAD_H
#define ODDFLOW_RUN_BAD_H

#include "run/feed.h"

/* Calls tell(ctx, bad) for each bad record of the block at the head of `feed`, until it returns other than ODD_OK. */
typedef enum odd_status (*oddi_tell_fn)(void *ctx, const struct odd_bad *bad, struct odd_error *err);
enum odd_status oddi_tell_bad(const struct oddi_feed *feed, const struct oddi_fed *fed, oddi_tell_fn tell,
                              void *ctx, struct odd_error *err) ODD_MUST_CHECK;
/* Number of bad records in it, and of records. */
size_t oddi_fed_bad(const struct oddi_fed *fed);
size_t oddi_fed_records(const struct oddi_fed *fed);
uint64_t oddi_fed_bytes(const struct oddi_fed *fed);

/* ODD_ERR_NO_DATA: none of n_records is good. source: NULL for several. first_bad: what was wrong with the first, or NULL. */
enum odd_status oddi_no_good_record(const char *source, uint64_t n_records, const char *first_bad,
                                    struct odd_error *err) ODD_MUST_CHECK;

#endif
