/*
 * Generated traffic: CTU-13-shaped binetflow with planted, labelled attacks. Deterministic: the same options give the
 * same bytes on every machine and build.
 */
#ifndef ODDFLOW_SYNTH_SYNTH_H
#define ODDFLOW_SYNTH_SYNTH_H

#include "base/error.h"

struct oddi_synth_options {
    uint64_t flows; /* rows in all, attacks included */
    uint64_t seed;
    double rate;         /* flows per minute */
    int64_t start;       /* ns, first flow at or after it */
    const char *attacks; /* "none", "all", or "KIND[:LOUDNESS],..." */
    bool header;
};

/* synth_table.c: the kinds of attack; NULL past the end. Parameters are documented rows ("loudness"). */
const struct odd_entry *oddi_attack_at(size_t i);

enum odd_status oddi_synth(const struct oddi_synth_options *options, odd_write_fn write, void *ctx,
                           struct odd_error *err) ODD_MUST_CHECK;

#endif
