#include "base/param.h"

#include <string.h>

/* Longer words are not mistyped options but something else; the cap also bounds the table on the stack. */
#define MAX_WORD 64

static unsigned lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A' + 'a') : (unsigned char)c;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours; each costs 1 (Damerau 1964). */
static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned rows[3][MAX_WORD + 1], *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = before[j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned differs = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]) &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
        unsigned *spare = before;
        before = above, above = row, row = spare;
    }
    return above[m];
}

const char *oddi_suggest(const char *word, const char *const *candidates, size_t n)
{
    const char *best = NULL;
    size_t length = strnlen(word, MAX_WORD + 1);
    unsigned best_distance = MAX_WORD;
    if (length == 0 || length > MAX_WORD)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t m = strnlen(candidates[i], MAX_WORD + 1);
        if (m > MAX_WORD)
            continue;
        unsigned d = distance(word, length, candidates[i], m);
        if (d < best_distance && d <= (length > m ? length : m) / 3) {
            best_distance = d;
            best = candidates[i];
        }
    }
    return best;
}
