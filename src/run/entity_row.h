/* An entity of a judged window, in words: who it is, what its nearest is, and the command that prints its flows. */
#ifndef ODDFLOW_RUN_ENTITY_ROW_H
#define ODDFLOW_RUN_ENTITY_ROW_H

#include "run/entity.h"
#include "run/judge.h"

/* The texts of the entity last made; of one thread. */
struct oddi_entity_said {
    char *values;         /* (2 * n_shown + n_features) * ODDI_ENTITY_VALUE_MAX */
    const char **pointer; /* as many */
    struct oddi_buf command;
};
void oddi_entity_said_clear(struct oddi_entity_said *s);

/* Entity i, whose first record is at `place`; *nearest is a row of the matrix (NULL: there are no reasons). Without
 * `command`, which costs more than the rest, the entity has none. *out points into w->said and lives until the next call. */
enum odd_status oddi_entity_row(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                const struct oddi_place *place, const size_t *nearest, bool command,
                                struct oddi_entity *out, struct odd_error *err) ODD_MUST_CHECK;

#endif
