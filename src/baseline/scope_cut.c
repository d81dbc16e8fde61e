#include "baseline/scope_cut.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* ---- Scratch ------------------------------------------------------------------------------------------------- */

static size_t most_values(const struct oddi_scope_data *data)
{
    size_t most = 0;

    for (size_t d = 0; d < data->n_values; d++)
        if (data->values[d].id.n > most)
            most = data->values[d].id.n;
    return most;
}

enum odd_status oddi_scope_work_make(const struct oddi_scope_data *data,
                                     const struct oddi_scope_options *options, struct oddi_scope_work *out,
                                     struct odd_error *err)
{
    size_t codes = data->bins.n_codes, hosts = data->n_hosts, days = data->n_days;
    struct {
        uint32_t **at;
        size_t n;
    } parts[] = {{&out->hist, codes},
                 {&out->inside, codes},
                 {&out->hour_hist, ODDI_SCOPE_HOURS * codes},
                 {&out->week_hist, ODDI_SCOPE_WEEKDAYS * codes},
                 {&out->host_rows, hosts},
                 {&out->day_rows, days},
                 {&out->host_inside, hosts},
                 {&out->day_inside, days},
                 {&out->host_hours, hosts},
                 {&out->day_hours, days},
                 {&out->host_week, hosts},
                 {&out->day_week, days},
                 {&out->host_day_seen, data->n_host_days},
                 {&out->value_rows, most_values(data) + 1},
                 {&out->grouped, data->rows->n},
                 {&out->values, data->rows->n / options->min_rows + 1}};

    *out = (struct oddi_scope_work){.data = data, .options = options};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *parts[i].at = oddi_calloc_array(parts[i].n, sizeof(uint32_t));
        if (!*parts[i].at)
            return oddi_fail_memory(err);
    }
    return ODD_OK;
}

void oddi_scope_work_free(struct oddi_scope_work *w)
{
    free(w->hist);
    free(w->inside);
    free(w->hour_hist);
    free(w->week_hist);
    free(w->host_rows);
    free(w->day_rows);
    free(w->host_inside);
    free(w->day_inside);
    free(w->host_hours);
    free(w->day_hours);
    free(w->host_week);
    free(w->day_week);
    free(w->host_day_seen);
    free(w->value_rows);
    free(w->grouped);
    free(w->values);
    *w = (struct oddi_scope_work){0};
}

/* ---- The node as a whole --------------------------------------------------------------------------------------- */

/* What is known of the node while its candidates are tried; the best of each way of counting evidence. */
struct search {
    struct oddi_scope_work *w;
    const uint32_t *row;
    size_t n;
    struct oddi_scope_best *out;
    struct oddi_scope_choice net, other; /* saved < 0: none yet */
};

static void clear_units(struct oddi_scope_work *w)
{
    size_t hosts = w->data->n_hosts * sizeof(uint32_t), days = w->data->n_days * sizeof(uint32_t);

    memset(w->hist, 0, w->data->bins.n_codes * sizeof(uint32_t));
    memset(w->host_rows, 0, hosts);
    memset(w->host_hours, 0, hosts);
    memset(w->host_week, 0, hosts);
    memset(w->day_rows, 0, days);
    memset(w->day_hours, 0, days);
    memset(w->day_week, 0, days);
    w->node++;
}

static void count_row(struct search *s, uint32_t row)
{
    struct oddi_scope_work *w = s->w;
    const struct oddi_scope_data *d = w->data;
    uint32_t host = d->host[row], day = d->day[row];

    oddi_scope_bins_add(&d->bins, row, w->hist);
    s->out->hosts += w->host_rows[host]++ == 0;
    s->out->days += w->day_rows[day]++ == 0;
    s->out->host_days += w->host_day_seen[d->host_day[row]] != w->node;
    w->host_day_seen[d->host_day[row]] = w->node;
    w->host_hours[host] |= 1u << d->rows->key[row].hour;
    w->day_hours[day] |= 1u << d->rows->key[row].hour;
    w->host_week[host] |= 1u << d->rows->key[row].weekday;
    w->day_week[day] |= 1u << d->rows->key[row].weekday;
}

/* ---- Candidates -------------------------------------------------------------------------------------------------- */

/* n D of the cut whose inside has histogram work->inside and n_inside rows. */
static double saved_by(const struct search *s, size_t n_inside)
{
    const struct oddi_scope_work *w = s->w;
    const double *g = w->data->entropy;
    const uint32_t *all = w->hist, *in = w->inside;
    double sum = (double)w->data->bins.n_features * (g[s->n] - g[n_inside] - g[s->n - n_inside]), bins = 0;

    for (size_t b = 0; b < w->data->bins.n_codes; b++)
        bins += g[all[b]] - g[in[b]] - g[all[b] - in[b]];
    return sum - bins;
}

static void try_candidate(struct search *s, struct oddi_scope_choice choice, size_t n_inside)
{
    bool cyclic = choice.dim == ODDI_CUT_HOURS || choice.dim == ODDI_CUT_WEEKDAYS;
    bool of_host = !cyclic && s->w->data->values[choice.values].of_host;
    struct oddi_scope_choice *best = of_host ? &s->net : &s->other;

    s->out->candidates++;
    choice.saved = saved_by(s, n_inside);
    if (choice.saved > best->saved)
        *best = choice;
}

static bool rows_suffice(const struct search *s, size_t n_inside)
{
    return n_inside >= s->w->options->min_rows && s->n - n_inside >= s->w->options->min_rows;
}

/* Values with enough rows, ascending by key; also puts the node's rows into groups by value. start of the group of
 * values[k] goes to value_rows, which holds the ends afterwards. */
static size_t find_values(const struct search *s, const struct oddi_scope_values *v)
{
    struct oddi_scope_work *w = s->w;
    size_t n_values = 0;

    for (size_t i = 0; i < s->n; i++)
        if (v->value[s->row[i]] != ODDI_NO_ID)
            w->value_rows[v->value[s->row[i]]]++;
    for (size_t value = 0; value < v->id.n; value++) {
        size_t k;

        if (!rows_suffice(s, w->value_rows[value])) {
            w->value_rows[value] = UINT32_MAX;
            continue;
        }
        for (k = n_values++; k > 0 && v->id.key[w->values[k - 1]] > v->id.key[value]; k--)
            w->values[k] = w->values[k - 1];
        w->values[k] = (uint32_t)value;
    }
    return n_values;
}

static void group_rows(const struct search *s, const struct oddi_scope_values *v, size_t n_values)
{
    struct oddi_scope_work *w = s->w;
    uint32_t start = 0;

    for (size_t k = 0; k < n_values; k++) {
        uint32_t n = w->value_rows[w->values[k]];

        w->value_rows[w->values[k]] = start;
        start += n;
    }
    for (size_t i = 0; i < s->n; i++) {
        uint32_t value = v->value[s->row[i]];

        if (value != ODDI_NO_ID && w->value_rows[value] != UINT32_MAX)
            w->grouped[w->value_rows[value]++] = s->row[i];
    }
}

/* Whether both sides have enough of a unit (hosts or days), the rows [from, to) of `grouped` being the inside. */
static bool units_suffice(const struct search *s, const uint32_t *unit, const uint32_t *in_node,
                          uint32_t *in_side, size_t n_units, size_t from, size_t to, size_t min)
{
    const uint32_t *row = s->w->grouped;
    size_t inside = 0, whole = 0;

    for (size_t i = from; i < to; i++)
        inside += in_side[unit[row[i]]]++ == 0;
    for (size_t i = from; i < to; i++) {
        uint32_t *count = &in_side[unit[row[i]]];

        whole += *count == in_node[unit[row[i]]];
        *count = 0;
    }
    return inside >= min && n_units - whole >= min;
}

static void try_value(struct search *s, size_t dimension, uint32_t value, size_t from, size_t to)
{
    struct oddi_scope_work *w = s->w;
    const struct oddi_scope_data *d = w->data;

    if (!units_suffice(s, d->host, w->host_rows, w->host_inside, s->out->hosts, from, to,
                       w->options->min_hosts) ||
        !units_suffice(s, d->day, w->day_rows, w->day_inside, s->out->days, from, to, w->options->min_days))
        return;
    memset(w->inside, 0, d->bins.n_codes * sizeof(uint32_t));
    for (size_t i = from; i < to; i++)
        oddi_scope_bins_add(&d->bins, w->grouped[i], w->inside);
    try_candidate(
        s, (struct oddi_scope_choice){.dim = d->values[dimension].dim, .values = dimension, .value = value},
        to - from);
}

static void try_values(struct search *s, size_t dimension)
{
    struct oddi_scope_work *w = s->w;
    const struct oddi_scope_values *v = &w->data->values[dimension];
    size_t n_values = find_values(s, v), from = 0;

    if (n_values > 0)
        group_rows(s, v, n_values);
    for (size_t k = 0; k < n_values; k++) {
        size_t to = w->value_rows[w->values[k]];

        try_value(s, dimension, w->values[k], from, to);
        from = to;
    }
    memset(w->value_rows, 0, v->id.n * sizeof(uint32_t));
}

/* ---- Cyclic ranges ------------------------------------------------------------------------------------------------ */

struct cycle {
    enum oddi_cut_kind dim;
    uint8_t period, shortest, longest;
    uint32_t *hist;
    const uint32_t *host_set, *day_set;
};

/* Values [first, first + length) of the cycle as a bit set. */
static uint32_t range_set(const struct cycle *c, unsigned first, unsigned length)
{
    uint64_t run = ((UINT64_C(1) << length) - 1) << first;

    return (uint32_t)((run | run >> c->period) & ((UINT64_C(1) << c->period) - 1));
}

/* Whether at least `min` of the sets meet `set`. */
static bool enough_meet(const uint32_t *sets, size_t n, uint32_t set, size_t min)
{
    size_t met = 0;

    for (size_t i = 0; i < n && met < min; i++)
        met += (sets[i] & set) != 0;
    return met >= min;
}

/* What a day of the week does is seen from the second one on: a week's only Friday to Sunday are three days of nothing. */
static size_t days_needed(const struct search *s, const struct cycle *c, uint32_t set)
{
    size_t twice = c->dim == ODDI_CUT_WEEKDAYS ? 2 * (size_t)__builtin_popcount(set) : 0;

    return twice > s->w->options->min_days ? twice : s->w->options->min_days;
}

static bool range_suffices(const struct search *s, const struct cycle *c, uint32_t set)
{
    const struct oddi_scope_data *d = s->w->data;
    const struct oddi_scope_options *o = s->w->options;
    uint32_t rest = ((1u << c->period) - 1) & ~set;

    return enough_meet(c->day_set, d->n_days, set, days_needed(s, c, set)) &&
           enough_meet(c->day_set, d->n_days, rest, o->min_days) &&
           enough_meet(c->host_set, d->n_hosts, set, o->min_hosts) &&
           enough_meet(c->host_set, d->n_hosts, rest, o->min_hosts);
}

static void try_ranges_from(struct search *s, const struct cycle *c, const uint32_t *rows_at, unsigned first)
{
    const struct oddi_scope_data *d = s->w->data;
    size_t codes = d->bins.n_codes, n_inside = 0;

    memset(s->w->inside, 0, codes * sizeof(uint32_t));
    for (unsigned length = 1; length <= c->longest; length++) {
        unsigned last = (first + length - 1) % c->period;

        n_inside += rows_at[last];
        for (size_t b = 0; b < codes; b++)
            s->w->inside[b] += c->hist[last * codes + b];
        if (length < c->shortest || (2 * length == c->period && first >= length) ||
            !rows_suffice(s, n_inside) || !range_suffices(s, c, range_set(c, first, length)))
            continue;
        try_candidate(
            s, (struct oddi_scope_choice){.dim = c->dim, .first = (uint8_t)first, .last = (uint8_t)last},
            n_inside);
    }
}

static void try_ranges(struct search *s, const struct cycle *c)
{
    const struct oddi_scope_data *d = s->w->data;
    uint32_t rows_at[ODDI_SCOPE_HOURS] = {0};

    memset(c->hist, 0, c->period * d->bins.n_codes * sizeof(uint32_t));
    for (size_t i = 0; i < s->n; i++) {
        const struct oddi_row_key *key = &d->rows->key[s->row[i]];
        unsigned v = c->dim == ODDI_CUT_HOURS ? key->hour : key->weekday;

        rows_at[v]++;
        oddi_scope_bins_add(&d->bins, s->row[i], c->hist + v * d->bins.n_codes);
    }
    for (unsigned first = 0; first < c->period; first++)
        try_ranges_from(s, c, rows_at, first);
}

/* ---- The best ------------------------------------------------------------------------------------------------------- */

double oddi_scope_gain(double lambda, double saved, double n, double n_eff, size_t spare_bins,
                       uint32_t candidates)
{
    return n_eff * (saved / n) - lambda * ((double)spare_bins / 2) * log(n_eff) - log(candidates);
}

/* Bins occupied in the node beyond the first of each feature. */
static size_t spare_bins(const struct oddi_scope_work *w)
{
    size_t occupied = 0;

    for (size_t b = 0; b < w->data->bins.n_codes; b++)
        occupied += w->hist[b] > 0;
    return occupied - w->data->bins.n_features;
}

static void weigh(struct search *s, const struct oddi_scope_choice *choice, double n_eff)
{
    struct oddi_scope_best *out = s->out;
    double n = (double)s->n, gain, priority;

    if (choice->saved < 0)
        return;
    gain = oddi_scope_gain(s->w->options->lambda, choice->saved, n, n_eff, spare_bins(s->w), out->candidates);
    priority = gain * n / n_eff;
    if (gain > 0 && priority > out->priority) {
        out->gain = gain;
        out->priority = priority;
        out->choice = *choice;
    }
}

static double effective_hosts(const struct oddi_scope_work *w)
{
    double sum = 0;

    for (size_t h = 0; h < w->data->n_hosts; h++)
        if (w->host_rows[h] > 0)
            sum += oddi_scope_effective(w->data->rho, w->host_rows[h]);
    return sum;
}

void oddi_scope_best(struct oddi_scope_work *w, const uint32_t *row, size_t n, struct oddi_scope_best *out)
{
    struct search s = {.w = w, .row = row, .n = n, .out = out, .net.saved = -1, .other.saved = -1};
    struct cycle hours = {.dim = ODDI_CUT_HOURS,
                          .period = ODDI_SCOPE_HOURS,
                          .shortest = 2,
                          .longest = ODDI_SCOPE_HOURS / 2,
                          .hist = w->hour_hist,
                          .host_set = w->host_hours,
                          .day_set = w->day_hours};
    struct cycle week = {.dim = ODDI_CUT_WEEKDAYS,
                         .period = ODDI_SCOPE_WEEKDAYS,
                         .shortest = 1,
                         .longest = 3,
                         .hist = w->week_hist,
                         .host_set = w->host_week,
                         .day_set = w->day_week};

    *out = (struct oddi_scope_best){.rows = n};
    clear_units(w);
    for (size_t i = 0; i < n; i++)
        count_row(&s, row[i]);
    for (size_t v = 0; v < w->data->n_values; v++)
        try_values(&s, v);
    try_ranges(&s, &hours);
    try_ranges(&s, &week);
    weigh(&s, &s.net, effective_hosts(w));
    weigh(&s, &s.other, (double)out->host_days);
}

static bool in_range(unsigned value, unsigned first, unsigned last)
{
    return first <= last ? value >= first && value <= last : value >= first || value <= last;
}

bool oddi_scope_choice_inside(const struct oddi_scope_data *data, const struct oddi_scope_choice *choice,
                              uint32_t row)
{
    const struct oddi_rows_view *rows = data->rows;
    uint8_t value;

    if (choice->dim != ODDI_CUT_HOURS && choice->dim != ODDI_CUT_WEEKDAYS)
        return data->values[choice->values].value[row] == choice->value;
    value = choice->dim == ODDI_CUT_HOURS ? rows->key[row].hour : rows->key[row].weekday;
    return in_range(value, choice->first, choice->last);
}
