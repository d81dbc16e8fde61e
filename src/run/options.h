/* The values of a set of options, as run/ reads them. */
#ifndef ODDFLOW_RUN_OPTIONS_H
#define ODDFLOW_RUN_OPTIONS_H

#include "base/param.h"

/* The command the options belong to ("detect"); never NULL. */
const char *oddi_options_command(const odd_options *opt);

/* Value of an option, set or by default; never NULL. Which member holds it follows from the row's type
 * (base/param.h). An unset option without a default, and one that the command does not have, is all zero (text NULL).
 * Valid until the option is set again. */
const union oddi_value *oddi_options_value(const odd_options *opt, const char *name);

/* True if the option was given, false at its default. */
bool oddi_options_given(const odd_options *opt, const char *name);

/* Sets on `to` every option that was given on `from` and that `to` has, whatever their commands; a list is added to. */
enum odd_status oddi_options_overlay(odd_options *to, const odd_options *from,
                                     struct odd_error *err) ODD_MUST_CHECK;

/* A copy of its own. */
enum odd_status oddi_options_copy(const odd_options *opt, odd_options **out,
                                  struct odd_error *err) ODD_MUST_CHECK;

/* The condition of `where` becomes "(its own) and (where)"; NULL leaves it as it is. */
enum odd_status oddi_options_narrow(odd_options *opt, const char *where,
                                    struct odd_error *err) ODD_MUST_CHECK;

#endif
