/*
 * A baseline in memory: what was learnt as normal, and for whom it holds.
 *
 *   baseline -> plans -> a tree of scopes (nodes) -> models at its leaves
 *
 * A plan says what a row is (an entity in a window, and its features). Its tree cuts the rows in two again and again, each
 * cut by one network, service, range of hours or range of weekdays; a leaf names the model that judges its rows. Leaves that
 * no longer differ share a model. Model 0 is that of all rows of the plan: a plan without scopes is one leaf, model 0. A model
 * is the scaler, the detector and the calibration fitted on the rows of its scope (baseline/fit.h).
 */
#ifndef ODDFLOW_BASELINE_MODEL_H
#define ODDFLOW_BASELINE_MODEL_H

#include <stdbool.h>

#include "baseline/calendar.h"
#include "baseline/scope_dims.h"

enum oddi_cut_kind {
    ODDI_CUT_NONE, /* a leaf */
    ODDI_CUT_NET,
    ODDI_CUT_SERVICE,
    ODDI_CUT_HOURS,
    ODDI_CUT_WEEKDAYS,
    ODDI_CUT_DIM,   /* a value of the plan's own dimension `from` */
    ODDI_CUT_EVENT, /* event `service` of the calendar is on */
    ODDI_N_CUTS
};

/* The condition of a cut; which members hold it follows from `kind`, the others are 0. */
struct oddi_cut {
    enum oddi_cut_kind kind;
    struct oddi_net net;
    uint32_t service; /* DIM: index of the value in its dimension's list */
    uint64_t value;   /* DIM: its key */
    uint8_t from, to; /* hours 0..23 or weekdays 0..6, both ends belong to it, cyclic: 22..6 */
};

/* Whether a row is on the inside of a cut. A row without a host or service is on the outside of theirs. */
bool oddi_cut_holds(const struct oddi_cut *cut, const struct oddi_row_key *key);

#define ODDI_NO_NODE UINT32_MAX

struct oddi_scope_node {
    struct oddi_cut cut;
    uint32_t parent;          /* ODDI_NO_NODE: the root, node 0 */
    uint32_t inside, outside; /* nodes, both greater than this one's number; ODDI_NO_NODE in a leaf */
    uint32_t model;           /* of a leaf; ODDI_NO_NODE in an inner node */
};

/* The tree of one plan; zero-initialised or of one leaf. */
struct oddi_scope_tree {
    size_t n_nodes; /* at least 1 */
    struct oddi_scope_node *nodes;
    size_t n_models;
    uint32_t *parent; /* per model: the one it is shrunk to, of a lesser number; ODDI_NO_NODE for model 0 */
    /* What the cuts DIM and EVENT speak of; NULL where there are none. Not the tree's own. */
    const struct oddi_scope_dims *dims;
    const struct oddi_calendar *calendar;
};

/* Number of the model that judges a row. */
uint32_t oddi_scope_find(const struct oddi_scope_tree *tree, const struct oddi_row_key *key);
/* One leaf, model 0. */
enum odd_status oddi_scope_none(struct oddi_scope_tree *tree, struct odd_error *err) ODD_MUST_CHECK;
void oddi_scope_tree_clear(struct oddi_scope_tree *tree);

/* How much a model stands on. */
struct oddi_support {
    uint64_t rows;        /* of the sample that was learnt from */
    uint32_t hosts, days; /* distinct */
    int64_t first, last;  /* starts of the first and the last window */
};

#endif
