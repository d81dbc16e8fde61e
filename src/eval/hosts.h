/*
 * From scores of rows to scores of hosts, and over several presets to one order of hosts.
 *
 * A row's surprise is s = -ln p, p its tail probability within its population. In one window a host counts with its most
 * surprising row. Two scores, because the first finds bursts and the second what lasts:
 *   maximum      -ln(1 - (1 - p)^windows), p that of its most surprising window: a host that is there in many windows has
 *                as many tries (Sidak's correction);
 *   persistence  sum over windows of the log-rank among the hosts of the window.
 * The log-rank of rank r = 1 .. n (n = the highest; ties share their mean rank) is -ln(1 - r/n + 1/n): 0 for the lowest,
 * ln n for the highest. Over presets a host's score is the sum of the better of its two log-ranks among the hosts of each
 * preset; a preset that did not see it adds 0. Ties go by persistence, summed over presets, then by key.
 */
#ifndef ODDFLOW_EVAL_HOSTS_H
#define ODDFLOW_EVAL_HOSTS_H

#include "oddflow/oddflow.h"
#include "stats/sort.h"

/* -ln p of a score of 0..100 among n rows judged at once (stats/tail.h): the inverse of oddi_tail_score (stats/tail.h). NaN for NaN and
 * for n < 2; infinite for 100. */
double oddi_score_surprise(double score, size_t n);

struct oddi_host_sum {
    uint64_t windows; /* in which it was judged */
    double surprise;  /* greatest */
    int64_t peak;     /* start of that window; ties: the first */
    double persistence;
};

/* The hosts of one preset. Zero-initialised. */
struct oddi_hosts {
    struct oddi_host_sum *sum; /* by number of the host; windows == 0: not seen */
    double *best;              /* scratch, by number: of the current window, NaN = not in it */
    size_t n, cap, cap_best;
    struct oddi_room present, value, at, order; /* scratch */
    struct oddi_sort sort;
};

struct oddi_host_score {
    double maximum, persistence;
    double maximum_rank, persistence_rank; /* log-ranks within the preset */
};

void oddi_hosts_free(struct oddi_hosts *h);
/* The n rows of the next window (any order): the host's number, which the caller gives out from 0 without gaps, and the
 * surprise, NaN where there is nothing to compare with (such a row is no try). False when memory ends. */
bool oddi_hosts_window(struct oddi_hosts *h, int64_t start, const uint32_t *host, const double *surprise,
                       size_t n) ODD_MUST_CHECK;
/* out[i] for hosts 0 .. n_hosts - 1 (n_hosts >= h->n); all 0 for those not seen. False when memory ends. */
bool oddi_hosts_score(struct oddi_hosts *h, size_t n_hosts, struct oddi_host_score *out) ODD_MUST_CHECK;

/* total[i] = the score of host i over n_presets; order = the hosts by rank, first the oddest. key[i] != NULL, each once.
 * False when memory ends. */
bool oddi_hosts_fuse(const struct oddi_host_score *const *by_preset, size_t n_presets, size_t n_hosts,
                     const char *const *key, double *total, uint32_t *order) ODD_MUST_CHECK;

#endif
