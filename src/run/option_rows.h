/* Options that several commands share, as initialisers of rows, and the rows of commands that have a file of their own. */
#ifndef ODDFLOW_RUN_OPTION_ROWS_H
#define ODDFLOW_RUN_OPTION_ROWS_H

#include "oddflow/oddflow.h"

#define MILLISECOND 1e6
#define CENTURY     (5200 * 7 * 86400e9) /* in weeks, so that a message has a round number */
#define KIB         1024.0
#define MIB         (1024 * KIB)
#define GIB         (1024 * MIB)

/* Rows that several commands share. */
#define ROW_FORMAT                                                                                           \
    {                                                                                                        \
        .name = "format", .type = ODD_PARAM_STRING, .default_value = "auto", .choices = "auto|<readers>",    \
        .placeholder = "NAME", .help = "format of the input; auto looks at its first bytes",                 \
        .group = "Input"                                                                                     \
    }
#define ROW_MAP                                                                                              \
    {                                                                                                        \
        .name = "map", .type = ODD_PARAM_LIST, .placeholder = "FIELD=COLUMN",                                \
        .help = "takes a field from the column of this name (may be repeated)", .group = "Input"             \
    }
#define ROW_TZ                                                                                               \
    {                                                                                                        \
        .name = "tz", .type = ODD_PARAM_STRING, .default_value = "UTC", .placeholder = "ZONE",               \
        .help = "zone of times without one and of midnight: UTC, +02:00 or Europe/Prague", .group = "Input"  \
    }
#define ROW_WHERE                                                                                            \
    {                                                                                                        \
        .name = "where", .type = ODD_PARAM_STRING, .placeholder = "EXPR",                                    \
        .help = "takes only flows for which this is true, such as 'proto == tcp and dst_port in {25, 445}'", \
        .group = "Input"                                                                                     \
    }
#define ROW_HOME                                                                                             \
    {                                                                                                        \
        .name = "home", .type = ODD_PARAM_STRING, .placeholder = "CIDR,...",                                 \
        .help = "networks that count as inside for in_home() and direction; without it the private ones "    \
                "(RFC 1918, RFC 4193, link-local)",                                                          \
        .group = "Input"                                                                                     \
    }
#define ROW_SINCE                                                                                            \
    {                                                                                                        \
        .name = "since", .type = ODD_PARAM_TIME, .placeholder = "TIME",                                      \
        .help = "leaves out flows that start before this time", .group = "Windows"                           \
    }
#define ROW_UNTIL                                                                                            \
    {                                                                                                        \
        .name = "until", .type = ODD_PARAM_TIME, .placeholder = "TIME",                                      \
        .help = "leaves out flows that start at or after this time", .group = "Windows"                      \
    }
#define ROW_HOP                                                                                              \
    {                                                                                                        \
        .name = "hop", .type = ODD_PARAM_DURATION, .default_value = "0", .min = 0, .max = CENTURY,           \
        .unit = "ns", .placeholder = "DUR",                                                                  \
        .help = "starts a window so often, not only where the last one ends: windows overlap, and a flow "   \
                "enters each that holds it but is counted once; 0 is off",                                   \
        .group = "Windows"                                                                                   \
    }
#define ROW_STRICT                                                                                           \
    {                                                                                                        \
        .name = "strict", .type = ODD_PARAM_BOOL, .help = "stops with exit code 1 at the first bad record",  \
        .group = "Input"                                                                                     \
    }
#define ROW_BAD                                                                                              \
    {                                                                                                        \
        .name = "bad", .type = ODD_PARAM_STRING, .placeholder = "FILE",                                      \
        .help = "writes every bad record with its place and reason to this CSV file", .group = "Input"       \
    }
#define ROW_BLOCK_SIZE                                                                                       \
    {                                                                                                        \
        .name = "block-size", .type = ODD_PARAM_SIZE, .default_value = "256k", .min = 4 * KIB,               \
        .max = 64 * MIB, .unit = "bytes", .placeholder = "SIZE",                                             \
        .help = "bytes that are read and decoded at a time; changes speed, never results", .group = "Input"  \
    }
#define ROW_THREADS                                                                                          \
    {                                                                                                        \
        .name = "threads", .type = ODD_PARAM_INT, .letter = 'j', .default_value = "0", .min = 0,             \
        .max = 1024, .unit = "threads", .placeholder = "N",                                                  \
        .help = "threads to use; 0 is one a core; changes speed, never results", .group = "General"          \
    }
#define ROW_PORTABLE                                                                                         \
    {                                                                                                        \
        .name = "portable", .type = ODD_PARAM_BOOL,                                                          \
        .help = "uses no vector instructions beyond the baseline (for tests)", .group = "General"            \
    }
#define ROW_CONFIG                                                                                           \
    {                                                                                                        \
        .name = "config", .type = ODD_PARAM_STRING, .letter = 'c', .placeholder = "FILE",                    \
        .help = "reads 'option = value' lines from this file; the command line overrules them",              \
        .group = "General"                                                                                   \
    }
#define ROW_QUIET                                                                                            \
    {                                                                                                        \
        .name = "quiet", .type = ODD_PARAM_BOOL, .letter = 'q',                                              \
        .help = "says nothing on standard error but errors", .group = "General"                              \
    }
#define ROW_HELP                                                                                             \
    {                                                                                                        \
        .name = "help", .type = ODD_PARAM_BOOL, .letter = 'h', .help = "shows this help and exits",          \
        .group = "General"                                                                                   \
    }
#define ROW_VERSION                                                                                          \
    {                                                                                                        \
        .name = "version", .type = ODD_PARAM_BOOL, .letter = 'V', .help = "shows the version and exits",     \
        .group = "General"                                                                                   \
    }
#define ROW_WRITE                                                                                            \
    {                                                                                                        \
        .name = "write", .type = ODD_PARAM_STRING, .letter = 'w', .placeholder = "FILE",                     \
        .help = "writes the results to this file instead of standard output", .group = "Output"              \
    }

#define ROW_LATENESS                                                                                         \
    {                                                                                                        \
        .name = "lateness", .type = ODD_PARAM_DURATION, .default_value = "10m", .min = 0, .max = CENTURY,    \
        .unit = "ns", .placeholder = "DUR",                                                                  \
        .help = "how far a flow may lag behind the latest one before its window may close",                  \
        .group = "Windows"                                                                                   \
    }
#define ROW_OUTPUT                                                                                           \
    {                                                                                                        \
        .name = "output", .type = ODD_PARAM_STRING, .letter = 'o', .default_value = "table",                 \
        .choices = "<outputs>", .placeholder = "FORMAT", .help = "format of the results", .group = "Output"  \
    }
#define ROW_COLOR                                                                                            \
    {                                                                                                        \
        .name = "color", .type = ODD_PARAM_CHOICE, .default_value = "auto", .choices = "auto|always|never",  \
        .placeholder = "WHEN", .help = "colours the table; auto does on a terminal unless NO_COLOR is set",  \
        .group = "Output"                                                                                    \
    }
#define ROW_WIDTH                                                                                            \
    {                                                                                                        \
        .name = "width", .type = ODD_PARAM_INT, .default_value = "0", .min = 0, .max = 10000,                \
        .unit = "columns", .placeholder = "N",                                                               \
        .help = "width of the table, at least 80; 0 is the terminal's", .group = "Output"                    \
    }
#define ROW_MEM_LIMIT                                                                                        \
    {                                                                                                        \
        .name = "mem-limit", .type = ODD_PARAM_SIZE, .default_value = "2G", .min = 16 * MIB,                 \
        .max = 1024 * 1024 * GIB, .unit = "bytes", .placeholder = "SIZE",                                    \
        .help = "memory that open windows may use, the text of "                                             \
                "pipes and compressed input included; beyond it rows are shed and counted",                  \
        .group = "General"                                                                                   \
    }

#define ROW_WINDOW                                                                                           \
    {                                                                                                        \
        .name = "window", .type = ODD_PARAM_DURATION, .default_value = "1m", .min = MILLISECOND,             \
        .max = CENTURY, .unit = "ns", .placeholder = "DUR", .help = "length of a window", .group = "Windows" \
    }
#define ROW_ORIGIN                                                                                           \
    {                                                                                                        \
        .name = "origin", .type = ODD_PARAM_CHOICE, .default_value = "auto",                                 \
        .choices = "auto|epoch|start_day", .placeholder = "WORD",                                            \
        .help = "where windows are counted from: auto is midnight in --tz if the length divides a day, "     \
                "else the "                                                                                  \
                "epoch; "                                                                                    \
                "start_day is midnight before the first flow",                                               \
        .group = "Windows"                                                                                   \
    }
#define ROW_HOLD                                                                                             \
    {                                                                                                        \
        .name = "hold", .type = ODD_PARAM_INT, .default_value = "1M", .min = 0, .max = 4e9, .unit = "rows",  \
        .placeholder = "COUNT",                                                                              \
        .help = "rows that are held before any window closes, so that small inputs may come in any order",   \
        .group = "Windows"                                                                                   \
    }
#define ROW_BY(more)                                                                                         \
    {                                                                                                        \
        .name = "by", .type = ODD_PARAM_STRING, .placeholder = "EXPR,...",                                   \
        .help =                                                                                              \
            "judges groups of flows instead of flows: what has the same value here within a window is one "  \
            "entity, such as src_ip or 'src_ip, dst_ip, service'" more,                                      \
        .group = "Analysis"                                                                                  \
    }
#define BOTH_ENDS "; with the word host every flow counts for both its ends"
#define ROW_FEATURE                                                                                          \
    {                                                                                                        \
        .name = "feature", .type = ODD_PARAM_LIST, .placeholder = "NAME=EXPR",                               \
        .help = "a feature by an expression, such as 'peers = log1p(distinct(dst_ip))' (may be repeated); "  \
                "takes "                                                                                     \
                "the place of --features",                                                                   \
        .group = "Analysis"                                                                                  \
    }
#define ROW_SAY                                                                                              \
    {                                                                                                        \
        .name = "say", .type = ODD_PARAM_LIST, .placeholder = "NAME=TEXT",                                   \
        .help = "how reasons speak of a feature: 'peers = different peers' gives '127 different peers, "     \
                "expected at "                                                                               \
                "most 3' (may be repeated)",                                                                 \
        .group = "Analysis"                                                                                  \
    }
#define ROW_MIN_FLOWS                                                                                        \
    {                                                                                                        \
        .name = "min-flows", .type = ODD_PARAM_INT, .default_value = "1", .min = 1, .max = 1e9,              \
        .unit = "flows", .placeholder = "N",                                                                 \
        .help = "entities with fewer flows in a window are left out and counted as thin",                    \
        .group = "Analysis"                                                                                  \
    }
#define ROW_MISSING                                                                                          \
    {                                                                                                        \
        .name = "missing", .type = ODD_PARAM_CHOICE, .default_value = "drop", .choices = "drop|zero|error",  \
        .placeholder = "WORD",                                                                               \
        .help = "what to do with a flow that lacks a feature: leave it out and count it, take 0, or stop",   \
        .group = "Analysis"                                                                                  \
    }

#define ROW_FEATURES                                                                                         \
    {                                                                                                        \
        .name = "features", .type = ODD_PARAM_STRING, .default_value = "TotBytes",                           \
        .choices = "all|<numbers>", .placeholder = "LIST",                                                   \
        .help = "numeric fields to judge by, with commas between; log1p(FIELD) is allowed; all is every "    \
                "numeric "                                                                                   \
                "column",                                                                                    \
        .group = "Analysis"                                                                                  \
    }
#define ROW_SCALE                                                                                            \
    {                                                                                                        \
        .name = "scale", .type = ODD_PARAM_STRING, .default_value = "standard", .choices = "<scalers>",      \
        .placeholder = "SCALER", .help = "how features are made comparable within a window",                 \
        .group = "Analysis"                                                                                  \
    }
#define ROW_AGAINST                                                                                          \
    {                                                                                                        \
        .name = "against", .type = ODD_PARAM_CHOICE, .default_value = "window", .choices = "window|run",     \
        .placeholder = "WHAT",                                                                               \
        .help =                                                                                              \
            "what entities are compared with: those of their window, or a sample of those of all windows "   \
            "(they are then scored when the input has ended)",                                               \
        .group = "Analysis"                                                                                  \
    }

/* option_eval.c */
#define ROW_ALERTS                                                                                           \
    {                                                                                                        \
        .name = "alerts", .type = ODD_PARAM_STRING, .placeholder = "FILE",                                   \
        .help = "joins odd rows of one entity in windows that follow each other into alerts and writes "     \
                "them to this file as JSON lines ('oddflow alerts' lists and marks them)",                   \
        .group = "Alerts"                                                                                    \
    }
#define ROW_MUTE                                                                                             \
    {                                                                                                        \
        .name = "mute", .type = ODD_PARAM_STRING, .placeholder = "FILE",                                     \
        .help = "mute rules: what nobody wants to be told of, who says so, why and until when",              \
        .group = "Alerts"                                                                                    \
    }

#define ROW_FEATURES                                                                                         \
    {                                                                                                        \
        .name = "features", .type = ODD_PARAM_STRING, .default_value = "TotBytes",                           \
        .choices = "all|<numbers>", .placeholder = "LIST",                                                   \
        .help = "numeric fields to judge by, with commas between; log1p(FIELD) is allowed; all is every "    \
                "numeric "                                                                                   \
                "column",                                                                                    \
        .group = "Analysis"                                                                                  \
    }
#define ROW_SCALE                                                                                            \
    {                                                                                                        \
        .name = "scale", .type = ODD_PARAM_STRING, .default_value = "standard", .choices = "<scalers>",      \
        .placeholder = "SCALER", .help = "how features are made comparable within a window",                 \
        .group = "Analysis"                                                                                  \
    }
#define ROW_AGAINST                                                                                          \
    {                                                                                                        \
        .name = "against", .type = ODD_PARAM_CHOICE, .default_value = "window", .choices = "window|run",     \
        .placeholder = "WHAT",                                                                               \
        .help =                                                                                              \
            "what entities are compared with: those of their window, or a sample of those of all windows "   \
            "(they are then scored when the input has ended)",                                               \
        .group = "Analysis"                                                                                  \
    }

#define ODDI_N_EVAL_ROWS 47
extern const struct odd_param oddi_eval_rows[ODDI_N_EVAL_ROWS];

#endif
