#include "write/write.h"

#include "base/num.h"

struct state {
    const struct oddi_write_options *options;
};

static enum odd_status open(void *state, const struct oddi_write_options *options, struct odd_error *err)
{
    struct state *s = state;

    (void)err;
    s->options = options;
    return ODD_OK;
}

static void begin(const void *state, struct oddi_buf *out)
{
    (void)state;
    oddi_buf_str(out, "row score\n");
}

static void window_begin(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    (void)state;
    (void)w;
    (void)out;
}

/* One line a row: its number in its file and its score ("-" where there is nothing to compare with). */
static void row(const void *state, const struct oddi_write_row *row, struct oddi_buf *out)
{
    char text[ODDI_NUM_MAX];

    (void)state;
    oddi_buf_add(out, text, oddi_format_u64(text, row->verdict->row));
    oddi_buf_char(out, ' ');
    if (row->verdict->score == row->verdict->score)
        oddi_buf_add(out, text, oddi_format_score(text, row->verdict->score));
    else
        oddi_buf_char(out, '-');
    oddi_buf_char(out, '\n');
}

static void window_end(const void *state, const struct oddi_window_result *w, struct oddi_buf *out)
{
    (void)state;
    (void)w;
    (void)out;
}

static void end(const void *state, const struct odd_ledger *ledger, struct oddi_buf *out)
{
    (void)state;
    (void)ledger;
    (void)out;
}

static void close(void *state)
{
    (void)state;
}

extern const struct oddi_writer oddi_writer_template;
const struct oddi_writer oddi_writer_template = {
    .name = "template",
    .summary = "row numbers and scores",
    .details = "one line a row that is written: its number and its score",
    .state_size = sizeof(struct state),
    .open = open,
    .begin = begin,
    .window_begin = window_begin,
    .row = row,
    .window_end = window_end,
    .end = end,
    .close = close,
};
