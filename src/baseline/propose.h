/*
 * From dismissed alerts to the scope that would have held them.
 *
 * A beam search (width 30, at most 3 conditions) over the prefixes (16 18 20 22 24 bits; IPv6 32 40 48 56 64) and services of the
 * dismissed alerts and all cyclic ranges of 1 to 12 hours. A conjunction that covers the share p of the K dismissed alerts and the
 * share q = (covered + 1)/(others + 1) of the other rows is worth
 *     K (p lb(p/q) + (1 - p) lb((1 - p)/(1 - q))) - bits of its description
 * (what it tells alerts from other rows by, in bits; a condition costs lb of the number of conditions in its dimension).
 *
 * A confirmed alert counts as many other rows (1/20 of them), so that what hides one has to be worth a lot.
 *
 * The best of these is the broadest that is needed, and that hides the attacker who uses the same port elsewhere. So each is
 * closed: of the alerts that it covers the narrowest conjunction is taken (oddi_rule_close()). The best closed one is a
 * proposal, told with what the broader rule that comes to mind would also hide; then the search goes on for the dismissed
 * alerts that it leaves.
 */
#ifndef ODDFLOW_BASELINE_PROPOSE_H
#define ODDFLOW_BASELINE_PROPOSE_H

#include "baseline/propose_rule.h"

struct oddi_propose_rows {
    const struct oddi_row_key *dismissed, *confirmed, *other; /* `other`: rows without an alert */
    size_t n_dismissed, n_confirmed, n_other;
};

struct oddi_proposal {
    struct oddi_rule rule;              /* closed */
    size_t dismissed, confirmed, other; /* that it covers, of all */
    struct oddi_rule
        broader; /* its service alone; without a service or anything else, the rule without its net */
    size_t broader_confirmed, broader_other; /* that the broader rule covers and the closed one does not */
    struct oddi_addr most; /* the address with most of those other rows; kind NONE without */
    size_t most_rows;
    double quality; /* of the closed rule, in bits, among the dismissed alerts that were left */
};

#define ODDI_MAX_PROPOSALS 8
/* Of fewer dismissed alerts than this, and than 5 % of them, nothing is concluded. */
#define ODDI_LEAST_DISMISSED 3

/* At most `max` <= ODDI_MAX_PROPOSALS proposals to `out`, each for other dismissed alerts, best first. *n = 0 if there is nothing to
 * propose. ODD_ERR_MEMORY. */
enum odd_status oddi_propose(const struct oddi_propose_rows *rows, size_t max, struct oddi_proposal *out,
                             size_t *n, struct odd_error *err) ODD_MUST_CHECK;

/* What trying a proposal on flows said; in alerts. */
struct oddi_tried {
    size_t covered, dismissed; /* of `dismissed` alerts the rule covers so many */
    bool judged;               /* there are enough rows for a model of the scope */
    size_t
        kept; /* of the covered ones, that would still be told: by the scope's own model, or by others of what is left */
    size_t hidden, confirmed; /* of `confirmed` alerts, that nothing would tell any more */
};

/* "184 of 201 dismissed alerts: src_ip in 10.20.0.0/16 and service == 'tcp/25565' and hour in 0..2; a model of that scope would have
 * kept 6; it hides 0 of 12 confirmed alerts; the broader rule service == 'tcp/25565' would also hide 24 rows of 10.10.3.7" */
void oddi_proposal_say(const struct oddi_proposal *p, const struct oddi_tried *tried,
                       const struct oddi_scope_names *names, struct oddi_buf *out);

#endif
