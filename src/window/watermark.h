/*
 * The watermark of one source: how far its time has come.
 *
 * The first value is the median of the first 16 times, so that one row of 1970 or 2106 at the top of a file decides
 * nothing. Then the greatest time counts, but for a jump of more than a day, which needs 8 confirming rows: eight rows
 * that are all more than a day ahead, within 64 rows; the least of them becomes the watermark.
 */
#ifndef ODDFLOW_WINDOW_WATERMARK_H
#define ODDFLOW_WINDOW_WATERMARK_H

#include <stdbool.h>
#include <stdint.h>

enum { ODDI_WATERMARK_FIRST = 16, ODDI_WATERMARK_CONFIRM = 8, ODDI_WATERMARK_SPAN = 64 };

struct oddi_watermark {
    int64_t value; /* greatest accepted time; INT64_MIN until the first 16 are seen */
    uint64_t seen;
    int64_t first[ODDI_WATERMARK_FIRST];
    int64_t
        ahead[ODDI_WATERMARK_CONFIRM]; /* ring of the last rows that were a day ahead, and when they came */
    uint64_t ahead_at[ODDI_WATERMARK_CONFIRM];
    unsigned n_ahead;
};

void oddi_watermark_init(struct oddi_watermark *w);
void oddi_watermark_see(struct oddi_watermark *w, int64_t ts);

/* As seeing n times that are all at most a day beyond the value, the greatest of which is `greatest`. Only after the
 * first 16. */
static inline void oddi_watermark_see_run(struct oddi_watermark *w, uint64_t n, int64_t greatest)
{
    w->seen += n;
    if (greatest > w->value)
        w->value = greatest;
}

/* The least time that would be a jump. */
int64_t oddi_watermark_jump(const struct oddi_watermark *w);
/* True once the value is set. */
static inline bool oddi_watermark_known(const struct oddi_watermark *w)
{
    return w->seen >= ODDI_WATERMARK_FIRST;
}

#endif
