/* A judged window made into what the caller wants: output bytes, or columns. */
#ifndef ODDFLOW_RUN_RENDER_H
#define ODDFLOW_RUN_RENDER_H

#include "run/judge.h"

/* Writes the window into j->out by the plan's writer; with --top, its rows one by one, ranked. */
enum odd_status oddi_render_window(struct oddi_judged_window *j, struct oddi_worker *w) ODD_MUST_CHECK;
/* The next rows of a window that j->kept is set for; the job is done and the caller may write to j->out. ODD_END: there
 * are no more. */
enum odd_status oddi_render_slice(struct oddi_judged_window *j) ODD_MUST_CHECK;
/* Copies verdicts and reasons into j's columns. */
enum odd_status oddi_render_columns(struct oddi_judged_window *j, struct oddi_worker *w) ODD_MUST_CHECK;

/* What is said of row i, which came from `place`: reasons if it is odd and has something to be compared with, and with --by
 * its entity. What *v and *entity point to is the worker's, until its next row. */
enum odd_status oddi_make_verdict(struct oddi_judged_window *j, struct oddi_worker *w, size_t i,
                                  const struct oddi_place *place, struct oddi_verdict *v,
                                  struct oddi_entity *entity) ODD_MUST_CHECK;

/* Where row i of the window came from. */
struct oddi_place oddi_window_place(const struct oddi_window *win, size_t i, size_t held);
struct oddi_place oddi_place_of(const struct oddi_judged_window *j, size_t i);

#endif
