#include "write/lay.h"

#include "base/json.h"

enum { MIN_WIDTH = 80 };

/* Columns that UTF-8 text takes: one a character, for want of a table of widths. */
static size_t columns(const char *s, size_t n)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        k += ((unsigned char)s[i] & 0xc0) != 0x80;
    return k;
}

void oddi_lay_init(struct oddi_lay *lay, const struct oddi_write_options *o, struct oddi_buf *out,
                   size_t indent)
{
    *lay = (struct oddi_lay){.out = out,
                             .color = o->color,
                             .indent = indent,
                             .width = o->width < MIN_WIDTH ? MIN_WIDTH : o->width,
                             .fresh = true};
    oddi_buf_init(&lay->item, 0);
}

static void blanks(struct oddi_lay *lay, size_t n)
{
    lay->column += n;
    while (n-- > 0)
        oddi_buf_char(lay->out, ' ');
}

static void new_line(struct oddi_lay *lay)
{
    oddi_buf_char(lay->out, '\n');
    lay->column = lay->due = 0;
    blanks(lay, lay->indent);
    lay->fresh = true;
}

static void put_styled(struct oddi_lay *lay, const char *s, size_t n, const char *style)
{
    bool styled = lay->color && style;

    if (styled) {
        oddi_buf_str(lay->out, "\x1b[");
        oddi_buf_str(lay->out, style);
        oddi_buf_char(lay->out, 'm');
    }
    oddi_buf_add(lay->out, s, n);
    if (styled)
        oddi_buf_str(lay->out, "\x1b[0m");
}

/* Blanks that are due and then the piece, on a new line if it does not fit this one. */
static void put_piece(struct oddi_lay *lay, const char *s, size_t n, const char *style)
{
    size_t wide = columns(s, n);

    if (!lay->fresh && lay->column + lay->due + wide > lay->width)
        new_line(lay);
    blanks(lay, lay->due);
    put_styled(lay, s, n, style);
    lay->column += wide;
    lay->due = 0;
    lay->fresh = false;
}

static void clear_item(struct oddi_lay *lay)
{
    if (!oddi_buf_ok(&lay->item))
        lay->out->failed = true;
    oddi_buf_clear(&lay->item);
}

void oddi_lay_put(struct oddi_lay *lay, size_t pad, bool right, const char *style)
{
    size_t wide = columns(lay->item.data, lay->item.size), fill = wide < pad ? pad - wide : 0;

    if (right)
        lay->due += fill;
    put_piece(lay, lay->item.data, lay->item.size, style);
    lay->due = 2 + (right ? 0 : fill);
    clear_item(lay);
}

/* Up to and with the "; " that ends the clause, or all. */
static size_t clause_size(const char *s, size_t n)
{
    const char *end = memmem(s, n, "; ", 2);

    return end ? (size_t)(end - s) + 2 : n;
}

static void put_words(struct oddi_lay *lay, const char *s, size_t n, const char *style)
{
    while (n) {
        const char *blank = memchr(s, ' ', n);
        size_t word = blank ? (size_t)(blank - s) : n, step = blank ? word + 1 : word;

        put_piece(lay, s, word, style);
        lay->due = 1;
        s += step;
        n -= step;
    }
}

void oddi_lay_words(struct oddi_lay *lay, const char *style)
{
    const char *s = lay->item.data;
    size_t left = lay->item.size;

    if (left && !lay->fresh)
        new_line(lay);
    while (left) {
        size_t n = clause_size(s, left), wide = columns(s, n < left ? n - 1 : n);

        if (!lay->fresh && lay->column + 1 + wide > lay->width && wide <= lay->width - lay->indent)
            new_line(lay);
        put_words(lay, s, n, style);
        s += n;
        left -= n;
    }
    clear_item(lay);
}

void oddi_lay_reason(struct oddi_lay *lay, const struct oddi_write_options *o,
                     const struct oddi_window_result *w, const struct oddi_verdict *v)
{
    struct oddi_buf raw;

    oddi_buf_init(&raw, 0);
    oddi_write_reason(&raw, o, w, v);
    if (raw.size)
        oddi_terminal_escape(&lay->item, raw.data, raw.size);
    if (!oddi_buf_ok(&raw))
        lay->out->failed = true;
    oddi_buf_free(&raw);
    oddi_lay_words(lay, NULL);
}

void oddi_lay_end(struct oddi_lay *lay)
{
    oddi_buf_char(lay->out, '\n');
    lay->column = lay->due = 0;
    lay->fresh = true;
}

void oddi_lay_clear(struct oddi_lay *lay)
{
    clear_item(lay);
    oddi_buf_free(&lay->item);
}
