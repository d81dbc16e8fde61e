/* The command that prints the flows of an entity: "oddflow flows FILE --where '...' --since ... --until ...". */
#ifndef ODDFLOW_RUN_ENTITY_COMMAND_H
#define ODDFLOW_RUN_ENTITY_COMMAND_H

#include "run/plan.h"

/* `out` is left empty where no command could print them: a value was cut, or holds bytes that a terminal does not carry.
 * Empties `out`; then the inputs; then who and when (values: of plan->by's keys). Quoted for a POSIX shell. */
void oddi_command_begin(struct oddi_buf *out);
void oddi_command_input(struct oddi_buf *out, const char *name);
void oddi_command_end(struct oddi_buf *out, const struct oddi_plan *plan, const char *const *values,
                      int64_t start, int64_t end);

#endif
