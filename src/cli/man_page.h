/* The manual page oddflow(1), made from the tables. */
#ifndef ODDFLOW_CLI_MAN_PAGE_H
#define ODDFLOW_CLI_MAN_PAGE_H

#include <stdio.h>

void cli_man_page(FILE *to); /* mdoc(7) */

#endif
