/* Rows of a population as alerts and mute rules take them. */
#ifndef ODDFLOW_RUN_POPULATION_ALARM_H
#define ODDFLOW_RUN_POPULATION_ALARM_H

#include "run/alarm.h"
#include "run/muter.h"
#include "run/population.h"

/* After oddi_population_judge: asks the rules about the odd rows, or with `all` about every row; p->muted says which are
 * muted. */
enum odd_status oddi_population_mute(struct oddi_population *p, struct oddi_muter *m, bool all,
                                     struct odd_error *err) ODD_MUST_CHECK;
/* Adds a row to the alarms of its window. `o` is of the population's plan. */
enum odd_status oddi_population_alarm(struct oddi_population *p, size_t row,
                                      const struct oddi_write_options *o, struct oddi_alarms *to,
                                      struct odd_error *err) ODD_MUST_CHECK;

#endif
