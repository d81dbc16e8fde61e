/*
 * Mute rules (--mute FILE): what somebody has decided not to be told of, why, and until when.
 *
 * A rule begins with its `mute` line; the lines after it belong to it. # starts a comment, as in config files.
 *
 *     mute    = src_ip = 147.32.84.59 and service(proto, dst_port) = tcp/443
 *     owner   = Jana, campus network
 *     reason  = the proxy talks to everybody
 *     expires = 2011-09-01
 *     preset  = hosts,scans
 *
 * `mute` is a condition over the fields of what is judged: of a flow, or the keys and features of an entity; what it does not
 * have is null, and a condition that is not true mutes nothing. Beside the fields there are
 * the names that the caller gives (features, columns of the input). `owner`, `reason` and `expires` must be there: from that moment of flow time on (in the
 * zone of the run) the rule mutes nothing, but what it would have muted is counted. `preset` limits it to some presets. The
 * first rule that matches mutes a row and has the hit.
 */
#ifndef ODDFLOW_ALERT_MUTE_H
#define ODDFLOW_ALERT_MUTE_H

#include "expr/expr.h"

#define ODDI_MUTE_RULES_MAX 1000

struct oddi_mute_rule {
    const char *condition; /* canonical text */
    const char *owner, *reason;
    int64_t expires;     /* ns */
    const char *presets; /* as written; NULL: all */
    uint64_t line;       /* 1-based, of its `mute` line */
};

/* What a rule did. */
struct oddi_mute_count {
    uint64_t muted;   /* rows */
    uint64_t expired; /* rows that it would have muted, had it not expired, and that no other rule muted */
};

struct oddi_mute;

struct oddi_mute_options {
    const char *name;             /* of the file, for messages; may be NULL */
    const struct oddi_zone *zone; /* NULL = UTC; must outlive the rules */
    const struct oddi_net *home;  /* what in_home() means (expr/expr.h) */
    size_t n_home;
    const char *const *names; /* beside the fields, what a condition may speak of (numbers) */
    size_t n_names;
};

/* Reads rules from [text, text + n). ODD_ERR_USAGE with source and line; where a condition is at fault, `show` (show_size
 * bytes, may be NULL) gets its text and below it a line of carets, else "". */
enum odd_status oddi_mute_new(const char *text, size_t n, const struct oddi_mute_options *options,
                              struct oddi_mute **out, char *show, size_t show_size,
                              struct odd_error *err) ODD_MUST_CHECK;
void oddi_mute_free(struct oddi_mute *m); /* NULL is allowed */
size_t oddi_mute_size(const struct oddi_mute *m);
/* Rule i < size, and what it did so far. They live as long as m. */
const struct oddi_mute_rule *oddi_mute_rule(const struct oddi_mute *m, size_t i);
const struct oddi_mute_count *oddi_mute_count(const struct oddi_mute *m, size_t i);
/* The fields and other names that the rules read (expr/expr.h); `map` of an input is by these. */
size_t oddi_mute_needs(const struct oddi_mute *m, const struct oddi_expr_need **needs);

/* Says which of n rows of a window of `preset` (any n) are muted: muted[i] = true; and counts. One thread at a time. */
void oddi_mute_rows(struct oddi_mute *m, const char *preset, int64_t window_start,
                    const struct oddi_expr_input *in, size_t n, bool *muted);

#endif
