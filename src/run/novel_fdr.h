/* --fdr: thresholds by Benjamini & Hochberg, one for each span of days, and what is told of them. */
#ifndef ODDFLOW_RUN_NOVEL_FDR_H
#define ODDFLOW_RUN_NOVEL_FDR_H

#include "run/hunt.h"

/* After the raw scores of all lanes: sets ln_limit of their rows. What it found is kept in hunt->fdr for the report. ODD_OK and
 * nothing done without --fdr. */
enum odd_status oddi_novel_fdr(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* Checks --fdr and --fdr-span before anything is read. */
enum odd_status oddi_novel_fdr_check(const struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;
/* After the report: how many were found, and what that promises. */
enum odd_status oddi_novel_tell_fdr(struct odd_run *run, struct odd_error *err) ODD_MUST_CHECK;

#endif
