/* Which attacks to plant: the text of --attacks as a list. */
#ifndef ODDFLOW_SYNTH_PLAN_H
#define ODDFLOW_SYNTH_PLAN_H

#include "synth/attack.h"

#define ODDI_MAX_PLANTS 64

struct oddi_plant {
    const struct oddi_attack *attack;
    uint32_t loudness; /* 0 to 1000 */
};

struct oddi_plan {
    struct oddi_plant plants[ODDI_MAX_PLANTS];
    size_t n;
};

/* "none", "" or a list of KIND[:LOUDNESS] with commas between. LOUDNESS is a number from 0 to 1, quiet, medium or
 * loud; medium if absent. The kind "all" stands for every kind, and without a loudness for every kind loud, then
 * medium, then quiet. NULL means all. ODD_ERR_USAGE with a sentence and did-you-mean. */
enum odd_status oddi_plan_parse(const char *text, struct oddi_plan *plan,
                                struct odd_error *err) ODD_MUST_CHECK;

#endif
