/* What the outputs may ask about the sentence that oddi_write_reason() writes. */
#ifndef ODDFLOW_WRITE_REASON_H
#define ODDFLOW_WRITE_REASON_H

#include "write/write.h"

/* A reason as it is shown: of the argument of a logarithm rather than the logarithm. */
struct oddi_reason oddi_reason_shown(const struct oddi_write_options *options, const struct oddi_reason *r,
                                     size_t j);
/* What it is said of. */
const char *oddi_reason_feature(const struct oddi_write_options *options, size_t j);

/* Whether the sentence gives the value and the expected range of feature j. */
bool oddi_reason_names(const struct oddi_write_options *options, const struct oddi_window_result *w,
                       const struct oddi_verdict *v, size_t j);

#endif
