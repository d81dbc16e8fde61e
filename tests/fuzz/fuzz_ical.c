/* Calendars: what is refused has a sentence; what is read is in order, within its caps, and the same twice. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "baseline/ical.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static enum odd_status find_zone(void *ctx, const char *name, const struct oddi_zone **out,
                                 struct odd_error *err)
{
    (void)ctx;
    (void)err;
    *out = NULL;
    return *name == 'X' ? ODD_ERR_USAGE : ODD_OK;
}

static void check(const struct oddi_ical *c, const struct oddi_ical_options *o)
{
    for (size_t i = 1; i < c->n_names; i++)
        require(strcmp(c->name[i - 1], c->name[i]) < 0);
    for (size_t i = 0; i < c->n_spans; i++) {
        const struct oddi_ical_span *s = &c->span[i];

        require(s->from < s->to && s->from < o->to && s->to > o->from && s->name < c->n_names);
        require(i == 0 || s[-1].name < s->name || s[-1].to < s->from);
    }
    require(c->n_spans <= ODDI_ICAL_MAX_SPANS && c->n_names <= c->n_spans);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct oddi_ical_options o = {
        .find_zone = find_zone, .from = 0, .to = INT64_C(2051222400) * ODDI_SECOND};
    struct oddi_ical c, again;
    struct odd_error err = ODD_ERROR_INIT;
    enum odd_status status = oddi_ical_read((const char *)data, size, "x.ics", &o, &c, &err);

    if (status != ODD_OK) {
        require(err.status == status && err.message[0] != '\0');
        oddi_ical_clear(&c);
        return 0;
    }
    check(&c, &o);
    require(oddi_ical_read((const char *)data, size, "x.ics", &o, &again, NULL) == ODD_OK);
    require(again.n_spans == c.n_spans && again.n_names == c.n_names);
    for (size_t i = 0; i < c.n_spans; i++)
        require(again.span[i].from == c.span[i].from && again.span[i].to == c.span[i].to &&
                again.span[i].name == c.span[i].name);
    oddi_ical_clear(&c);
    oddi_ical_clear(&again);
    return 0;
}
