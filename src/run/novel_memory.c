/* What the plans of a baseline remember, for the lanes that judge by it. */
#include "run/novel.h"

enum odd_status oddi_novel_remember(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    struct oddi_population *p = &lane->rows;
    const struct oddi_base_memory *m = &lane->learnt->memory;
    const char *path = odd_options_get(lane->run->options, "baseline");

    ODDI_TRY(oddi_recall_init(&p->recall, lane->plan->by, err));
    ODDI_TRY(oddi_recall_fits(&p->recall, m, path, lane->name, err));
    if (m->n_kinds > 0)
        p->known = m;
    p->recall.blind = lane->learnt->model[0].cal.n_kept == 0;
    return ODD_OK;
}
