/*
 * Scopes found by the data.
 *
 * Starting with one scope over everything, the leaf whose best cut saves most is cut in two, until no cut saves
 * anything or there are enough leaves. Candidates: a prefix of 16 18 20 22 24 bits (IPv6: 32 40 48 56 64) against the
 * rest, a service against the rest, a range of 2 to 22 hours of the day, a range of 1 to 3 days of the week (both
 * cyclic); both sides must have the support that the options ask for, and the days of a range of
 * weekdays must have been seen twice.
 *
 * Saved is description length of the features' histograms. Per feature the bins are cut at the global quantiles .25 .5
 * .75 .9 .97 .995 (duplicates dropped), with the least value as a bin of its own if over 2 % of the rows have it, and
 * missing values as one more. With h the bin shares of a node of n rows and A, B the two sides
 *     D     = (1/n) sum over features of n H(h) - n_A H(h_A) - n_B H(h_B)                           nats a row
 *     gain  = n_eff D - lambda (K/2) ln n_eff - ln(number of candidates),   K = sum over features of (occupied bins - 1)
 * Rows of one host are alike, so rows are not what evidence is counted in:
 *     n_eff = sum over hosts of m / (1 + (m - 1) rho), m the host's rows in the node, for cuts by prefix;
 *           = number of host-days in the node, for all others;
 * rho is the intraclass correlation of the bin indicators within hosts (one-way analysis of variance at the root, summed
 * over bins; Donner & Koval 1980), so that m/(1 + (m - 1) rho) is Kish's effective size of a cluster (1965).
 * Leaves are cut in the order of gain n / n_eff. Afterwards the two leaves, anywhere in the tree, whose separation has
 * the most negative gain (by the same formula, with n_eff and candidates of the cut at which their ways part) are joined,
 * again and again while there is one.
 *
 * Ties: of equal cuts the one of the shorter prefix, then of net, service, hours, weekdays, then of the
 * lower value or earlier first hour. A range and its complement are one cut, called by the shorter. The result does not
 * depend on the order of the rows, but for the last bits of rho.
 */
#ifndef ODDFLOW_BASELINE_SCOPE_SEARCH_H
#define ODDFLOW_BASELINE_SCOPE_SEARCH_H

#include "baseline/model.h"
#include "baseline/scope_options.h"

/* What the search found at a node of the tree, for people and tests. */
struct oddi_scope_found {
    uint64_t rows, hosts, days;
    double gain;         /* of its cut, 0 for a leaf */
    uint32_t candidates; /* cuts with support */
};

/* Finds the tree of the rows; clear it with oddi_scope_tree_clear(). Model 0 is that of all rows; if there is more than one
 * scope, they have the models 1 .. n, in order of their first leaf, the inside of a cut first, and model 0 as parent. No
 * rows: one leaf. `found` (may be NULL) has room for 2 max_scopes - 1 nodes. ODD_ERR_MEMORY; ODD_ERR_LIMIT for more than
 * ODDI_SCOPE_MAX_FEATURES features or 2^31 rows; ODD_ERR_USAGE for options out of range. Memory: about 2 d + 70 bytes a
 * row. */
enum odd_status oddi_scope_search(const struct oddi_rows_view *rows, const struct oddi_scope_options *options,
                                  struct oddi_scope_tree *out, struct oddi_scope_found *found,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
