#include "detect/dbscan_cells.h"

#include <math.h>
#include <string.h>

#define MIN_ROWS        256
#define MAX_INTERVALS   65535
#define FEW_INTERVALS   4096
#define MAX_MIN_SAMPLES 32 /* beyond this the ends of a cell are dear to find */
#define LANES           4 /* counters side by side, so that equal intervals in a row do not wait for each other */

static void range_of(const double *x, size_t n, double *lo, double *hi)
{
    double a[LANES], b[LANES];

    for (size_t k = 0; k < LANES; k++)
        a[k] = b[k] = x[n - 1];
    for (size_t i = 0; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            a[k] = x[i + k] < a[k] ? x[i + k] : a[k];
            b[k] = x[i + k] > b[k] ? x[i + k] : b[k];
        }
    }
    for (size_t i = n - n % LANES; i < n; i++) {
        a[0] = x[i] < a[0] ? x[i] : a[0];
        b[0] = x[i] > b[0] ? x[i] : b[0];
    }
    *lo = a[0];
    *hi = b[0];
    for (size_t k = 1; k < LANES; k++) {
        *lo = a[k] < *lo ? a[k] : *lo;
        *hi = b[k] > *hi ? b[k] : *hi;
    }
}

/* Intervals just narrower than eps. False if they would be too many, or the numbers do not allow it. */
static bool lay_grid(struct oddi_cells *c, const struct oddi_dbscan_rule *rule, const double *x, size_t n)
{
    double hi, intervals;

    range_of(x, n, &c->lo, &hi);
    c->scale = 1 / (rule->eps * (1 - 0x1p-40));
    intervals = (hi - c->lo) * c->scale;
    if (!(intervals < MAX_INTERVALS) || intervals > (double)n / 2 || !(c->scale < INFINITY))
        return false;
    c->intervals = (size_t)intervals + 1;
    return true;
}

/* The interval of each row, and how many rows each has. Rounding is monotone: intervals do not interleave. */
static void count_intervals(struct oddi_cells *c, const double *x, uint32_t *count)
{
    const size_t n = c->n, intervals = c->intervals, lanes = intervals <= FEW_INTERVALS ? LANES : 1;
    const double lo = c->lo, scale = c->scale;
    uint16_t *at = c->at;

    memcpy(c->all, x, n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        at[i] = (uint16_t)(int32_t)((x[i] - lo) * scale);
    memset(count, 0, lanes * intervals * sizeof *count);
    for (size_t i = 0; i < n; i++)
        count[(i & (lanes - 1)) * intervals + at[i]]++; /* lanes is a power of 2 */
    for (size_t k = 0; k < intervals; k++) {
        for (size_t lane = 1; lane < lanes; lane++)
            count[k] += count[lane * intervals + k];
    }
}

/* Gives a cell to each interval with more points than it would keep. */
static void choose_cells(struct oddi_cells *c, const uint32_t *count)
{
    c->n_cells = 0;
    c->n_kept = c->n;
    for (size_t k = 0; k < c->intervals; k++) {
        bool dense = count[k] > 2 * c->ends;

        c->slot[k] = dense ? (uint32_t)c->n_cells++ : ODDI_CELLS_NONE;
        c->n_kept -= dense ? count[k] - 2 * c->ends : 0;
    }
}

static bool make_cells(struct oddi_cells *c)
{
    const size_t ends = c->ends, n = c->n_cells * 2 * ends;
    double *values;
    uint32_t *rows;

    if (!oddi_room(&c->cell_room, c->n_cells, sizeof *c->cell) ||
        !oddi_room(&c->ends_room, n, sizeof *values + sizeof *rows) ||
        !oddi_room(&c->kept_room, c->n_kept, sizeof *c->kept + sizeof *c->kept_row))
        return false;
    c->cell = c->cell_room.at;
    c->kept = c->kept_room.at;
    c->kept_row = (uint32_t *)(c->kept + c->n_kept);
    values = c->ends_room.at;
    rows = (uint32_t *)(values + n);
    for (size_t k = 0; k < c->n_cells; k++, values += 2 * ends, rows += 2 * ends) {
        c->cell[k] = (struct oddi_cell){.low = values,
                                        .high = values + ends,
                                        .low_row = rows,
                                        .high_row = rows + ends,
                                        .first_row = ODDI_CELLS_NONE};
        for (size_t i = 0; i < ends; i++) {
            values[i] = INFINITY;
            values[ends + i] = -INFINITY;
        }
    }
    return true;
}

/* Takes a value among the least or greatest, of which the last now goes. Equal values stay in row order, so that the
 * lowest row of every kept value is kept. */
static void take_low(struct oddi_cell *cell, size_t ends, double x, uint32_t row)
{
    size_t k = ends - 1;

    for (; k > 0 && cell->low[k - 1] > x; k--) {
        cell->low[k] = cell->low[k - 1];
        cell->low_row[k] = cell->low_row[k - 1];
    }
    cell->low[k] = x;
    cell->low_row[k] = row;
}

static void take_high(struct oddi_cell *cell, size_t ends, double x, uint32_t row)
{
    size_t k = ends - 1;

    for (; k > 0 && cell->high[k - 1] < x; k--) {
        cell->high[k] = cell->high[k - 1];
        cell->high_row[k] = cell->high_row[k - 1];
    }
    cell->high[k] = x;
    cell->high_row[k] = row;
}

/* Finds the ends of the cells, and keeps the points outside them. */
static void find_ends(struct oddi_cells *c, const double *x)
{
    const size_t last = c->ends - 1;

    c->n_kept = 0;
    for (size_t i = 0; i < c->n; i++) {
        uint32_t slot = c->slot[c->at[i]];
        struct oddi_cell *cell;

        if (slot == ODDI_CELLS_NONE) {
            c->kept[c->n_kept] = x[i];
            c->kept_row[c->n_kept++] = (uint32_t)i;
            continue;
        }
        cell = &c->cell[slot];
        if (x[i] < cell->low[last]) {
            take_low(cell, c->ends, x[i], (uint32_t)i);
            if (cell->first_row == ODDI_CELLS_NONE)
                cell->first_row = (uint32_t)i;
        }
        if (x[i] > cell->high[last])
            take_high(cell, c->ends, x[i], (uint32_t)i);
    }
}

/* Keeps the ends of a cell. A row may be kept as one of the least and one of the greatest, but no value is kept more
 * often than it occurs, since the cell has more points than that. */
static void keep_ends(struct oddi_cells *c, const struct oddi_cell *cell)
{
    memcpy(c->kept + c->n_kept, cell->low, c->ends * sizeof *c->kept);
    memcpy(c->kept_row + c->n_kept, cell->low_row, c->ends * sizeof *c->kept_row);
    c->n_kept += c->ends;
    memcpy(c->kept + c->n_kept, cell->high, c->ends * sizeof *c->kept);
    memcpy(c->kept_row + c->n_kept, cell->high_row, c->ends * sizeof *c->kept_row);
    c->n_kept += c->ends;
}

enum oddi_condensed oddi_cells_condense(struct oddi_cells *c, const struct oddi_dbscan_rule *rule,
                                        const double *x, size_t n)
{
    uint32_t *count;

    if (n < MIN_ROWS || rule->min_samples > MAX_MIN_SAMPLES || !lay_grid(c, rule, x, n))
        return ODDI_CONDENSED_NOT_WORTH_IT;
    if (!oddi_room(&c->all_room, n, sizeof *c->all + sizeof *c->at) ||
        !oddi_room(&c->count_room, (LANES + 2) * c->intervals, sizeof *c->slot))
        return ODDI_CONDENSED_NO_MEMORY;
    c->n = n;
    c->ends = rule->min_samples;
    c->all = c->all_room.at;
    c->at = (uint16_t *)(c->all + n);
    c->slot = c->count_room.at;
    c->label = (int32_t *)(c->slot + c->intervals);
    count = c->slot + 2 * c->intervals;
    count_intervals(c, x, count);
    choose_cells(c, count);
    if (c->n_kept > n / 2)
        return ODDI_CONDENSED_NOT_WORTH_IT;
    if (!make_cells(c))
        return ODDI_CONDENSED_NO_MEMORY;
    find_ends(c, x);
    for (size_t k = 0; k < c->n_cells; k++) {
        double width = c->cell[k].high[0] - c->cell[k].low[0];

        if (!(width * width <= rule->eps2)) /* not for ordinary numbers: the interval is narrower than eps */
            return ODDI_CONDENSED_NOT_WORTH_IT;
        keep_ends(c, &c->cell[k]);
    }
    return ODDI_CONDENSED;
}

bool oddi_cells_hide(const struct oddi_cells *c, double x)
{
    double interval = (x - c->lo) * c->scale;
    uint32_t slot;

    if (!(interval >= 0 && interval < (double)c->intervals))
        return false;
    slot = c->slot[(size_t)interval];
    return slot != ODDI_CELLS_NONE && c->cell[slot].low[c->ends - 1] < x &&
           x < c->cell[slot].high[c->ends - 1];
}

void oddi_cells_free(struct oddi_cells *c)
{
    oddi_room_free(&c->all_room);
    oddi_room_free(&c->count_room);
    oddi_room_free(&c->cell_room);
    oddi_room_free(&c->ends_room);
    oddi_room_free(&c->kept_room);
    *c = (struct oddi_cells){0};
}
