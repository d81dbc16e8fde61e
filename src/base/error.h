/*
 * Filling the caller's struct odd_error: one sentence, with the place it is about.
 *
 * Control characters and bytes that are not UTF-8, in message and source, become \xHH: both go to terminals.
 */
#ifndef ODDFLOW_BASE_ERROR_H
#define ODDFLOW_BASE_ERROR_H

#include "oddflow/oddflow.h"

#if defined(__GNUC__)
#define ODDI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define ODDI_PRINTF(fmt, args)
#endif

/* Sets status and message (no newline, no full stop needed), clears source and position; returns `status`.
 * err may be NULL. */
enum odd_status oddi_fail(struct odd_error *err, enum odd_status status, const char *fmt, ...)
    ODDI_PRINTF(3, 4);

/* Same, about `source` (may be NULL) at a position (ODD_NO_POSITION where unknown). */
enum odd_status oddi_fail_at(struct odd_error *err, enum odd_status status, const char *source, uint64_t line,
                             uint64_t offset, const char *fmt, ...) ODDI_PRINTF(6, 7);

/* ODD_ERR_IO (EPIPE: ODD_ERR_CLOSED) for errno value `errnum`: "cannot WHAT: No such file or directory". */
enum odd_status oddi_fail_errno(struct odd_error *err, const char *source, const char *what, int errnum);

/* ODD_ERR_MEMORY with a standard sentence. */
enum odd_status oddi_fail_memory(struct odd_error *err);

/* Returns from the enclosing function with the status of `expr` if that is not ODD_OK. */
#define ODDI_TRY(expr)                                                                                       \
    do {                                                                                                     \
        enum odd_status oddi_try_ = (expr);                                                                  \
        if (oddi_try_ != ODD_OK)                                                                             \
            return oddi_try_;                                                                                \
    } while (0)

#endif
