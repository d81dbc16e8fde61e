/*
 * The odd rows of a judged window as alerts want them: who, how odd, and why in words.
 *
 * Made where the window is judged, on any thread; taken by the ordered stage (run/alerting.h).
 */
#ifndef ODDFLOW_RUN_ALARM_H
#define ODDFLOW_RUN_ALARM_H

#include "base/buf.h"
#include "write/write.h"

struct oddi_alarm {
    double score;
    size_t values; /* where the values of the keys begin in `text`, each NUL-terminated */
    size_t key, key_size;
    size_t sentence, sentence_size;
    size_t command, command_size; /* 0: none */
    bool explained;               /* reasons [i * d, (i + 1) * d) are there */
};

/* Zero-initialised but for `text`, which oddi_alarms_init makes ready; memory is reused. */
struct oddi_alarms {
    struct oddi_alarm *at;
    struct oddi_reason *reasons; /* as shown: of bytes, not log1p(bytes) */
    size_t n, cap, cap_reasons;
    struct oddi_buf text;
};
void oddi_alarms_init(struct oddi_alarms *a);
void oddi_alarms_clear(struct oddi_alarms *a);
void oddi_alarms_free(struct oddi_alarms *a);

/* Adds a row whose keys have these n values. `otherwise` is the key if all of them are empty. The verdict's reasons and
 * its entity's command are taken if they are there. */
enum odd_status oddi_alarms_add(struct oddi_alarms *a, const struct oddi_write_options *o,
                                const struct oddi_window_result *w, const struct oddi_verdict *v,
                                const char *const *values, size_t n, const char *otherwise,
                                struct odd_error *err) ODD_MUST_CHECK;

struct oddi_judged_window;
struct oddi_worker;
/* The odd rows of a judged window whose label is still -1. A flow's keys are src_ip, dst_ip and service. */
enum odd_status oddi_alarms_of(struct oddi_judged_window *j, struct oddi_worker *w) ODD_MUST_CHECK;
/* Asks the worker's mute rules about the odd rows: those that are muted get the label ODDI_MUTED and are counted. */
enum odd_status oddi_mute_window(struct oddi_judged_window *j, struct oddi_worker *w) ODD_MUST_CHECK;

/* The keys of flows. */
#define ODDI_FLOW_KEYS 3
extern const char *const oddi_flow_keys[ODDI_FLOW_KEYS];

#endif
