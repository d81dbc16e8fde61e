#include "explain/explain.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* Up to this score a row is clustered (DESIGN section 7: 75 d / eps for clustered rows). */
#define NORMAL_SCORE 75.0

/* How far past the detector's own answer, in scaled units and relative to the magnitudes involved, the exact one is looked
 * for. Where the answer's interval is thin, its half width sqrt(eps^2 - rest) keeps only half of the digits. */
#define REACH 1e-6

/* Steps that are tried whatever the reach: two neighbours, for features whose grid is coarser than the reach. */
#define MIN_STEPS 2
#define MAX_STEPS (INT64_MAX / 4)

void oddi_expected_range(const struct oddi_matrix *x, const int32_t *label, double *low, double *high)
{
    for (size_t j = 0; j < x->d; j++)
        low[j] = high[j] = NAN;
    for (size_t i = 0; i < x->n; i++) {
        const double *row = x->x + i * x->d;

        if (label[i] < 0)
            continue;
        for (size_t j = 0; j < x->d; j++) {
            if (!(row[j] >= low[j]))
                low[j] = row[j];
            if (!(row[j] <= high[j]))
                high[j] = row[j];
        }
    }
}

/* One search: feature j of one row, all other features held. */
struct probe {
    const struct oddi_explain_context *c;
    double *z;                     /* the row, scaled; z[j] is free to change */
    const uint32_t *self, *entity; /* its number; of a new row whose it is */
    size_t j;
    double value; /* where the row is: not normal */
    double base;  /* offset 0 of the grid: near the detector's answer, or `value` */
    int away;     /* +1: the answer lies above the value, -1: below */
    bool whole;   /* the grid is the whole numbers, else the doubles */
};

static double scaled(const struct probe *p, double v)
{
    return (v - p->c->location[p->j]) / p->c->scale[p->j];
}

static enum odd_status is_normal(const struct probe *p, double v, bool *normal, struct odd_error *err)
{
    struct oddi_matrix row = {.x = p->z, .n = 1, .d = p->c->x->d, .self = p->self, .entity = p->entity};
    double score = NAN;

    p->z[p->j] = scaled(p, v);
    *normal = false;
    if (!isfinite(p->z[p->j]))
        return ODD_OK;
    ODDI_TRY(p->c->detector->score(p->c->state, &row, &score, NULL, err));
    *normal = score <= NORMAL_SCORE;
    return ODD_OK;
}

/* Doubles as integers in the same order, neighbours one apart. */
static int64_t to_ordinal(double v)
{
    int64_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits >= 0 ? bits : INT64_MIN - bits;
}

static double from_ordinal(int64_t k)
{
    int64_t bits = k >= 0 ? k : INT64_MIN - k;
    double v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

/* The value `offset` steps of the grid further away from the row's own value than the base; infinite past the doubles. */
static double at(const struct probe *p, int64_t offset)
{
    int64_t base, end = to_ordinal(INFINITY);

    if (p->whole)
        return p->base + (double)(p->away * offset);
    base = p->away * to_ordinal(p->base);
    if (offset > 0 && base > end - offset)
        return p->away * INFINITY;
    return from_ordinal(p->away * (base + offset));
}

/* Steps from the base back to the value, rounded up, at most MAX_STEPS (where zero lies between, there can be more). */
static int64_t steps_to_value(const struct probe *p)
{
    __int128 steps;

    if (p->whole)
        return (int64_t)ceil(fabs(p->base - p->value));
    steps = p->away * ((__int128)to_ordinal(p->base) - to_ordinal(p->value));
    return steps < MAX_STEPS ? (int64_t)steps : MAX_STEPS;
}

/* The last normal offset, from `in` (normal) towards `out` (not normal). */
static enum odd_status bisect(const struct probe *p, int64_t out, int64_t in, double *found,
                              struct odd_error *err)
{
    while (in - out > 1) {
        int64_t middle = out + (in - out) / 2;
        bool normal;

        ODDI_TRY(is_normal(p, at(p, middle), &normal, err));
        if (normal)
            in = middle;
        else
            out = middle;
    }
    *found = at(p, in);
    return ODD_OK;
}

/* From a normal offset `in` back to the value, in growing steps, then exactly. */
static enum odd_status search_back(const struct probe *p, int64_t in, double *found, struct odd_error *err)
{
    int64_t limit = steps_to_value(p);

    for (int64_t step = 1;; step *= 2) {
        int64_t out = in - step;
        bool normal;

        if (step >= limit + in)
            return bisect(p, -limit, in, found, err);
        ODDI_TRY(is_normal(p, at(p, out), &normal, err));
        if (!normal)
            return bisect(p, out, in, found, err);
        in = out;
    }
}

/* From a base that is not normal further away, up to the reach. *found stays NaN if nothing is. */
static enum odd_status search_on(const struct probe *p, double *found, struct odd_error *err)
{
    double z = scaled(p, p->base);
    double reach = REACH * (1 + fabs(z) + fabs(p->c->location[p->j] / p->c->scale[p->j]));
    int64_t out = 0;

    for (int64_t step = 1; step < MAX_STEPS; step *= 2) {
        double v = at(p, step);
        bool normal;

        if (!isfinite(v) || (step > MIN_STEPS && !(fabs(scaled(p, v) - z) <= reach)))
            return ODD_OK;
        ODDI_TRY(is_normal(p, v, &normal, err));
        if (normal)
            return bisect(p, out, step, found, err);
        out = step;
    }
    return ODD_OK;
}

/* The base itself, else its nearest neighbours on the side of the value, else further away. */
static enum odd_status search(const struct probe *p, double *found, struct odd_error *err)
{
    int64_t limit = steps_to_value(p);

    for (int64_t back = 0; back <= MIN_STEPS && back < limit; back++) {
        bool normal;

        ODDI_TRY(is_normal(p, at(p, -back), &normal, err));
        if (normal)
            return search_back(p, -back, found, err);
    }
    return search_on(p, found, err);
}

/* Sets base, side and grid from the detector's answer `guess` (original units); false if there is nowhere to look. */
static bool place(struct probe *p, double guess, double nearest_value)
{
    double towards = guess != p->value ? guess : nearest_value;

    if (!isfinite(guess) || towards == p->value)
        return false;
    p->away = towards > p->value ? 1 : -1;
    p->whole = p->c->whole[p->j] && fabs(guess) < 0x1p53 && fabs(p->value) < 0x1p53;
    p->base = !p->whole ? guess : p->away > 0 ? ceil(guess) : floor(guess);
    return true;
}

static enum odd_status normal_at(const struct oddi_explain_context *c, double *z, const struct oddi_why *why,
                                 size_t j, struct oddi_reason *r, struct odd_error *err)
{
    struct probe p = {.c = c, .z = z, .self = why->self, .entity = why->entity, .j = j, .value = r->value};
    double answer = why->normal_at[j];
    double own = z[j];
    enum odd_status status = ODD_OK;

    r->normal_at = NAN;
    if (!place(&p, answer * c->scale[j] + c->location[j], r->nearest_value))
        return ODD_OK;
    if (!c->detector->score)
        r->normal_at = p.base;
    else
        status = search(&p, &r->normal_at, err);
    z[j] = own;
    return status;
}

static enum odd_status explain_row(const struct oddi_explain_context *c, const double *row,
                                   struct oddi_why *why, double *scratch, struct oddi_reason *reasons,
                                   size_t *nearest, struct odd_error *err)
{
    size_t d = c->x->d;

    why->share = scratch + d;
    why->normal_at = scratch + 2 * d;
    for (size_t j = 0; j < d; j++)
        scratch[j] = (row[j] - c->location[j]) / c->scale[j];
    ODDI_TRY(c->detector->explain(c->state, scratch, why, err));
    *nearest = why->nearest;
    for (size_t j = 0; j < d; j++) {
        reasons[j] = (struct oddi_reason){
            .value = row[j],
            .nearest_value = c->x->x[why->nearest * d + j],
            .expected_low = c->low[j],
            .expected_high = c->high[j],
            .share = why->share[j],
        };
        ODDI_TRY(normal_at(c, scratch, why, j, &reasons[j], err));
    }
    return ODD_OK;
}

enum odd_status oddi_explain(const struct oddi_explain_context *c, size_t i, double *scratch,
                             struct oddi_reason *reasons, size_t *nearest, struct odd_error *err)
{
    const uint32_t self = (uint32_t)i;
    struct oddi_why why = {.self = &self};

    return explain_row(c, c->x->x + i * c->x->d, &why, scratch, reasons, nearest, err);
}

enum odd_status oddi_explain_new(const struct oddi_explain_context *c, const double *row, uint32_t entity,
                                 double *scratch, struct oddi_reason *reasons, size_t *nearest,
                                 struct odd_error *err)
{
    struct oddi_why why = {.entity = &entity};

    return explain_row(c, row, &why, scratch, reasons, nearest, err);
}
