/*
 * The flows of a day, in any order, until they are sorted and written.
 *
 * A maker says who talks to whom, when and how (enum oddi_talk_id); sizes, duration, ports and outcome are drawn here.
 */
#ifndef ODDFLOW_SYNTH_CAMPUS_VISITS_H
#define ODDFLOW_SYNTH_CAMPUS_VISITS_H

#include "synth/campus/site.h"
#include "synth/row.h"

/* What is said, with its port and usual sizes: rows of the table in visits.c. */
enum oddi_talk_id {
    ODDI_TALK_DNS,
    ODDI_TALK_WEB,
    ODDI_TALK_WEB_OLD,
    ODDI_TALK_QUIC,
    ODDI_TALK_STREAM,
    ODDI_TALK_MAILBOX,
    ODDI_TALK_SUBMIT,
    ODDI_TALK_SMTP,
    ODDI_TALK_SMB,
    ODDI_TALK_PRINT,
    ODDI_TALK_KERBEROS,
    ODDI_TALK_LDAP,
    ODDI_TALK_RPC,
    ODDI_TALK_NTP,
    ODDI_TALK_PING,
    ODDI_TALK_SNMP,
    ODDI_TALK_SYSLOG,
    ODDI_TALK_RADIUS,
    ODDI_TALK_SSH,
    ODDI_TALK_RDP,
    ODDI_TALK_WINRM,
    ODDI_TALK_DATABASE,
    ODDI_TALK_BACKUP,
    ODDI_TALK_UPLOAD,
    ODDI_TALK_UPDATE,
    ODDI_TALK_AGENT,
    ODDI_TALK_CHAT,
    ODDI_TALK_CALL,
    ODDI_TALK_VPN,
    ODDI_TALK_P2P_TCP,
    ODDI_TALK_P2P_UDP,
    ODDI_TALK_CONSOLE,
    ODDI_TALK_GAME,
    ODDI_TALK_GAME_PING,
    ODDI_N_TALKS
};

#define ODDI_CAMPUS_SECOND INT64_C(1000000)
#define ODDI_CAMPUS_MINUTE (60 * ODDI_CAMPUS_SECOND)
#define ODDI_CAMPUS_HOUR   (60 * ODDI_CAMPUS_MINUTE)
#define ODDI_CAMPUS_DAY    (24 * ODDI_CAMPUS_HOUR)

enum oddi_answer {
    ODDI_ANSWER_DRAWN, /* by the talk's own odds of failure */
    ODDI_ANSWER_YES,
    ODDI_ANSWER_SILENCE,
    ODDI_ANSWER_REFUSAL,
};

struct oddi_visit {
    int64_t time; /* microseconds since the campus began */
    uint32_t src, dst;
    enum oddi_talk_id talk;
    enum oddi_answer answer;
    uint32_t port; /* of the destination; 0: the talk's own */
    uint32_t label;
    int32_t more;  /* added to the logs of both sizes, in 16.16 fixed point */
    uint64_t sent; /* bytes of payload from the source; 0: drawn */
};

/* One flow as it waits. */
struct oddi_waiting {
    int64_t time;
    uint64_t sent, received, duration; /* payload in bytes; microseconds */
    uint32_t src, dst, label;
    uint16_t sport, dport;
    uint8_t talk, answer;
};

struct oddi_visits {
    const struct oddi_site *site;
    struct oddi_waiting *items;
    size_t n, cap;
    uint64_t *order;
    size_t order_cap;
    bool failed; /* memory ended; further visits are no-ops */
};

void oddi_visits_init(struct oddi_visits *v, const struct oddi_site *site);
void oddi_visits_free(struct oddi_visits *v);
void oddi_visit(struct oddi_visits *v, const struct oddi_visit *visit, struct oddi_rng *rng);
/* Writes, in the order of time (of equal times in the order they came), every flow before `end` (microseconds since the
 * campus began at `start` ns) and keeps the others. labels[i] is the text of label i. */
enum odd_status oddi_visits_write(struct oddi_visits *v, int64_t end, int64_t start,
                                  const struct oddi_label *labels, struct oddi_row_writer *w,
                                  struct odd_error *err) ODD_MUST_CHECK;

#endif
