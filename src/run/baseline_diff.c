/* odd_baseline_diff: what a baseline learnt otherwise than another, in words and numbers. */
#include "run/baseline_load.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "baseline/scope_match.h"
#include "run/baseline_bind.h"
#include "run/baseline_text.h"

#define LEAST_MOVE  0.1  /* sd: what a centre that is told has moved */
#define LEAST_WIDTH 0.10 /* of ln: what a width that is told has changed */
#define MOST_SHOWN  ((size_t)4)

static const double levels[] = {1e-2, 1e-3};

struct diff {
    const char *path[2];
    struct oddi_baseline base[2];
    struct oddi_zone *zone[2];
    bool json;
    struct oddi_buf out, words[2], condition[2];
    struct odd_error *err;
};

/* A plan that both have. */
struct both {
    struct diff *d;
    const struct oddi_base_plan *plan[2];
    struct oddi_bound_plan bound; /* of the second */
    struct oddi_scope_pair *pair;
    size_t n;
};

static const char *const fates[] = {"same", "moved", "gone", "new"};

/* ---- Features ------------------------------------------------------------------------------------------------------ */

/* What became of one feature of a scope. */
struct change {
    size_t feature;
    double move;  /* of the centre, in sd of the first */
    double width; /* ratio of the widths */
};

static struct change change_of(const struct oddi_model *a, const struct oddi_model *b, size_t j)
{
    return (struct change){j, (b->location[j] - a->location[j]) / a->scale[j], b->scale[j] / a->scale[j]};
}

static double size_of(const struct change *c)
{
    double move = fabs(c->move) / LEAST_MOVE, width = fabs(log(c->width)) / LEAST_WIDTH;

    return move > width ? move : width;
}

/* The greatest first. */
static size_t find_changes(const struct both *b, const struct oddi_model *x, const struct oddi_model *y,
                           struct change *out, size_t most)
{
    size_t n = 0;

    for (size_t j = 0; j < b->plan[0]->d; j++) {
        struct change c = change_of(x, y, j);
        size_t at = n;

        if (size_of(&c) < 1)
            continue;
        while (at > 0 && size_of(&out[at - 1]) < size_of(&c))
            at--;
        if (at == most)
            continue;
        n += n < most;
        memmove(out + at + 1, out + at, (n - 1 - at) * sizeof *out);
        out[at] = c;
    }
    return n;
}

static const char *feature_name(const struct both *b, size_t j)
{
    return b->bound.plan.by->features[j].name;
}

static bool is_calibrated(const struct oddi_model *m)
{
    return m->cal.n_kept > 0;
}

/* ---- For people ------------------------------------------------------------------------------------------------------ */

static void text_counts(struct oddi_buf *out, const char *what, uint64_t a, uint64_t b)
{
    oddi_buf_printf(out, "%s ", what);
    oddi_show_grouped(out, a);
    if (a != b) {
        oddi_buf_str(out, " -> ");
        oddi_show_grouped(out, b);
    }
}

static void text_support(struct oddi_buf *out, const struct oddi_support *a, const struct oddi_support *b)
{
    oddi_buf_str(out, "         ");
    text_counts(out, "rows", a->rows, b->rows);
    text_counts(out, ", hosts", a->hosts, b->hosts);
    text_counts(out, ", days", a->days, b->days);
    oddi_buf_char(out, '\n');
}

static void text_thresholds(struct oddi_buf *out, const struct oddi_model *a, const struct oddi_model *b)
{
    oddi_buf_str(out, "         score at p");
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        oddi_buf_printf(out, "%s %g: ", i ? "; at p" : "", levels[i]);
        oddi_show_number(out, oddi_calibration_score(&a->cal, log(levels[i])), 3);
        oddi_buf_str(out, " -> ");
        oddi_show_number(out, oddi_calibration_score(&b->cal, log(levels[i])), 3);
    }
    oddi_buf_char(out, '\n');
}

static void text_changes(const struct both *b, const struct oddi_model *x, const struct oddi_model *y)
{
    struct oddi_buf *out = &b->d->out;
    struct change c[MOST_SHOWN + 1];
    size_t n = find_changes(b, x, y, c, MOST_SHOWN);

    if (n == 0)
        oddi_buf_printf(out, "         no centre moved by %g sd, no width changed by a tenth\n", LEAST_MOVE);
    for (size_t i = 0; i < n; i++) {
        oddi_buf_printf(out, "%s%s: centre %+.2f sd, width x%.2f", i ? "; " : "         ",
                        feature_name(b, c[i].feature), c[i].move, c[i].width);
        if (i + 1 == n)
            oddi_buf_char(out, '\n');
    }
}

static void text_pair(const struct both *b, const struct oddi_scope_pair *p)
{
    struct diff *d = b->d;
    struct oddi_buf *out = &d->out;
    bool one = p->a == ODDI_NO_NODE || p->b == ODDI_NO_NODE;
    int k = p->a == ODDI_NO_NODE;

    oddi_buf_printf(out, "  %-5s  %s", fates[p->fate], oddi_buf_cstr(&d->words[k]));
    if (p->fate == ODDI_SCOPE_MOVED)
        oddi_buf_printf(out, "\n         now %s; %.0f %% of their rows in common",
                        oddi_buf_cstr(&d->words[1]), 100 * p->common);
    oddi_buf_char(out, '\n');
    if (one) {
        const struct oddi_model *m = &oddi_base_judges(b->plan[k])[k ? p->b : p->a];

        text_support(out, &m->support, &m->support);
        return;
    }
    const struct oddi_model *x = &oddi_base_judges(b->plan[0])[p->a],
                            *y = &oddi_base_judges(b->plan[1])[p->b];

    text_support(out, &x->support, &y->support);
    if (!is_calibrated(x) || !is_calibrated(y))
        return;
    text_thresholds(out, x, y);
    text_changes(b, x, y);
}

static void text_memory(struct oddi_buf *out, const char *what, size_t a, size_t b, size_t in_both)
{
    oddi_buf_printf(out, "  memory %s: ", what);
    oddi_show_grouped(out, a);
    oddi_buf_str(out, " -> ");
    oddi_show_grouped(out, b);
    oddi_buf_str(out, " things, ");
    oddi_show_grouped(out, in_both);
    oddi_buf_str(out, " in both\n");
}

static void text_plan(const struct both *b)
{
    struct oddi_buf *out = &b->d->out;
    size_t count[4] = {0};

    for (size_t i = 0; i < b->n; i++)
        count[b->pair[i].fate]++;
    oddi_buf_printf(out, "plan %s: ", b->plan[0]->name);
    oddi_show_count(out, oddi_base_scopes(b->plan[0]), "scope");
    oddi_buf_str(out, " -> ");
    oddi_show_count(out, oddi_base_scopes(b->plan[1]), "scope");
    oddi_buf_printf(out, "; %zu the same, %zu moved, %zu gone, %zu new\n", count[0], count[1], count[2],
                    count[3]);
}

/* ---- As NDJSON ------------------------------------------------------------------------------------------------------- */

static void json_side(struct oddi_json *j, const char *name, const struct both *b, int k, uint32_t m)
{
    const struct oddi_model *model;
    struct diff *d = b->d;

    oddi_json_key(j, name);
    if (m == ODDI_NO_NODE) {
        oddi_json_null(j);
        return;
    }
    model = &oddi_base_judges(b->plan[k])[m];
    oddi_json_begin_object(j);
    oddi_json_member_count(j, "scope", m);
    oddi_json_member_text(j, "words", oddi_buf_cstr(&d->words[k]));
    oddi_json_member_text(j, "condition", oddi_buf_cstr(&d->condition[k]));
    oddi_json_member_count(j, "rows", model->support.rows);
    oddi_json_member_count(j, "hosts", model->support.hosts);
    oddi_json_member_count(j, "days", model->support.days);
    oddi_json_member_time(j, "first", model->support.first, d->zone[k]);
    oddi_json_member_time(j, "last", model->support.last, d->zone[k]);
    if (is_calibrated(model)) {
        oddi_json_member_number(j, "score_at_1e-2", oddi_calibration_score(&model->cal, log(levels[0])));
        oddi_json_member_number(j, "score_at_1e-3", oddi_calibration_score(&model->cal, log(levels[1])));
    }
    oddi_json_end_object(j);
}

static void json_features(struct oddi_json *j, const struct both *b, const struct oddi_scope_pair *p)
{
    oddi_json_key(j, "features");
    oddi_json_begin_array(j);
    for (size_t f = 0; f < b->plan[0]->d; f++) {
        struct change c =
            change_of(&oddi_base_judges(b->plan[0])[p->a], &oddi_base_judges(b->plan[1])[p->b], f);

        oddi_json_begin_object(j);
        oddi_json_member_text(j, "feature", feature_name(b, f));
        oddi_json_member_number(j, "centre_sd", c.move);
        oddi_json_member_number(j, "width_ratio", c.width);
        oddi_json_end_object(j);
    }
    oddi_json_end_array(j);
}

static void json_pair(const struct both *b, const struct oddi_scope_pair *p)
{
    bool two = p->a != ODDI_NO_NODE && p->b != ODDI_NO_NODE;
    struct oddi_json j;

    oddi_json_init(&j, &b->d->out);
    oddi_json_begin_object(&j);
    oddi_json_member_text(&j, "plan", b->plan[0]->name);
    oddi_json_member_text(&j, "change", fates[p->fate]);
    oddi_json_member_number(&j, "common", p->common);
    json_side(&j, "before", b, 0, p->a);
    json_side(&j, "after", b, 1, p->b);
    if (two && is_calibrated(&oddi_base_judges(b->plan[0])[p->a]) &&
        is_calibrated(&oddi_base_judges(b->plan[1])[p->b]))
        json_features(&j, b, p);
    oddi_json_end_object(&j);
    oddi_buf_char(&b->d->out, '\n');
}

static void json_memory(const struct both *b, const char *what, size_t x, size_t y, size_t in_both)
{
    struct oddi_json j;

    oddi_json_init(&j, &b->d->out);
    oddi_json_begin_object(&j);
    oddi_json_member_text(&j, "plan", b->plan[0]->name);
    oddi_json_member_text(&j, "memory", what);
    oddi_json_member_count(&j, "before", x);
    oddi_json_member_count(&j, "after", y);
    oddi_json_member_count(&j, "both", in_both);
    oddi_json_end_object(&j);
    oddi_buf_char(&b->d->out, '\n');
}

static void json_plan(struct diff *d, const char *name, size_t before, size_t after)
{
    struct oddi_json j;

    oddi_json_init(&j, &d->out);
    oddi_json_begin_object(&j);
    oddi_json_member_text(&j, "plan", name);
    oddi_json_member_count(&j, "scopes_before", before);
    oddi_json_member_count(&j, "scopes_after", after);
    oddi_json_end_object(&j);
    oddi_buf_char(&d->out, '\n');
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

static size_t count_both(const struct oddi_known *a, const struct oddi_known *b)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++)
        n += oddi_known_count(b, a->key[i]) > 0;
    return n;
}

static void put_known(const struct both *b, const char *what, const struct oddi_known *x,
                      const struct oddi_known *y)
{
    size_t in_both = count_both(x, y);

    if (b->d->json)
        json_memory(b, what, x->n, y->n, in_both);
    else
        text_memory(&b->d->out, what, x->n, y->n, in_both);
}

static void put_memory(const struct both *b)
{
    const struct oddi_base_memory *x = &b->plan[0]->memory, *y = &b->plan[1]->memory;

    for (size_t i = 0; i < x->n_kinds; i++)
        for (size_t k = 0; k < y->n_kinds; k++)
            if (strcmp(x->text[i], y->text[k]) == 0)
                put_known(b, x->text[i], &x->kinds[i], &y->kinds[k]);
    if (x->hosts.n > 0 || y->hosts.n > 0)
        put_known(b, "of hosts", &x->hosts, &y->hosts);
}

static void put_pairs(const struct both *b)
{
    struct diff *d = b->d;

    for (size_t i = 0; i < b->n; i++) {
        const struct oddi_scope_pair *p = &b->pair[i];

        if (p->a != ODDI_NO_NODE)
            oddi_base_scope_text(b->plan[0], p->a, &d->words[0], &d->condition[0]);
        if (p->b != ODDI_NO_NODE)
            oddi_base_scope_text(b->plan[1], p->b, &d->words[1], &d->condition[1]);
        (d->json ? json_pair : text_pair)(b, p);
    }
}

static enum odd_status compare(struct diff *d, const struct oddi_base_plan *x, const struct oddi_base_plan *y)
{
    struct both b = {.d = d, .plan = {x, y}};
    enum odd_status status;

    if (x->d != y->d)
        return oddi_fail(d->err, ODD_ERR_USAGE,
                         "plan '%s' has %zu features in %s and %zu in %s: such plans cannot be compared",
                         x->name, x->d, d->path[0], y->d, d->path[1]);
    ODDI_TRY(oddi_bound_plan_make(y, d->path[1], &b.bound, d->err));
    status = oddi_scope_match(x, y, &b.pair, &b.n, d->err);
    if (status == ODD_OK) {
        if (d->json)
            json_plan(d, x->name, oddi_base_scopes(x), oddi_base_scopes(y));
        else
            text_plan(&b);
        put_pairs(&b);
        put_memory(&b);
    }
    free(b.pair);
    oddi_bound_plan_clear(&b.bound);
    return status;
}

static const struct oddi_base_plan *find_plan(const struct oddi_baseline *b, const char *name)
{
    for (size_t i = 0; i < b->n_plans; i++)
        if (strcmp(b->plans[i].name, name) == 0)
            return &b->plans[i];
    return NULL;
}

static void put_alone(struct diff *d, int k, const struct oddi_base_plan *p)
{
    size_t n = oddi_base_scopes(p);

    if (d->json)
        json_plan(d, p->name, k == 0 ? n : 0, k == 0 ? 0 : n);
    else
        oddi_buf_printf(&d->out, "plan %s: only in the %s\n", p->name, k == 0 ? "first" : "second");
}

static void put_head(struct diff *d)
{
    for (int k = 0; k < 2; k++) {
        oddi_buf_str(&d->out, k ? "second: " : "first: ");
        oddi_terminal_escape(&d->out, d->path[k], strlen(d->path[k]));
        oddi_buf_str(&d->out, ", learnt ");
        oddi_show_time(&d->out, d->base[k].first, d->zone[k]);
        oddi_buf_str(&d->out, " to ");
        oddi_show_time(&d->out, d->base[k].last, d->zone[k]);
        oddi_buf_str(&d->out, " from ");
        oddi_show_count(&d->out, d->base[k].ledger.read, "flow");
        oddi_buf_char(&d->out, '\n');
    }
}

static enum odd_status put_all(struct diff *d)
{
    for (int k = 0; k < 2; k++)
        ODDI_TRY(oddi_base_zone(&d->base[k], &d->zone[k], d->err));
    if (!d->json)
        put_head(d);
    for (size_t i = 0; i < d->base[0].n_plans; i++) {
        const struct oddi_base_plan *x = &d->base[0].plans[i], *y = find_plan(&d->base[1], x->name);

        if (y)
            ODDI_TRY(compare(d, x, y));
        else
            put_alone(d, 0, x);
    }
    for (size_t i = 0; i < d->base[1].n_plans; i++)
        if (!find_plan(&d->base[0], d->base[1].plans[i].name))
            put_alone(d, 1, &d->base[1].plans[i]);
    return oddi_buf_ok(&d->out) && oddi_buf_ok(&d->words[0]) && oddi_buf_ok(&d->words[1]) &&
                   oddi_buf_ok(&d->condition[0]) && oddi_buf_ok(&d->condition[1])
               ? ODD_OK
               : oddi_fail_memory(d->err);
}

enum odd_status odd_baseline_diff(const char *before, const char *after, int json, odd_write_fn write,
                                  void *ctx, struct odd_error *err)
{
    struct diff d = {.path = {before, after}, .json = json != 0, .err = err};
    enum odd_status status = ODD_OK;
    int e;

    oddi_buf_init(&d.out, 0);
    for (int k = 0; k < 2; k++) {
        oddi_buf_init(&d.words[k], 0);
        oddi_buf_init(&d.condition[k], 0);
        if (status == ODD_OK)
            status = oddi_baseline_load(&d.base[k], d.path[k], err);
    }
    if (status == ODD_OK)
        status = put_all(&d);
    if (status == ODD_OK && (e = write(ctx, d.out.data, d.out.size)) != 0)
        status = oddi_fail_errno(err, NULL, "write the output", e);
    for (int k = 0; k < 2; k++) {
        oddi_buf_free(&d.words[k]);
        oddi_buf_free(&d.condition[k]);
        oddi_zone_free(d.zone[k]);
        oddi_baseline_clear(&d.base[k]);
    }
    oddi_buf_free(&d.out);
    return status;
}
