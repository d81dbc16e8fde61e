/*
 * --also-outliers: the rows that a baseline judges, judged by each other too.
 *
 * The detector, its scaler and what it compares with are those of the plan's preset, or as given. Novelties and outliers are never mixed:
 * these judgements are kept beside those of the baseline, on the same rows.
 */
#ifndef ODDFLOW_RUN_BESIDE_H
#define ODDFLOW_RUN_BESIDE_H

#include "run/hunt.h"

struct oddi_beside {
    struct oddi_population *part; /* views of the lane's rows: one of all, or one of each window */
    size_t n;
    bool by_window;
};

/* After all windows of the lane: judges its rows and asks its mute rules. */
enum odd_status oddi_beside_new(struct oddi_hunt_lane *lane, struct oddi_beside **out,
                                struct odd_error *err) ODD_MUST_CHECK;
void oddi_beside_free(struct oddi_beside *b); /* NULL is allowed */

/* The rows that those of a window are judged with; *shift is the number of their first among the lane's. */
struct oddi_population *oddi_beside_part(const struct oddi_beside *b, const struct oddi_population *rows,
                                         size_t window, size_t *shift);
/* Whether a row (its number in the part) is an outlier. What has nothing to be compared with is none. */
bool oddi_beside_odd(const struct oddi_population *part, size_t row);

/* Sets on the options of a baseline's plan what its rows are compared by: as the preset of that name has it, then as `given` has it. */
enum odd_status oddi_beside_options(const char *preset, const odd_options *given, odd_options *to,
                                    struct odd_error *err) ODD_MUST_CHECK;

#endif
