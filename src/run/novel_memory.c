/* What the plans of a baseline remember, for the lanes that judge by it. */
#include "run/novel.h"

#include <string.h>

enum odd_status oddi_novel_remember(struct oddi_hunt_lane *lane, struct odd_error *err)
{
    struct oddi_population *p = &lane->rows;
    const struct oddi_base_memory *m = &lane->learnt->memory;
    bool same;

    ODDI_TRY(oddi_recall_init(&p->recall, lane->plan->by, err));
    same = p->recall.n == m->n_kinds;
    for (size_t i = 0; same && i < m->n_kinds; i++)
        same = strcmp(p->recall.kinds[i].text, m->text[i]) == 0;
    if (!same)
        return oddi_fail_at(err, ODD_ERR_FORMAT, odd_options_get(lane->run->options, "baseline"),
                            ODD_NO_POSITION, ODD_NO_POSITION,
                            "holds a memory that is not that of its plan '%.60s'", lane->name);
    if (m->n_kinds > 0)
        p->known = m;
    return ODD_OK;
}
