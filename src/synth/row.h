/*
 * One generated flow and its line of text.
 *
 * Every text of a row comes from a table of padded words, so that it is copied at a fixed width, without a call.
 */
#ifndef ODDFLOW_SYNTH_ROW_H
#define ODDFLOW_SYNTH_ROW_H

#include "base/error.h"

/* Texts with their lengths. ODDI_WORD("tcp") and ODDI_LABEL("flow=Background") initialise them. */
struct oddi_word {
    uint8_t n;
    char s[15];
};
struct oddi_label {
    uint8_t n;
    char s[63];
};
#define ODDI_WORD(text)                                                                                      \
    {                                                                                                        \
        sizeof(text) - 1, text                                                                               \
    }
#define ODDI_LABEL(text) ODDI_WORD(text)

/* Who sent packets: decides which of the two types of service is known. */
enum oddi_way { ODDI_BOTH_WAYS, ODDI_ONE_WAY, ODDI_REPLY_ONLY, ODDI_NO_TOS };

/* A port: a number, ODDI_HEX + a number (Argus writes ICMP types so), or ODDI_NO_PORT. */
#define ODDI_HEX     UINT32_C(0x10000)
#define ODDI_NO_PORT UINT32_MAX

struct oddi_end {
    uint32_t addr; /* IPv4, the first octet in the highest byte */
    uint32_t port;
    const char *text; /* written instead of addr unless NULL */
};

struct oddi_row {
    int64_t time;      /* ns since the epoch; not before the row before */
    uint64_t duration; /* microseconds */
    const struct oddi_word *proto, *dir, *state;
    const struct oddi_label *label;
    struct oddi_end src, dst;
    enum oddi_way way;
    uint64_t pkts, bytes, src_bytes;
};

/* Lines on their way out. Big: belongs on the heap. */
#define ODDI_ROW_BUFFER (256 * 1024)
#define ODDI_ROW_MAX    512
struct oddi_row_writer {
    odd_write_fn write;
    void *ctx;
    size_t size;
    int64_t minute;   /* ns, start of the minute that `prefix` spells */
    char prefix[20];  /* "2011/08/16 10:01:" */
    uint8_t prefix_n; /* 0: none yet */
    char octet[256][4];
    uint8_t octet_n[256];
    char data[ODDI_ROW_BUFFER + ODDI_ROW_MAX];
};

void oddi_row_writer_init(struct oddi_row_writer *w, odd_write_fn write, void *ctx);
/* The line of column names. */
enum odd_status oddi_row_header(struct oddi_row_writer *w, struct odd_error *err) ODD_MUST_CHECK;
/* Appends the line of `row`; ODD_ERR_IO or ODD_ERR_CLOSED if bytes could not be handed over. */
enum odd_status oddi_row_write(struct oddi_row_writer *w, const struct oddi_row *row,
                               struct odd_error *err) ODD_MUST_CHECK;
/* Hands over what is left. */
enum odd_status oddi_row_flush(struct oddi_row_writer *w, struct odd_error *err) ODD_MUST_CHECK;

#endif
