/* What comes out of a run, as the writers see it. */
#ifndef ODDFLOW_RESULT_RESULT_H
#define ODDFLOW_RESULT_RESULT_H

#include "oddflow/oddflow.h"

enum oddi_kind { ODDI_NORMAL, ODDI_OUTLIER, ODDI_NOVELTY };
/* "" "outlier" "novelty" */
const char *oddi_kind_name(enum oddi_kind kind);

/* One window, judged. All pointers live for the call they are passed to. */
struct oddi_window_result {
    int64_t start, end; /* ns, [start, end); INT64_MIN, INT64_MAX with no-window */
    /* start as RFC 3339 in the zone of the output (oddi_format_time), so that it is printed once a window and not once a row;
     * NULL: the writer formats it. */
    const char *start_text;
    size_t start_size;
    size_t n_rows, n_clusters, n_outliers;
    uint64_t n_flows; /* in the rows: as many as rows, or more where rows are entities */
    bool alone;       /* no core point: nothing to compare with */
    size_t n_features;
    const double *mean, *std; /* per feature, original units */
    /* For the teaching output (--steps) only; may be NULL otherwise and where a component has no such thing. */
    const double *location, *scale; /* per feature: scaled = (x - location) / scale */
    const char *scaler, *detector;  /* specs as given: "standard", "dbscan:eps=2.5,min_samples=5" */
    double eps; /* radius within which the detector takes rows as alike, scaled units; NaN: it has none */
    bool eps_chosen; /* by the detector, for this window */
};

/* One feature of one verdict. Values in original units. */
struct oddi_reason {
    double value, nearest_value;
    double expected_low, expected_high;
    double share;
    double normal_at; /* NaN if this feature alone cannot make it normal */
};

/* Who a row is of, where rows are entities (--by). NUL-terminated texts that may hold any other byte. */
struct oddi_entity {
    const char *const *values;  /* per key, as the expression language spells them; "" = none */
    uint64_t flows;             /* in the window */
    const char *const *nearest; /* per key, of the nearest normal entity; NULL where there are no reasons */
    const char *const
        *witness;        /* per feature: what a greatest part is of ("tcp/25"), "" = nothing; NULL as above */
    const char *command; /* prints its flows; NULL: none does (pipes) */
};

/* What a baseline says of a row. */
struct oddi_novelty {
    const char *plan; /* name of the plan that judged */
    double ln_p;      /* logarithm of the share of normal rows that look as odd */
    bool
        extrapolated; /* odder than every row of the calibration: the order says something, the value little */
    const char *scope;     /* in words: "10.20.0.0/16, 00:00-03:00" */
    const char *condition; /* the same as an expression */
    uint64_t rows;         /* what the model of the scope was learnt from */
    uint32_t hosts, days;
};

/* One judged row. `reasons` has n_features entries, or is NULL for rows that are not odd and for windows with nothing to
 * compare with. */
struct oddi_verdict {
    uint32_t source; /* index of the input */
    uint64_t row;    /* 0-based data row of its input */
    enum oddi_kind kind;
    int32_t cluster;
    double score; /* NaN: nothing to compare with */
    uint64_t nearest_row;
    uint32_t nearest_source;
    const struct oddi_reason *reasons;
    const struct oddi_entity *entity;   /* NULL: the row is a flow */
    const struct oddi_novelty *novelty; /* NULL: it was compared with rows of the input */
    const char *said; /* the reason, where it has been put into words already; NULL: from `reasons` */
};

/* Index of the feature with the largest share of the distance (ties: the lowest index). n_features > 0. */
size_t oddi_reason_main(const struct oddi_verdict *v, size_t n_features);

/* Index of the feature that alone can make the row normal by the smallest change in scaled units; n_features if none can.
 * The scale need not be known: share_j is (scaled distance in j)^2 / d^2, so a change of (value - normal_at) measures
 * |value - normal_at| / |value - nearest_value| * sqrt(share_j) distances. A feature without a share, whose change cannot be
 * measured so, comes last. */
size_t oddi_reason_change(const struct oddi_verdict *v, size_t n_features);

#endif
