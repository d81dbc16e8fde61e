/* A baseline file into memory. */
#ifndef ODDFLOW_RUN_BASELINE_LOAD_H
#define ODDFLOW_RUN_BASELINE_LOAD_H

#include "baseline/file.h"

/* *b (zeroed first) from the file `path`; oddi_baseline_clear() frees it. ODD_ERR_IO, ODD_ERR_LIMIT, ODD_ERR_FORMAT, ODD_ERR_MEMORY;
 * ODD_ERR_USAGE for "-". */
enum odd_status oddi_baseline_load(struct oddi_baseline *b, const char *path,
                                   struct odd_error *err) ODD_MUST_CHECK;

#endif
