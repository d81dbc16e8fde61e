/* Lines of our own small files (options, mute rules): comments and blanks. */
#ifndef ODDFLOW_BASE_LINE_H
#define ODDFLOW_BASE_LINE_H

/* Cuts a comment off a NUL-terminated line: '#' at its start or behind a blank, so that a value may contain one. */
void oddi_line_cut_comment(char *line);
/* The line without the blanks, tabs and carriage returns at its ends; its end is cut in place. */
char *oddi_line_trim(char *line);

#endif
