/*
 * CTU-13's comparison by time windows (Garcia, Grill, Stiborek, Zunino 2014, Computers & Security 45:100-123, doi
 * 10.1016/j.cose.2014.05.011), from its formulas.
 *
 * Flows come in order of start time. A window of `width` starts at the first flow after the one before has closed, so it
 * is not aligned to the clock and empty windows do not count. In a window each source address has one true class (Botnet
 * beats Normal beats Background) and one prediction (positive if any of its flows was predicted positive). With TP_i ...
 * the number of source addresses of window i = 1, 2, ..., N_bot,i and N_norm,i those of each class, and
 *     cf(i) = exp(-alpha i) + 1,
 *     tTP = sum TP_i cf(i) / N_bot,i     tFN = sum FN_i cf(i) / N_bot,i
 *     tFP = sum FP_i / N_norm,i          tTN = sum TN_i / N_norm,i          (windows with N = 0 left out)
 * early detection is worth up to twice late detection, and every window weighs the same. Background is unknown, not
 * benign: it enters none of the four. A prediction of Background (not judged) is a miss for a Botnet address and nothing
 * for a Normal one.
 *
 * Where the authors' comparer prints -1 for 0 / 0 the rates here are NaN; its unweighted branch is not offered.
 */
#ifndef ODDFLOW_EVAL_CTU13_H
#define ODDFLOW_EVAL_CTU13_H

#include "base/ids.h"
#include "eval/confusion.h"
#include "oddflow/oddflow.h"

enum oddi_ctu13_class { ODDI_CTU13_BACKGROUND, ODDI_CTU13_NORMAL, ODDI_CTU13_BOTNET };
/* The greatest of a source's flows is its prediction. */
enum oddi_ctu13_said { ODDI_CTU13_SAID_BACKGROUND, ODDI_CTU13_SAID_NEGATIVE, ODDI_CTU13_SAID_POSITIVE };

#define ODDI_CTU13_WIDTH INT64_C(300000000000) /* ns: the paper's 300 s */
#define ODDI_CTU13_ALPHA 0.01

struct oddi_ctu13 {
    int64_t width; /* ns */
    double alpha;

    int64_t start; /* of the open window */
    uint64_t windows;
    struct oddi_ids sources; /* of the open window */
    uint8_t *state;          /* by number: class * 3 + prediction */
    size_t cap_state;
    struct oddi_confusion sums; /* tTP ... of the closed windows */
    double botnet, normal;      /* what AllPositive gets: sum of cf(i), and of 1, over windows with N > 0 */
    uint64_t unknown[3],
        normal_background; /* Background addresses by what was said; Normal ones not judged */
};

/* The measures of one detector or dummy: tTP etc. in `t` (its ignored_ members are 0). */
struct oddi_ctu13_row {
    const char *name; /* "AllPositive", ...; NULL for the detector */
    struct oddi_confusion t;
    struct oddi_rates rates;
};
#define ODDI_CTU13_DUMMIES 3

/* width > 0 ns, alpha >= 0. Allocates nothing. */
void oddi_ctu13_init(struct oddi_ctu13 *c, int64_t width, double alpha);
void oddi_ctu13_free(struct oddi_ctu13 *c);
/* One flow: its start, the key of its source address, enum oddi_ctu13_class, enum oddi_ctu13_said. A flow that starts
 * before the open window counts into it. False when memory ends. */
bool oddi_ctu13_add(struct oddi_ctu13 *c, int64_t ts, uint64_t source, unsigned truth,
                    unsigned said) ODD_MUST_CHECK;
/* Closes the open window. More flows may follow; they start another. */
void oddi_ctu13_flush(struct oddi_ctu13 *c);
/* After the flush: the detector, and the three dummies AllPositive, AllNegative, AllBackground. */
void oddi_ctu13_result(const struct oddi_ctu13 *c, struct oddi_ctu13_row *detector,
                       struct oddi_ctu13_row dummies[ODDI_CTU13_DUMMIES]);

#endif
