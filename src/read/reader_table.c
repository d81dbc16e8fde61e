#include "read/reader.h"

#include <string.h>

/* A new reader is one file and one line here. */
#define READERS(X)                                                                                           \
    X(binetflow)                                                                                             \
    X(csv)                                                                                                   \
    X(tsv)                                                                                                   \
    X(zeek)                                                                                                  \
    /* sorted by name */

#define DECLARE(name) extern const struct oddi_reader oddi_reader_##name;
#define POINTER(name) &oddi_reader_##name,
READERS(DECLARE)
static const struct oddi_reader *const table[] = {READERS(POINTER)};

const struct oddi_reader *oddi_reader_at(size_t i)
{
    return i < sizeof table / sizeof *table ? table[i] : NULL;
}

const struct oddi_reader *oddi_reader_find(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i]->name, name))
            return table[i];
    return NULL;
}

const struct oddi_reader *oddi_reader_sniff(const char *head, size_t n, bool eof)
{
    const struct oddi_reader *best = NULL;
    int confidence = 0;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int c = table[i]->sniff(head, n, eof);

        if (c > confidence) {
            confidence = c;
            best = table[i];
        }
    }
    return best;
}
