/* Laying items out in lines of a width, for the outputs that people read. */
#ifndef ODDFLOW_WRITE_LAY_H
#define ODDFLOW_WRITE_LAY_H

#include "write/write.h"

/* Colours; used only where the options ask for them. */
#define ODDI_STYLE_BOLD "1"
#define ODDI_STYLE_RED  "1;31"
#define ODDI_STYLE_DIM  "2"

/* A line that is filled item by item. Items two blanks apart; one that does not fit goes to the next line, indented. */
struct oddi_lay {
    struct oddi_buf *out;
    struct oddi_buf item; /* the next item is written here, then put */
    bool color;
    size_t indent, width;
    size_t column; /* where the line has got to */
    size_t due;    /* blanks to write before the next item of this line */
    bool fresh;    /* nothing on this line yet */
};

void oddi_lay_init(struct oddi_lay *lay, const struct oddi_write_options *o, struct oddi_buf *out,
                   size_t indent);
/* Puts the item as one piece, padded on the right (or, if `right`, on the left) to `pad` columns. style may be NULL. */
void oddi_lay_put(struct oddi_lay *lay, size_t pad, bool right, const char *style);
/* Puts the item as words one blank apart, starting a new indented line if something stands on this one. Lines break before
 * a clause (after "; ") rather than within it. */
void oddi_lay_words(struct oddi_lay *lay, const char *style);
/* Puts the reason of a verdict as words; nothing if there is none. */
void oddi_lay_reason(struct oddi_lay *lay, const struct oddi_write_options *o,
                     const struct oddi_window_result *w, const struct oddi_verdict *v);
/* Ends the line. */
void oddi_lay_end(struct oddi_lay *lay);
/* Frees the item; its failure, if any, becomes the buffer's. */
void oddi_lay_clear(struct oddi_lay *lay);

#endif
