/* What the measures look at: scored rows with their ground truth. */
#ifndef ODDFLOW_EVAL_ROWS_H
#define ODDFLOW_EVAL_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Ground truth. Rows to ignore (unknown, as CTU-13's Background) enter no measure, but are counted where it says so. */
enum oddi_truth_label { ODDI_LABEL_IGNORE, ODDI_LABEL_NEGATIVE, ODDI_LABEL_POSITIVE };

/* n rows as columns. Rows are flows, entities, windows or hosts: whatever was judged. */
struct oddi_eval_rows {
    size_t n;             /* at most UINT32_MAX */
    const double *score;  /* higher = odder; NaN (nothing to compare with) counts as below all others */
    const uint8_t *label; /* enum oddi_truth_label */
    const double *weight; /* >= 0 and finite; NULL = 1 each */
};

#endif
