/*
 * The field table: the one list of what a flow can have, with every dialect's name for it.
 *
 * Spellings are matched without regard to case, and to blanks, '_', '-' and '.' being different ("Flow Duration",
 * "flow_duration"); surrounding blanks never count. A spelling may carry the divisor that brings its numbers to
 * the field's unit (CICFlowMeter's "Flow Duration" is in microseconds: 1e6).
 */
#ifndef ODDFLOW_FLOW_FIELD_H
#define ODDFLOW_FLOW_FIELD_H

#include "oddflow/oddflow.h"

enum oddi_field {
    ODDI_TS_START,
    ODDI_TS_END,
    ODDI_DURATION,
    ODDI_PROTO,
    ODDI_SRC_IP,
    ODDI_SRC_PORT,
    ODDI_DST_IP,
    ODDI_DST_PORT,
    ODDI_SRC_BYTES,
    ODDI_DST_BYTES,
    ODDI_BYTES,
    ODDI_SRC_PKTS,
    ODDI_DST_PKTS,
    ODDI_PKTS,
    ODDI_STATE,
    ODDI_DIR,
    ODDI_TCP_FLAGS,
    ODDI_SRC_TOS,
    ODDI_DST_TOS,
    ODDI_LABEL,
    ODDI_EXPORTER,
    ODDI_N_FIELDS,
    ODDI_NO_FIELD = ODDI_N_FIELDS
};

enum oddi_type {
    ODDI_TYPE_TIME,   /* int64 ns */
    ODDI_TYPE_NUMBER, /* double */
    ODDI_TYPE_PROTO,  /* uint32, see proto.h */
    ODDI_TYPE_ADDR,   /* struct oddi_addr */
    ODDI_TYPE_PORT,   /* uint32 */
    ODDI_TYPE_TEXT    /* span of the record */
};

struct oddi_spelling {
    const char *name;    /* as its tool writes it */
    const char *dialect; /* "argus", "zeek", "eve", "ecs", "ipfix", "nfdump", "cicflowmeter", ... */
    double divisor;      /* 1 unless the tool's unit is smaller than ours */
};

struct oddi_field_row {
    enum oddi_field id;
    const char *name; /* canonical */
    enum oddi_type type;
    const char *unit; /* "s", "bytes", "packets", or "" */
    const char *help;
    const struct oddi_spelling *spellings;
    size_t n_spellings;
};

/* Row of a field; id < ODDI_N_FIELDS. */
const struct oddi_field_row *oddi_field_row(enum oddi_field id);
/* Field that `name` (n bytes) spells in any dialect, canonical names first; ODDI_NO_FIELD if none. *divisor may be
 * NULL. */
enum oddi_field oddi_field_find(const char *name, size_t n, double *divisor);

#endif
