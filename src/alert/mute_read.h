/* The text of mute rules, read and checked. */
#ifndef ODDFLOW_ALERT_MUTE_READ_H
#define ODDFLOW_ALERT_MUTE_READ_H

#include "alert/mute.h"

struct oddi_mute_file {
    char *text; /* what the rules point into */
    struct oddi_mute_rule *rules;
    struct oddi_expr **exprs;
    size_t n, cap_rules, cap_exprs;
};

/* As oddi_mute_new says. *out is zeroed and filled; to be cleared in any case. */
enum odd_status oddi_mute_read(const char *text, size_t n, const struct oddi_mute_options *options,
                               struct oddi_mute_file *out, char *show, size_t show_size,
                               struct odd_error *err) ODD_MUST_CHECK;
void oddi_mute_file_clear(struct oddi_mute_file *f);

#endif
