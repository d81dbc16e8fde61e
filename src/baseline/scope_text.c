#include "baseline/scope_text.h"

#include <string.h>

#include "baseline/scope_where.h"

/* ---- Values ------------------------------------------------------------------------------------------------------- */

static void put_net(struct oddi_buf *out, const struct oddi_net *net)
{
    char text[ODDI_ADDR_TEXT_MAX];

    oddi_buf_add(out, text, oddi_format_addr(text, &net->addr));
    oddi_buf_printf(out, "/%u", net->bits);
}

static void put_service(struct oddi_buf *out, uint32_t service, const char *quote)
{
    char text[64];
    size_t n = oddi_expr_format(ODDI_EXPR_SERVICE, &service, NULL, text, sizeof text);

    oddi_buf_str(out, quote);
    oddi_buf_add(out, text, n);
    oddi_buf_str(out, quote);
}

static void put_nets(struct oddi_buf *out, const struct oddi_net *const *net, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        oddi_buf_str(out, i > 0 ? ", " : "");
        put_net(out, net[i]);
    }
}

static void put_services(struct oddi_buf *out, const uint32_t *service, size_t n, const char *quote)
{
    for (size_t i = 0; i < n; i++) {
        oddi_buf_str(out, i > 0 ? ", " : "");
        put_service(out, service[i], quote);
    }
}

/* Between the parts of a list that so far began at `start`. */
static void put_joint(struct oddi_buf *out, size_t start, const char *joint)
{
    if (out->size > start)
        oddi_buf_str(out, joint);
}

/* ---- Expressions ---------------------------------------------------------------------------------------------------- */

static void expression_nets(const struct oddi_scope_where *w, const char *name, size_t start,
                            struct oddi_buf *out)
{
    if (w->in) {
        oddi_buf_printf(out, "%s in ", name);
        put_net(out, w->in);
    }
    if (w->n_not_in == 0)
        return;
    put_joint(out, start, " and ");
    oddi_buf_printf(out, w->n_not_in > 1 ? "%s not in {" : "%s not in ", name);
    put_nets(out, w->not_in, w->n_not_in);
    oddi_buf_str(out, w->n_not_in > 1 ? "}" : "");
}

static void expression_services(const struct oddi_scope_where *w, const char *name, size_t start,
                                struct oddi_buf *out)
{
    if (!w->service && w->n_not_service == 0)
        return;
    put_joint(out, start, " and ");
    if (w->service || w->n_not_service == 1) {
        oddi_buf_printf(out, "%s %s ", name, w->service ? "==" : "!=");
        put_service(out, w->service ? *w->service : w->not_service[0], "'");
        return;
    }
    oddi_buf_printf(out, "%s not in {", name);
    put_services(out, w->not_service, w->n_not_service, "'");
    oddi_buf_char(out, '}');
}

static const char *const day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const char *const day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

static void put_cyclic_value(struct oddi_buf *out, uint8_t value, uint8_t period)
{
    if (period == 7)
        oddi_buf_str(out, day_words[value]);
    else
        oddi_buf_printf(out, "%u", value);
}

/* `full`: the set says nothing. */
static void expression_cycle(uint32_t set, uint32_t full, uint8_t period, const char *name, size_t start,
                             struct oddi_buf *out)
{
    struct oddi_scope_run run[12];
    size_t n;

    if (set == full)
        return;
    put_joint(out, start, " and ");
    n = oddi_scope_runs(set, period, run);
    oddi_buf_printf(out,
                    n == 1 && run[0].first == run[0].last ? "%s == "
                    : n > 1                               ? "%s in {"
                                                          : "%s in ",
                    name);
    for (size_t i = 0; i < n; i++) {
        oddi_buf_str(out, i > 0 ? ", " : "");
        put_cyclic_value(out, run[i].first, period);
        if (run[i].first == run[i].last)
            continue;
        oddi_buf_str(out, "..");
        put_cyclic_value(out, run[i].last, period);
    }
    oddi_buf_str(out, n > 1 ? "}" : "");
}

static bool is_plain(const char *s)
{
    for (; *s; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_'))
            return false;
    return true;
}

static void expression_dim(const struct oddi_scope_tree *tree, const struct oddi_scope_asked *a,
                           struct oddi_buf *out)
{
    const struct oddi_scope_dim *d = &tree->dims->dim[a->cut->from];
    bool plain = is_plain(d->expression);

    if (d->truth) {
        oddi_buf_printf(out, a->inside == (a->cut->value == ODDI_DIM_TRUE) ? "(%s)" : "not (%s)",
                        d->expression);
        return;
    }
    oddi_buf_printf(out, plain ? "%s" : "(%s)", d->expression);
    oddi_buf_printf(out, a->inside ? " == %s" : " != %s", d->value[a->cut->service].text);
}

static void expression_event(const struct oddi_scope_tree *tree, const struct oddi_scope_asked *a,
                             struct oddi_buf *out)
{
    const struct oddi_event *e = &tree->calendar->event[a->cut->service];
    char from[ODDI_TIME_TEXT_MAX], to[ODDI_TIME_TEXT_MAX];

    oddi_buf_str(out, a->inside ? "(" : "not (");
    for (size_t i = 0; i < e->n; i++) {
        from[oddi_format_time(from, e->span[i].from, NULL)] = '\0';
        to[oddi_format_time(to, e->span[i].to, NULL)] = '\0';
        oddi_buf_printf(out, "%sts_start >= '%s' and ts_start < '%s'", i ? " or " : "", from, to);
    }
    oddi_buf_char(out, ')');
}

static void expression_asked(const struct oddi_scope_tree *tree, const struct oddi_scope_where *w,
                             size_t start, struct oddi_buf *out)
{
    for (size_t i = 0; i < w->n_asked; i++) {
        put_joint(out, start, " and ");
        if (w->asked[i].cut->kind == ODDI_CUT_DIM)
            expression_dim(tree, &w->asked[i], out);
        else
            expression_event(tree, &w->asked[i], out);
    }
}

static void put_expression(const struct oddi_scope_tree *tree, const struct oddi_scope_where *w,
                           const struct oddi_scope_names *names, struct oddi_buf *out)
{
    size_t start = out->size;

    if (w->never) {
        oddi_buf_str(out, "false");
        return;
    }
    expression_nets(w, names->addr, start, out);
    expression_services(w, names->service, start, out);
    expression_asked(tree, w, start, out);
    expression_cycle(w->weekdays, ODDI_SCOPE_ALL_WEEKDAYS, 7, "weekday", start, out);
    expression_cycle(w->hours, ODDI_SCOPE_ALL_HOURS, 24, "hour", start, out);
    if (out->size == start)
        oddi_buf_str(out, "true");
}

/* The branches of a scope one by one, those that are told together as one. */
struct branches {
    const struct oddi_scope_tree *tree;
    uint32_t top[ODDI_SCOPE_MAX_SCOPES];
    size_t n, at;
};

static void begin(struct branches *b, const struct oddi_scope_tree *tree, uint32_t model)
{
    b->tree = tree;
    b->at = 0;
    b->n = oddi_scope_tops(tree, model, b->top);
}

/* Takes the next branch and what can be united with it out of the list. */
static bool next(struct branches *b, struct oddi_scope_where *w)
{
    if (b->at == b->n)
        return false;
    oddi_scope_where(b->tree, b->top[b->at++], w);
    for (size_t k = b->at; k < b->n; k++) {
        struct oddi_scope_where other;

        oddi_scope_where(b->tree, b->top[k], &other);
        if (!oddi_scope_unite(w, &other))
            continue;
        memmove(&b->top[k], &b->top[k + 1], (b->n - k - 1) * sizeof b->top[0]);
        b->n--;
        k = b->at - 1; /* with the union others may go together too */
    }
    return true;
}

void oddi_scope_expression(const struct oddi_scope_tree *tree, uint32_t model,
                           const struct oddi_scope_names *names, struct oddi_buf *out)
{
    struct branches b;
    struct oddi_scope_where w;
    bool one;

    begin(&b, tree, model);
    for (size_t k = 0; next(&b, &w); k++) {
        one = k == 0 && b.at == b.n;
        oddi_buf_str(out, k > 0 ? " or " : "");
        oddi_buf_str(out, one ? "" : "(");
        put_expression(tree, &w, names, out);
        oddi_buf_str(out, one ? "" : ")");
    }
}

/* ---- Words ------------------------------------------------------------------------------------------------------------ */

/* " without X, Y": the exclusions within a prefix that is told (NULL: all). */
static void words_without(const struct oddi_scope_where *w, const struct oddi_net *told, struct oddi_buf *out)
{
    const struct oddi_net *within[ODDI_SCOPE_MAX_SCOPES];
    size_t n = 0;

    for (size_t i = 0; i < w->n_not_in; i++)
        if (!told || oddi_net_covers(told, w->not_in[i]))
            within[n++] = w->not_in[i];
    if (n == 0)
        return;
    oddi_buf_str(out, " without ");
    put_nets(out, within, n);
}

static bool excluded(const struct oddi_scope_where *w, const struct oddi_net *net)
{
    for (size_t i = 0; i < w->n_not_in; i++)
        if (oddi_net_covers(w->not_in[i], net))
            return true;
    return false;
}

/* What is left after prefixes were cut away: those that the rows hold. */
static void words_remainder(const struct oddi_held *held, const struct oddi_scope_where *w, size_t start,
                            struct oddi_buf *out)
{
    for (size_t i = 0; i < held->n; i++) {
        if (excluded(w, &held->net[i]))
            continue;
        put_joint(out, start, ", ");
        put_net(out, &held->net[i]);
        words_without(w, &held->net[i], out);
    }
    if (held->more > 0 && out->size > start)
        oddi_buf_printf(out, " and %zu more prefixes", held->more);
    if (out->size == start) {
        oddi_buf_str(out, "all addresses");
        words_without(w, NULL, out);
    }
}

static void words_nets(const struct oddi_held *held, const struct oddi_scope_where *w, size_t start,
                       struct oddi_buf *out)
{
    if (w->in) {
        put_net(out, w->in);
        words_without(w, w->in, out);
    } else if (w->n_not_in > 0) {
        words_remainder(held, w, start, out);
    }
}

static void words_services(const struct oddi_scope_where *w, size_t start, struct oddi_buf *out)
{
    if (!w->service && w->n_not_service == 0)
        return;
    put_joint(out, start, ", ");
    if (w->service) {
        put_service(out, *w->service, "");
        return;
    }
    oddi_buf_str(out, "services without ");
    put_services(out, w->not_service, w->n_not_service, "");
}

static void words_weekdays(const struct oddi_scope_where *w, size_t start, struct oddi_buf *out)
{
    struct oddi_scope_run run[4];
    size_t n;

    if (w->weekdays == ODDI_SCOPE_ALL_WEEKDAYS)
        return;
    put_joint(out, start, ", ");
    n = oddi_scope_runs(w->weekdays, 7, run);
    for (size_t i = 0; i < n; i++) {
        oddi_buf_printf(out, "%s%s", i > 0 ? " and " : "", day_names[run[i].first]);
        if (run[i].first != run[i].last)
            oddi_buf_printf(out, "-%s", day_names[run[i].last]);
    }
}

static void words_hours(const struct oddi_scope_where *w, size_t start, struct oddi_buf *out)
{
    struct oddi_scope_run run[12];
    size_t n;

    if (w->hours == ODDI_SCOPE_ALL_HOURS)
        return;
    put_joint(out, start, ", ");
    n = oddi_scope_runs(w->hours, 24, run);
    for (size_t i = 0; i < n; i++)
        oddi_buf_printf(out, "%s%02u:00-%02u:00", i > 0 ? " and " : "", run[i].first,
                        (run[i].last + 1u) % 24);
}

static void words_asked(const struct oddi_scope_tree *tree, const struct oddi_scope_where *w, size_t start,
                        struct oddi_buf *out)
{
    for (size_t i = 0; i < w->n_asked; i++) {
        const struct oddi_scope_asked *a = &w->asked[i];

        put_joint(out, start, ", ");
        if (a->cut->kind == ODDI_CUT_EVENT) {
            const char *name = tree->calendar->event[a->cut->service].name;

            oddi_buf_str(out, a->inside ? "during " : "outside ");
            oddi_buf_str(out, *name ? name : a->inside ? "an event" : "all events");
        } else {
            const struct oddi_scope_dim *d = &tree->dims->dim[a->cut->from];
            bool holds = a->inside == (a->cut->value == ODDI_DIM_TRUE);

            if (d->truth)
                oddi_buf_printf(out, holds ? "%s" : "not %s", d->name);
            else
                oddi_buf_printf(out, a->inside ? "%s is %s" : "%s is not %s", d->name,
                                d->value[a->cut->service].text);
        }
    }
}

static void put_words(const struct oddi_scope_tree *tree, const struct oddi_scope_where *w,
                      const struct oddi_held *held, struct oddi_buf *out)
{
    size_t start = out->size;

    if (w->never) {
        oddi_buf_str(out, "never");
        return;
    }
    words_nets(held, w, start, out);
    words_services(w, start, out);
    words_asked(tree, w, start, out);
    words_weekdays(w, start, out);
    words_hours(w, start, out);
    if (out->size == start)
        oddi_buf_str(out, "all traffic");
}

void oddi_scope_words(const struct oddi_scope_tree *tree, uint32_t model, const struct oddi_row_key *sample,
                      size_t n_sample, struct oddi_buf *out)
{
    struct oddi_scope_where w;
    struct oddi_held held;
    struct branches b;

    oddi_scope_held(tree, model, sample, n_sample, &held);
    begin(&b, tree, model);
    for (size_t k = 0; next(&b, &w); k++) {
        oddi_buf_str(out, k > 0 ? "; or " : "");
        put_words(tree, &w, &held, out);
    }
}
