/*
 * The memory of a plan: what was met in training, on how many days.
 *
 * The expressions is_new() and unseen() ask, row by row, for the number of training days on which a key was met: a peer by a host,
 * a service by anybody. Keys are 63-bit hashes, so that of a million keys one in nine trillion questions about others is answered
 * wrongly. In training a key is new to a row if it was met on no other day than the row's: the row's own day says nothing (it is
 * always met then), and were it counted, nothing in training would be new and every new key later a false alarm.
 */
#ifndef ODDFLOW_BASELINE_MEMORY_H
#define ODDFLOW_BASELINE_MEMORY_H

#include <stdbool.h>

#include "base/error.h"

#define ODDI_MEMORY_MAX_KINDS 64

/* A key that was met. */
struct oddi_met {
    uint64_t key;  /* 0: a free slot */
    int32_t day;   /* the last one on which it was */
    uint32_t days; /* how many there were */
};

/* While learning. Zero-initialised but for `cap`, keys at most; what comes when it is full is counted and stays new. */
struct oddi_days {
    struct oddi_met *slot; /* size */
    size_t size, n, cap;
    uint64_t refused;
};

/* A day on which a key (any value but 0) was met. Days come in order. False when memory ends. */
bool oddi_days_add(struct oddi_days *d, uint64_t key, int32_t day) ODD_MUST_CHECK;
/* The same of n keys, 0 being none. */
bool oddi_days_add_all(struct oddi_days *d, const uint64_t *key, size_t n, int32_t day) ODD_MUST_CHECK;
/* On how many days. */
unsigned oddi_days_count(const struct oddi_days *d, uint64_t key);
/* Of n keys: on how many days, at most 255; 0 of key 0. */
void oddi_days_count_all(const struct oddi_days *d, const uint64_t *key, size_t n, uint8_t *days);
void oddi_days_free(struct oddi_days *d);

/* The key of a value for an entity (0: for anybody). 0 if the value is 0 (null). */
uint64_t oddi_memory_key(uint64_t entity, uint64_t value);

/* When learnt: ascending keys, whose lowest bit says "on two days or more". */
struct oddi_known {
    uint64_t *key;
    size_t n;
    uint32_t *start; /* where the keys begin whose first bits are 0, 1, 2 ...; NULL for few keys */
    unsigned shift;  /* of a key, to get at those bits */
};
enum odd_status oddi_known_make(struct oddi_known *k, const struct oddi_days *d,
                                struct odd_error *err) ODD_MUST_CHECK;
/* Makes `start`, when `key` and `n` are set. */
enum odd_status oddi_known_index(struct oddi_known *k, struct odd_error *err) ODD_MUST_CHECK;
/* On how many days: 0, 1, or 2 for two and more. */
unsigned oddi_known_count(const struct oddi_known *k, uint64_t key);
/* The same of n keys. */
void oddi_known_count_all(const struct oddi_known *k, const uint64_t *key, size_t n, uint8_t *days);
void oddi_known_free(struct oddi_known *k);

/* All that a plan remembers. */
struct oddi_base_memory {
    size_t n_kinds; /* of is_new() and unseen(), in the order of the plan; 0: the plan asks for none */
    char **text;    /* canonical: "is_new(dst_ip)" */
    struct oddi_known *kinds; /* n_kinds */
    struct oddi_known hosts;  /* oddi_memory_key(0, host); its bit: run/learner_memory.h */
};
void oddi_base_memory_clear(struct oddi_base_memory *m);

#endif
