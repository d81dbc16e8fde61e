/* Ordinary traffic, one flow after another. */
#ifndef ODDFLOW_SYNTH_BACKGROUND_H
#define ODDFLOW_SYNTH_BACKGROUND_H

#include "synth/host.h"
#include "synth/row.h"
#include "synth/sample.h"

struct oddi_background;

/* NULL if memory ends. `sample` must outlive it. */
struct oddi_background *oddi_background_new(const struct oddi_sample *sample, uint64_t seed);
void oddi_background_free(struct oddi_background *b); /* NULL is allowed */
/* Everything of the next flow but its time. Texts of `row` belong to static tables. */
void oddi_background_next(struct oddi_background *b, struct oddi_row *row);

#endif
