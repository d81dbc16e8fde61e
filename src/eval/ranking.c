#include "eval/ranking.h"

#include <math.h>

/* A sum that keeps what rounding would lose (Neumaier 1974): millions of small terms must agree with an oracle to 1e-12. */
struct sum {
    double high, low;
};

static void sum_add(struct sum *s, double x)
{
    double t = s->high + x;

    s->low += fabs(s->high) >= fabs(x) ? (s->high - t) + x : (x - t) + s->high;
    s->high = t;
}

static double sum_value(const struct sum *s)
{
    return s->high + s->low;
}

/* ---- The order ------------------------------------------------------------------------------------------ */

/* The rows that count: their indices, and their scores turned round, so that an ascending sort puts the oddest first. */
static size_t keep_rows(const struct oddi_eval_rows *rows, uint32_t *kept, double *key)
{
    size_t n = 0;

    for (size_t i = 0; i < rows->n; i++) {
        if (rows->label[i] == ODDI_LABEL_IGNORE)
            continue;
        kept[n] = (uint32_t)i;
        key[n++] = isnan(rows->score[i]) ? INFINITY : -rows->score[i];
    }
    return n;
}

static bool make_room(struct oddi_ranking *r, const struct oddi_eval_rows *rows)
{
    return oddi_room(&r->kept_room, rows->n, sizeof(uint32_t)) &&
           oddi_room(&r->key_room, rows->n, sizeof(double)) &&
           oddi_room(&r->score_room, rows->n, sizeof(double)) &&
           oddi_room(&r->row_room, rows->n, sizeof(uint32_t)) &&
           oddi_room(&r->positive_room, rows->n, sizeof(uint8_t)) &&
           (!rows->weight || oddi_room(&r->weight_room, rows->n, sizeof(double)));
}

bool oddi_ranking_fit(struct oddi_ranking *r, const struct oddi_eval_rows *rows)
{
    uint32_t *kept, *row;
    double *score, *weight;
    uint8_t *positive;

    r->n = 0;
    if (!make_room(r, rows))
        return false;
    kept = r->kept_room.at;
    row = r->row_room.at;
    score = r->score_room.at;
    positive = r->positive_room.at;
    weight = rows->weight ? r->weight_room.at : NULL;
    r->n = keep_rows(rows, kept, r->key_room.at);
    if (!oddi_sort_rows(&r->sort, r->key_room.at, r->n, 1, score, row)) {
        r->n = 0;
        return false;
    }
    for (size_t i = 0; i < r->n; i++) {
        row[i] = kept[row[i]];
        score[i] = -score[i] + 0.0;
        positive[i] = rows->label[row[i]] == ODDI_LABEL_POSITIVE;
        if (weight)
            weight[i] = rows->weight[row[i]];
    }
    r->score = score;
    r->row = row;
    r->positive = positive;
    r->weight = weight;
    return true;
}

void oddi_ranking_free(struct oddi_ranking *r)
{
    oddi_room_free(&r->score_room);
    oddi_room_free(&r->row_room);
    oddi_room_free(&r->positive_room);
    oddi_room_free(&r->weight_room);
    oddi_room_free(&r->kept_room);
    oddi_room_free(&r->key_room);
    oddi_sort_free(&r->sort);
    *r = (struct oddi_ranking){0};
}

/* ---- Steps: rows with equal scores ------------------------------------------------------------------------ */

struct step {
    size_t at;                 /* the next row */
    double score;              /* of this step */
    double positive, negative; /* weight in this step */
};

static double weight_at(const struct oddi_ranking *r, const double *factor, size_t i)
{
    return (r->weight ? r->weight[i] : 1) * (factor ? factor[i] : 1);
}

static bool next_step(const struct oddi_ranking *r, const double *factor, struct step *s)
{
    size_t i = s->at;

    if (i == r->n)
        return false;
    s->score = r->score[i];
    s->positive = s->negative = 0;
    for (; i < r->n && r->score[i] == s->score; i++) {
        double w = weight_at(r, factor, i);

        if (r->positive[i])
            s->positive += w;
        else
            s->negative += w;
    }
    s->at = i;
    return true;
}

/* ---- Measures ----------------------------------------------------------------------------------------------- */

static double adjusted(double x, double base)
{
    return base < 1 ? (x - base) / (1 - base) : NAN;
}

/* Sums over the steps so far. */
struct walk {
    double positive, negative; /* weight before the step */
    struct sum pairs, precision;
    double max_f1, threshold;
};

static void walk_step(struct walk *w, const struct step *s, double positives)
{
    double p = w->positive + s->positive, n = w->negative + s->negative, f1;

    sum_add(&w->pairs, s->negative * (w->positive + s->positive / 2));
    if (s->positive > 0)
        sum_add(&w->precision, s->positive * (p / (p + n)));
    f1 = 2 * p / (positives + p + n);
    if (p > 0 && f1 > w->max_f1) {
        w->max_f1 = f1;
        w->threshold = s->score;
    }
    w->positive = p;
    w->negative = n;
}

static double precision_among(const struct oddi_ranking *r, const double *factor, double k)
{
    struct step s = {0};
    double positive = 0, seen = 0;

    while (seen < k && next_step(r, factor, &s)) {
        double all = s.positive + s.negative, part = k - seen < all ? (k - seen) / all : 1;

        if (all <= 0)
            continue;
        positive += part * s.positive;
        seen += part * all;
        if (part < 1)
            break;
    }
    return seen > 0 ? positive / seen : NAN;
}

static void count_classes(const struct oddi_ranking *r, const double *factor, struct oddi_measures *out)
{
    for (size_t i = 0; i < r->n; i++) {
        double w = weight_at(r, factor, i);

        if (r->positive[i])
            out->positives += w;
        else
            out->negatives += w;
    }
    out->base_rate = out->positives / (out->positives + out->negatives);
}

void oddi_ranking_measure(const struct oddi_ranking *r, const double *factor, struct oddi_measures *out)
{
    struct walk w = {.threshold = NAN};
    struct step s = {0};

    *out = (struct oddi_measures){.roc_auc = NAN,
                                  .average_precision = NAN,
                                  .adjusted_ap = NAN,
                                  .precision_at_n = NAN,
                                  .adjusted_pn = NAN,
                                  .max_f1 = NAN,
                                  .max_f1_threshold = NAN};
    count_classes(r, factor, out);
    if (!(out->positives > 0))
        return;
    while (next_step(r, factor, &s))
        walk_step(&w, &s, out->positives);
    if (out->negatives > 0)
        out->roc_auc = sum_value(&w.pairs) / (out->positives * out->negatives);
    out->average_precision = sum_value(&w.precision) / out->positives;
    out->adjusted_ap = adjusted(out->average_precision, out->base_rate);
    out->precision_at_n = precision_among(r, factor, out->positives);
    out->adjusted_pn = adjusted(out->precision_at_n, out->base_rate);
    out->max_f1 = w.max_f1;
    out->max_f1_threshold = w.threshold;
}

double oddi_ranking_precision(const struct oddi_ranking *r, double k)
{
    return precision_among(r, NULL, k);
}
