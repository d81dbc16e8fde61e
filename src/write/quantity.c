#include "write/quantity.h"

#include <math.h>

#include "base/num.h"
#include "flow/field.h"

/* Up to 2^53 every whole double is shown in full; from 1e5 on, oddi_format_quantity() shows whole numbers only. */
#define WHOLE_LIMIT 0x1p53
#define WHOLE_FROM  1e5
#define FEW_DIGITS  6

const char *oddi_quantity_unit(const char *feature)
{
    enum oddi_field field = oddi_field_find(feature, strlen(feature), NULL);

    return field < ODDI_N_FIELDS && strcmp(oddi_field_row(field)->unit, "s") == 0 ? " s" : "";
}

static double greatest_size(const struct oddi_reason *r)
{
    double size = fmax(fabs(r->value), fabs(r->nearest_value));

    size = fmax(size, fmax(fabs(r->expected_low), fabs(r->expected_high))); /* fmax passes over NaN */
    return fmax(size, fabs(r->normal_at));
}

int oddi_quantity_digits(const struct oddi_reason *r, bool whole)
{
    double size = greatest_size(r);
    double gap = fabs(r->value - (isnan(r->normal_at) ? r->nearest_value : r->normal_at));
    double unit = size >= WHOLE_FROM && size < WHOLE_LIMIT ? 1 : size * 1e-5;
    int digits = FEW_DIGITS;

    if (whole && size < WHOLE_LIMIT)
        return digits;
    if (!(gap > 0) || unit <= gap / 100)
        return digits;
    for (unit = size * 1e-5; digits < 17 && unit > gap / 100; digits++)
        unit /= 10;
    return digits;
}

void oddi_quantity_add(struct oddi_buf *out, double v, int digits)
{
    char text[ODDI_NUM_MAX];

    oddi_buf_add(out, text,
                 digits <= FEW_DIGITS ? oddi_format_quantity(text, v) : oddi_format_double(text, v, digits));
}

/* v rounded to `digits` digits, upwards (away = 1) or downwards (-1). */
static double round_away(double v, int digits, int away)
{
    char text[ODDI_NUM_MAX];
    double near = v;

    if (!oddi_parse_double(text, oddi_format_double(text, v, digits), &near) || (near - v) * away >= 0)
        return near;
    return near + away * pow(10, floor(log10(fabs(near))) - digits + 1);
}

void oddi_quantity_add_limit(struct oddi_buf *out, const struct oddi_reason *r, int digits)
{
    int away = r->normal_at < r->value ? -1 : 1;
    double v = r->normal_at, size = fabs(v);
    double whole = away < 0 ? floor(v) : ceil(v);
    bool in_full = digits <= FEW_DIGITS && size < WHOLE_LIMIT; /* of a whole number every digit is shown */

    if (in_full && (size >= WHOLE_FROM || v == whole))
        v = whole;
    else
        v = round_away(v, digits, away);
    oddi_quantity_add(out, v, digits);
}
