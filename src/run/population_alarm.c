#include "run/population_alarm.h"

#include "base/mem.h"
#include "run/hunt.h"

/* ---- Mute rules ----------------------------------------------------------------------------------------------- */

static enum odd_status ask(struct oddi_population *p, struct oddi_muter *m, size_t row, const char **values,
                           struct odd_error *err)
{
    bool muted = false;

    oddi_population_entity(p, row, values, NULL);
    ODDI_TRY(oddi_muter_ask(m,
                            &(struct oddi_muter_row){.window_start = p->start[p->window[row]],
                                                     .score = p->score[row],
                                                     .x = p->x + row * p->plan->d,
                                                     .values = values,
                                                     .flows = p->flows[row]},
                            &muted, err));
    p->muted[row] = muted;
    p->n_muted += muted;
    return ODD_OK;
}

enum odd_status oddi_population_mute(struct oddi_population *p, struct oddi_muter *m, bool all,
                                     struct odd_error *err)
{
    const char **values = oddi_calloc_array(p->plan->by->n_keys + 1, sizeof *values);
    enum odd_status status = ODD_OK;

    p->muted = oddi_calloc_array(p->n + 1, sizeof *p->muted);
    if (!values || !p->muted)
        status = oddi_fail_memory(err);
    for (size_t row = 0; row < p->n && status == ODD_OK; row++)
        if (all || oddi_population_odd(p, row))
            status = ask(p, m, row, values, err);
    free(values);
    return status;
}

/* ---- Alarms ----------------------------------------------------------------------------------------------------- */

struct scratch {
    struct oddi_reason *reasons;
    const char **values, **witness;
    struct oddi_buf command;
};

static enum odd_status add(struct oddi_population *p, size_t row, const struct oddi_write_options *o,
                           struct scratch *s, struct oddi_alarms *to, struct odd_error *err)
{
    struct oddi_entity entity = {.values = s->values, .flows = p->flows[row]};
    struct oddi_window_result w = {
        .start = p->start[p->window[row]], .end = p->end[p->window[row]], .n_rows = p->n, .alone = p->alone};
    struct oddi_verdict v = {
        .kind = ODDI_OUTLIER, .cluster = ODDI_NOISE, .score = p->score[row], .entity = &entity};
    size_t nearest = 0;
    enum odd_status status = oddi_population_explain(p, row, s->reasons, &nearest, err);

    if (status != ODD_OK && status != ODD_END)
        return status;
    oddi_population_entity(p, row, s->values, s->witness);
    if (status == ODD_OK) {
        v.reasons = s->reasons;
        entity.witness = s->witness;
    }
    oddi_population_command(p, row, &s->command);
    if (!oddi_buf_ok(&s->command))
        return oddi_fail_memory(err);
    entity.command = s->command.size ? oddi_buf_cstr(&s->command) : NULL;
    return oddi_alarms_add(to, o, &w, &v, s->values, p->plan->by->n_keys, "", err);
}

enum odd_status oddi_population_alarm(struct oddi_population *p, size_t row,
                                      const struct oddi_write_options *o, struct oddi_alarms *to,
                                      struct odd_error *err)
{
    size_t keys = p->plan->by->n_keys, d = p->plan->d;
    struct scratch s = {.reasons = oddi_calloc_array(d + 1, sizeof *s.reasons),
                        .values = oddi_calloc_array(keys + d + 1, sizeof *s.values)};
    enum odd_status status = s.reasons && s.values ? ODD_OK : oddi_fail_memory(err);

    oddi_buf_init(&s.command, 0);
    if (status == ODD_OK) {
        s.witness = s.values + keys;
        status = add(p, row, o, &s, to, err);
    }
    free(s.reasons);
    free(s.values);
    oddi_buf_free(&s.command);
    return status;
}
