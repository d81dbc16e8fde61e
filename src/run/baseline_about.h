/* What `oddflow baseline explain` is asked about: a row that may be made up. */
#ifndef ODDFLOW_RUN_BASELINE_ABOUT_H
#define ODDFLOW_RUN_BASELINE_ABOUT_H

#include "baseline/baseline.h"
#include "flow/time.h"

#define ODDI_ABOUT_MAX 64

struct oddi_about {
    const char *plan; /* NULL: each plan that has a row like it */
    bool has_addr, has_service, has_time, has_hour, has_weekday;
    struct oddi_addr addr;
    uint32_t service;
    int64_t time; /* ns */
    uint8_t hour, weekday;
    int known; /* whether its host was met on two days: 1, 0, or -1: the memory says it */
    /* Features by name, in the units of reasons; names point into the arguments and end at '='. */
    size_t n;
    struct {
        const char *name;
        size_t size;
        double value;
        bool used;
    } feature[ODDI_ABOUT_MAX];
};

/* From arguments NAME=VALUE. ODD_ERR_USAGE with a sentence. */
enum odd_status oddi_about_parse(const char *const *args, size_t n, const struct oddi_zone *zone,
                                 struct oddi_about *out, struct odd_error *err) ODD_MUST_CHECK;

/* The key of such a row of a plan. */
struct oddi_row_key oddi_about_key(const struct oddi_about *a, const struct oddi_base_plan *p,
                                   const struct oddi_zone *zone);

#endif
