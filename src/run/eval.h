/*
 * oddflow eval: what configurations say of labelled flows, held against what is true.
 *
 * eval_api.c    the configurations of a command line; oddflow.h's odd_eval_*
 * ground.c      a pass of its own says what is true of every record
 * eval_pass.c   a configuration is an ordinary run; what it says of each row is kept, and which row each record went into
 * eval_units.c  from records to hosts in windows, windows and hosts
 * eval_measure.c  the measures of all levels
 */
#ifndef ODDFLOW_RUN_EVAL_H
#define ODDFLOW_RUN_EVAL_H

#include "eval/hosts.h"
#include "eval/report.h"
#include "run/hunt.h"
#include "run/ground.h"

#define ODDI_NO_ROW UINT32_MAX

/* What one plan said: rows are flows, or entities in a window. Where both ends of a flow are entities it counts for the one that
 * started it, as the truth does. */
struct oddi_eval_lane {
    size_t kind;             /* of its hosts in the truth; SIZE_MAX: it has none */
    bool entities, of_hosts; /* rows are entities; these are hosts and nothing smaller */
    struct oddi_align align;

    size_t slots;     /* rows that a record can have: one, or as many as overlapping windows hold it */
    uint32_t *row_of; /* `slots` by record, the first ones taken; ODDI_NO_ROW: none */
    size_t n;         /* rows */
    double *score, *surprise;
    uint8_t *said;
    size_t cap_score, cap_surprise, cap_said;
    size_t *record; /* of a window's rows; scratch */
    size_t cap_record;
};

struct oddi_eval_pass {
    const struct oddi_ground *truth;
    const char *config;
    odd_run *run; /* without inputs */
    const char *const *paths;
    size_t n_paths;
    double threshold;             /* scores from here on are told as odd; NaN: as the detector tells */
    struct oddi_eval_lane *lanes; /* made here; oddi_eval_pass_clear */
    size_t n_lanes;
};

enum odd_status oddi_eval_pass(struct oddi_eval_pass *p, struct odd_error *err) ODD_MUST_CHECK;
void oddi_eval_pass_clear(struct oddi_eval_pass *p);
/* The first key that is an address, canonical, that of sources for both ends; NULL if there is none. */
const char *oddi_eval_host_key(const struct oddi_by *by);

/* Hosts in windows, in the order of the windows. */
struct oddi_eval_units {
    size_t n, n_hosts, n_windows; /* n_hosts: of the truth, judged or not */
    uint32_t *host, *window;      /* window: in time order */
    double *score, *surprise;     /* greatest of the unit's flows; NaN: not judged */
    uint8_t *label, *said;
    int64_t *start, *end; /* of the windows */
    size_t *first;        /* n_windows + 1: the units of a window */
};

/* The lane whose windows and hosts speak for all: the shortest windows among those that have hosts; ties: the first. */
const struct oddi_eval_lane *oddi_eval_base(const struct oddi_eval_lane *lanes, size_t n_lanes);
/* Over the flows of all lanes, in the windows and by the hosts of the base. */
enum odd_status oddi_eval_units_make(struct oddi_eval_units *u, const struct oddi_ground *t,
                                     const struct oddi_eval_lane *lanes, size_t n_lanes,
                                     struct odd_error *err) ODD_MUST_CHECK;
void oddi_eval_units_clear(struct oddi_eval_units *u);
/* What is said of a record by all lanes. */
double oddi_eval_score(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record);
bool oddi_eval_said(const struct oddi_eval_lane *lanes, size_t n_lanes, size_t record);

struct oddi_eval_measuring {
    const struct oddi_ground *truth;
    struct oddi_bootstrap bootstrap; /* replicates 0: none */
    bool by_windows;                 /* windows are drawn, not hosts */
};

/* Fills *out but for its name; out->first.host points into the truth. */
enum odd_status oddi_eval_measure(const struct oddi_eval_measuring *m, const struct oddi_eval_lane *lanes,
                                  size_t n_lanes, struct oddi_eval_result *out,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
