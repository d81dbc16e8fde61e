#include "window/watermark.h"

#include <string.h>

#include "flow/time.h"

void oddi_watermark_init(struct oddi_watermark *w)
{
    memset(w, 0, sizeof *w);
    w->value = INT64_MIN;
}

int64_t oddi_watermark_jump(const struct oddi_watermark *w)
{
    int64_t jump;

    if (__builtin_add_overflow(w->value, ODDI_DAY + 1, &jump))
        return INT64_MAX;
    return jump;
}

/* The lower median of the first times; they are few: insertion sort. */
static int64_t median(int64_t *t)
{
    for (int i = 1; i < ODDI_WATERMARK_FIRST; i++) {
        int64_t v = t[i];
        int j = i;

        for (; j > 0 && t[j - 1] > v; j--)
            t[j] = t[j - 1];
        t[j] = v;
    }
    return t[(ODDI_WATERMARK_FIRST - 1) / 2];
}

static void see_ahead(struct oddi_watermark *w, int64_t ts)
{
    const unsigned n = ODDI_WATERMARK_CONFIRM;
    unsigned at = w->n_ahead % n;
    int64_t least = ts;

    w->ahead[at] = ts;
    w->ahead_at[at] = w->seen;
    w->n_ahead++;
    if (w->n_ahead < n || w->seen - w->ahead_at[(at + 1) % n] >= ODDI_WATERMARK_SPAN)
        return;
    for (unsigned i = 0; i < n; i++)
        if (w->ahead[i] < least)
            least = w->ahead[i];
    if (least > w->value)
        w->value = least;
    w->n_ahead = 0;
}

void oddi_watermark_see(struct oddi_watermark *w, int64_t ts)
{
    if (w->seen < ODDI_WATERMARK_FIRST) {
        w->first[w->seen++] = ts;
        if (w->seen == ODDI_WATERMARK_FIRST)
            w->value = median(w->first);
        return;
    }
    w->seen++;
    if (ts >= oddi_watermark_jump(w))
        see_ahead(w, ts);
    else if (ts > w->value)
        w->value = ts;
}
