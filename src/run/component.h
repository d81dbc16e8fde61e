/* Named parts of a run by their specs ("dbscan:eps=2.5"), with a sentence and did-you-mean for each mistake. */
#ifndef ODDFLOW_RUN_COMPONENT_H
#define ODDFLOW_RUN_COMPONENT_H

#include "base/param.h"
#include "detect/detect.h"
#include "scale/scale.h"

/* Finds the component that `text` names and parses its parameters into *spec, which the caller clears with
 * oddi_spec_clear (on failure there is nothing to clear). ODD_ERR_USAGE for what is not known. */
enum odd_status oddi_component_scaler(const char *text, const struct oddi_scaler **out,
                                      struct oddi_spec *spec, struct odd_error *err) ODD_MUST_CHECK;
enum odd_status oddi_component_detector(const char *text, const struct oddi_detector **out,
                                        struct oddi_spec *spec, struct odd_error *err) ODD_MUST_CHECK;

/* ODD_OK if `name` is a row of `table` or one of the `extra` words ("auto|none", may be NULL); else
 * ODD_ERR_USAGE: "unknown KIND 'nmae'; did you mean 'name'?" or with the names there are. */
enum odd_status oddi_component_check(enum odd_table table, const char *kind, const char *extra,
                                     const char *name, struct odd_error *err) ODD_MUST_CHECK;

#endif
