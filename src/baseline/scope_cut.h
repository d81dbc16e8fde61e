/* The best cut of one node of the tree. */
#ifndef ODDFLOW_BASELINE_SCOPE_CUT_H
#define ODDFLOW_BASELINE_SCOPE_CUT_H

#include "baseline/scope_data.h"
#include "baseline/scope_options.h"

/* Scratch for nodes of one search. */
struct oddi_scope_work {
    const struct oddi_scope_data *data;
    const struct oddi_scope_options *options;
    uint32_t *hist, *inside;         /* of the node, and of one side of a cut; by bin */
    uint32_t *hour_hist, *week_hist; /* by hour or weekday, then by bin */
    uint32_t *host_rows, *day_rows;  /* in the node, by number */
    uint32_t *host_inside, *day_inside;
    uint32_t *host_hours, *day_hours; /* bit set of the hours at which there are rows; likewise weekdays */
    uint32_t *host_week, *day_week;
    uint32_t *host_day_seen;    /* = node: it has rows in that node */
    uint32_t *value_rows;       /* by value of a dimension; all 0 between uses */
    uint32_t *grouped, *values; /* rows by value; values with support */
    uint32_t node;
};

/* ODD_ERR_MEMORY. Free it in any case. */
enum odd_status oddi_scope_work_make(const struct oddi_scope_data *data,
                                     const struct oddi_scope_options *options, struct oddi_scope_work *out,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_scope_work_free(struct oddi_scope_work *work);

/* A cut and its worth. */
struct oddi_scope_choice {
    enum oddi_cut_kind dim;
    size_t values;       /* NET, SERVICE: index in data->values */
    uint32_t value;      /* the same: the value */
    uint8_t first, last; /* HOURS, WEEKDAYS */
    double saved;        /* n D */
};

struct oddi_scope_best {
    uint64_t rows, hosts, days, host_days; /* of the node */
    struct oddi_scope_choice choice;
    double gain;     /* 0: there is no cut worth making */
    double priority; /* gain n / n_eff */
    uint32_t candidates;
};

/* Looks at the node of rows row[0 .. n-1]. */
void oddi_scope_best(struct oddi_scope_work *work, const uint32_t *row, size_t n,
                     struct oddi_scope_best *out);
/* Whether a row is on the inside of a cut. */
bool oddi_scope_choice_inside(const struct oddi_scope_data *data, const struct oddi_scope_choice *choice,
                              uint32_t row);

/* The gain of a separation: n rows in two sides that save `saved` nats over all, worth n_eff rows, with so many bins
 * occupied beyond the first of each feature. */
double oddi_scope_gain(double lambda, double saved, double n, double n_eff, size_t spare_bins,
                       uint32_t candidates);

#endif
