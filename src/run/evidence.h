/*
 * What marked alerts are about, in rows that scopes can be searched in: an inside host on a service in an hour.
 *
 * An alert of a host does not say which of its services made it odd. That is taken to be the one that tells dismissed alerts from other
 * rows best: with p the share of the dismissed alerts that have rows on it, and q the share of the other hours of hosts that do,
 * the one with the greatest p ln(p/q). An alert that names its service (its key has one) is about that.
 */
#ifndef ODDFLOW_RUN_EVIDENCE_H
#define ODDFLOW_RUN_EVIDENCE_H

#include "alert/store.h"
#include "baseline/propose.h"
#include "run/learner.h"
#include "run/population.h"

struct oddi_evidence_alert {
    enum oddi_alert_status status;
    const char *preset;
    int64_t start, end;
    uint64_t host;     /* key of its address; 0: it names none */
    uint32_t service;  /* that its key names, or ODDI_NO_SERVICE */
    uint32_t telling;  /* `service`, or the one found; ODDI_NO_SERVICE: it has no row */
    size_t rows, held; /* on `telling`; of these, that the rule last asked about holds */
    bool told;         /* covered by a rule before the last one */
    bool foreign;      /* it is about no inside host and no service, or lacks its time */
};

struct oddi_evidence {
    struct oddi_evidence_alert *alert;
    size_t n_alerts, n_dismissed, n_confirmed; /* that are not foreign and have rows */
    size_t foreign, rowless;                   /* dismissed or confirmed ones that are left out */
    struct oddi_row_key *row;                  /* by (host, start, service) */
    size_t n_rows;
    int64_t window;           /* ns */
    uint8_t *state;           /* per row: enum */
    struct oddi_row_key *key; /* the rows by state: dismissed, confirmed, other; what `rows` points into */
    struct oddi_propose_rows rows;
};

/* The rows of a population by (src_ip, service), whose entities say who they are. Clear *e in any case. */
enum odd_status oddi_evidence_make(struct oddi_evidence *e, const struct oddi_alert_store *alerts,
                                   const struct oddi_baseline *b, const struct oddi_population *p,
                                   struct odd_error *err) ODD_MUST_CHECK;
void oddi_evidence_clear(struct oddi_evidence *e);

/* Sets `held` of all alerts. */
void oddi_evidence_ask(struct oddi_evidence *e, const struct oddi_rule *rule);
/* Whether a rule holds for any row of an alert, on whatever service. */
bool oddi_evidence_touches(const struct oddi_evidence *e, const struct oddi_evidence_alert *a,
                           const struct oddi_rule *rule);
/* Whether the rule covers an alert: at least half of its rows. */
bool oddi_evidence_covers(const struct oddi_evidence_alert *a);

#endif
