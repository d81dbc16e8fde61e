#include "run/option_table.h"

#include <string.h>

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
#define ROW_BY                                                                                               \
    {                                                                                                        \
        .name = "by", .type = ODD_PARAM_STRING, .placeholder = "EXPR,...",                                   \
        .help =                                                                                              \
            "judges groups of flows instead of flows: what has the same value here within a window is one "  \
            "entity, such as src_ip or 'src_ip, dst_ip, service'; with the word host every flow counts for " \
            "both its ends",                                                                                 \
        .group = "Analysis"                                                                                  \
    }
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

#define ODDI_LEARN_PRESETS "host-hours,peer-days,service-hours,host-services"
#define ODDI_HUNT_PRESETS  "beacons,bruteforce,ddos,hosts,lateral,scans,services,spam"

static const struct odd_param detect_rows[] = {
    ROW_FORMAT,
    ROW_MAP,
    ROW_TZ,
    ROW_WHERE,
    ROW_HOME,
    ROW_STRICT,
    ROW_BAD,
    ROW_BLOCK_SIZE,

    ROW_WINDOW,
    {.name = "hop",
     .type = ODD_PARAM_DURATION,
     .default_value = "0",
     .min = 0,
     .max = CENTURY,
     .unit = "ns",
     .placeholder = "DUR",
     .help = "starts a window so often, not only where the last one ends: windows overlap, and a flow enters "
             "each that holds it but is counted once; 0 is off",
     .group = "Windows"},
    {.name = "gap",
     .type = ODD_PARAM_DURATION,
     .default_value = "0",
     .min = 0,
     .max = CENTURY,
     .unit = "ns",
     .placeholder = "DUR",
     .help = "with --by: parts the flows of an entity in sessions, where none starts for so long; each "
             "session within "
             "a window is judged by itself; 0 is off",
     .group = "Windows"},
    {.name = "no-window",
     .type = ODD_PARAM_BOOL,
     .help = "takes the whole input as one table; no time is needed",
     .group = "Windows"},
    ROW_ORIGIN,
    ROW_LATENESS,
    ROW_HOLD,
    ROW_SINCE,
    ROW_UNTIL,

    {.name = "preset",
     .type = ODD_PARAM_STRING,
     .choices = "<presets>",
     .placeholder = "NAME",
     .help = "takes the options of a preset ('oddflow presets' lists them); those given here overrule it",
     .group = "Analysis"},
    ROW_FEATURES,
    ROW_BY,
    ROW_FEATURE,
    ROW_SAY,
    ROW_MIN_FLOWS,
    ROW_SCALE,
    {.name = "detector",
     .type = ODD_PARAM_STRING,
     .default_value = "dbscan:eps=2.5,min_samples=5",
     .choices = "<detectors>",
     .placeholder = "SPEC",
     .help = "what finds the odd rows: NAME, or NAME:PARAMETER=VALUE with commas between parameters",
     .group = "Analysis"},
    ROW_AGAINST,
    ROW_MISSING,

    {.name = "baseline",
     .type = ODD_PARAM_STRING,
     .placeholder = "FILE",
     .help = "judges entities by what 'oddflow learn' learnt as normal, instead of by each other; the "
             "baseline says what an "
             "entity and its features are",
     .group = "Novelty"},
    {.name = "plan",
     .type = ODD_PARAM_STRING,
     .placeholder = "NAME",
     .help = "judges by this plan of the baseline only",
     .group = "Novelty"},
    {.name = "fpr",
     .type = ODD_PARAM_FLOAT,
     .default_value = "0.001",
     .min = 1e-9,
     .max = 0.5,
     .placeholder = "SHARE",
     .help = "share of normal rows that may be called novel: rows with a p at or below it are",
     .group = "Novelty"},

    ROW_OUTPUT,
    ROW_WRITE,
    {.name = "all",
     .type = ODD_PARAM_BOOL,
     .help = "writes every flow with its cluster, not only the odd ones",
     .group = "Output"},
    {.name = "windows-only",
     .type = ODD_PARAM_BOOL,
     .help = "writes one line a window and no flows",
     .group = "Output"},
    {.name = "top",
     .type = ODD_PARAM_INT,
     .letter = 'n',
     .min = 1,
     .max = 1e9,
     .unit = "flows",
     .placeholder = "N",
     .help = "writes only the N oddest flows of the run, oddest first",
     .group = "Output"},
    {.name = "steps",
     .type = ODD_PARAM_BOOL,
     .help = "teaching mode: shows each step of the analysis for the first window with outliers",
     .group = "Output"},
    ROW_COLOR,
    ROW_WIDTH,
    {.name = "fields",
     .type = ODD_PARAM_STRING,
     .placeholder = "LIST",
     .help =
         "columns to write with -o csv or ndjson, with commas between: fields in any tool's spelling, "
         "features, keys of --by, and window, window_end, file, row, kind, score, cluster, reason, flows and "
         "community_id",
     .group = "Output"},
    {.name = "community-id-seed",
     .type = ODD_PARAM_INT,
     .default_value = "0",
     .min = 0,
     .max = 65535,
     .placeholder = "N",
     .help = "seed of the Community IDs in ndjson, eve and ecs, as the site's other tools have it",
     .group = "Output"},
    {.name = "exit-code",
     .type = ODD_PARAM_BOOL,
     .help = "exits with 10 when anomalies were found",
     .group = "Output"},

    ROW_THREADS,
    ROW_MEM_LIMIT,
    ROW_PORTABLE,
    ROW_CONFIG,
    ROW_QUIET,
    {.name = "verbose",
     .type = ODD_PARAM_BOOL,
     .letter = 'v',
     .help = "shows every odd flow in the table, not 5 a window",
     .group = "General"},
    ROW_HELP,
    ROW_VERSION,
};

static const struct odd_param hunt_rows[] = {
    ROW_FORMAT,
    ROW_MAP,
    ROW_TZ,
    ROW_WHERE,
    ROW_HOME,
    ROW_STRICT,
    ROW_BAD,
    ROW_BLOCK_SIZE,

    ROW_SINCE,
    ROW_UNTIL,
    ROW_LATENESS,

    {.name = "preset",
     .type = ODD_PARAM_STRING,
     .default_value = ODDI_HUNT_PRESETS,
     .choices = "<presets>",
     .placeholder = "NAME,...",
     .help = "presets to run, with commas between ('oddflow presets' lists them)",
     .group = "Analysis"},

    ROW_OUTPUT,
    ROW_WRITE,
    {.name = "top",
     .type = ODD_PARAM_INT,
     .letter = 'n',
     .default_value = "20",
     .min = 1,
     .max = 1e9,
     .unit = "hosts",
     .placeholder = "N",
     .help = "writes the N oddest hosts",
     .group = "Output"},
    ROW_COLOR,
    ROW_WIDTH,

    ROW_THREADS,
    ROW_MEM_LIMIT,
    ROW_PORTABLE,
    ROW_CONFIG,
    ROW_QUIET,
    ROW_HELP,
    ROW_VERSION,
};

static const struct odd_param learn_rows[] = {
    ROW_FORMAT,
    ROW_MAP,
    ROW_TZ,
    {.name = "where",
     .type = ODD_PARAM_STRING,
     .placeholder = "EXPR",
     .help =
         "learns only from flows for which this is true, such as 'src_ip != 10.0.0.66'; what is judged later "
         "is not narrowed by it",
     .group = "Input"},
    ROW_HOME,
    ROW_STRICT,
    ROW_BAD,
    ROW_BLOCK_SIZE,

    ROW_WINDOW,
    ROW_ORIGIN,
    ROW_LATENESS,
    ROW_HOLD,
    ROW_SINCE,
    ROW_UNTIL,

    {.name = "preset",
     .type = ODD_PARAM_STRING,
     .default_value = ODDI_LEARN_PRESETS,
     .choices = "<presets>",
     .placeholder = "NAME,...",
     .help = "presets whose entities and features are learnt, with commas between ('oddflow presets' lists "
             "them); the default ones "
             "want days of traffic, hosts suits an hour",
     .group = "Learning"},
    ROW_BY,
    ROW_FEATURE,
    ROW_SAY,
    ROW_MIN_FLOWS,
    ROW_MISSING,
    {.name = "scope",
     .type = ODD_PARAM_CHOICE,
     .default_value = "auto",
     .choices = "auto|none",
     .placeholder = "WORD",
     .help = "auto finds the networks, services, hours and weekdays whose rows differ and learns a model for "
             "each such scope; "
             "none learns one for all rows",
     .group = "Learning"},
    {.name = "max-scopes",
     .type = ODD_PARAM_INT,
     .default_value = "20",
     .min = 1,
     .max = 256,
     .unit = "scopes",
     .placeholder = "N",
     .help = "scopes of a plan at most",
     .group = "Learning"},
    {.name = "kappa",
     .type = ODD_PARAM_FLOAT,
     .default_value = "100",
     .min = 0,
     .max = 1e9,
     .unit = "rows",
     .placeholder = "ROWS",
     .help = "mixes the p of a scope with that of all rows: of N calibration rows the scope's own p counts "
             "N/(N + kappa)",
     .group = "Learning"},
    {.name = "sample",
     .type = ODD_PARAM_INT,
     .default_value = "128k",
     .min = 1000,
     .max = 1e7,
     .unit = "rows",
     .placeholder = "COUNT",
     .help = "rows of each plan (entities in windows) that are learnt from at most: those with the smallest "
             "hashes",
     .group = "Learning"},

    {.name = "pairs-mem",
     .type = ODD_PARAM_SIZE,
     .default_value = "16M",
     .min = 64 * KIB,
     .max = 64 * GIB,
     .unit = "bytes",
     .placeholder = "SIZE",
     .help = "bytes of the file for what was met (who talked to whom), 8 a key; what finds no room stays new",
     .group = "Learning"},

    {.name = "out",
     .type = ODD_PARAM_STRING,
     .letter = 'o',
     .placeholder = "FILE",
     .help = "writes the baseline to this file; what the file held before is kept as FILE.prev",
     .group = "Output"},

    ROW_THREADS,
    ROW_MEM_LIMIT,
    ROW_PORTABLE,
    ROW_CONFIG,
    ROW_QUIET,
    ROW_HELP,
    ROW_VERSION,
};

static const struct odd_param eval_rows[] = {
    {.name = "positive",
     .type = ODD_PARAM_STRING,
     .placeholder = "EXPR",
     .help =
         "flows for which this is true are bad, such as \"label like '*Malicious*'\"; without it and without "
         "--labels, CTU-13's: positive \"label like '*From-Botnet*'\", negative \"label like "
         "'*From-Normal*'\"",
     .group = "Truth"},
    {.name = "negative",
     .type = ODD_PARAM_STRING,
     .placeholder = "EXPR",
     .help =
         "flows for which this is true (and --positive is not) are good, and the rest is ignored; without it "
         "all that are not positive are good",
     .group = "Truth"},
    {.name = "labels",
     .type = ODD_PARAM_STRING,
     .placeholder = "FILE",
     .help =
         "takes the truth from this file instead: CSV lines address,label or address,start,end,label, where "
         "the address is the flow's source (* is everybody else) and the label positive, negative or ignore",
     .group = "Truth"},

    {.name = "preset",
     .type = ODD_PARAM_STRING,
     .choices = "<presets>",
     .placeholder = "NAME,...",
     .help = "measures these presets, side by side ('oddflow presets' lists them)",
     .group = "Configurations"},
    {.name = "detector",
     .type = ODD_PARAM_LIST,
     .choices = "<detectors>",
     .placeholder = "SPEC",
     .help = "measures this detector (may be repeated); with presets, each preset with each detector",
     .group = "Configurations"},
    {.name = "compare",
     .type = ODD_PARAM_LIST,
     .placeholder = "FILE",
     .help =
         "measures the configuration of this file of 'option = value' lines, named after the file (may be "
         "repeated); what it says overrules the options here",
     .group = "Configurations"},
    {.name = "hunt",
     .type = ODD_PARAM_BOOL,
     .help = "measures 'oddflow hunt', all its presets together",
     .group = "Configurations"},

    ROW_BY,
    ROW_FEATURES,
    ROW_FEATURE,
    ROW_MIN_FLOWS,
    ROW_SCALE,
    ROW_AGAINST,
    ROW_MISSING,

    ROW_WINDOW,
    ROW_ORIGIN,
    ROW_LATENESS,
    ROW_HOLD,
    ROW_SINCE,
    ROW_UNTIL,

    {.name = "threshold",
     .type = ODD_PARAM_FLOAT,
     .min = 0,
     .max = 100,
     .placeholder = "SCORE",
     .help = "takes rows with this score or more for told as odd, instead of those that the detector tells",
     .group = "Measures"},
    {.name = "resamples",
     .type = ODD_PARAM_INT,
     .default_value = "200",
     .min = 0,
     .max = 1e6,
     .placeholder = "N",
     .help = "draws for the confidence intervals (bootstrap); 0 leaves them out",
     .group = "Measures"},
    {.name = "resample",
     .type = ODD_PARAM_CHOICE,
     .default_value = "hosts",
     .choices = "hosts|windows",
     .placeholder = "WHAT",
     .help = "what is drawn: the flows of one host are alike, and drawing flows would make any interval too "
             "narrow",
     .group = "Measures"},
    {.name = "confidence",
     .type = ODD_PARAM_FLOAT,
     .default_value = "0.95",
     .min = 0.5,
     .max = 0.999,
     .placeholder = "P",
     .help = "confidence of the intervals",
     .group = "Measures"},
    {.name = "seed",
     .type = ODD_PARAM_INT,
     .default_value = "1",
     .min = 0,
     .max = 9e15,
     .placeholder = "N",
     .help = "the same seed draws the same",
     .group = "Measures"},

    {.name = "output",
     .type = ODD_PARAM_CHOICE,
     .letter = 'o',
     .default_value = "table",
     .choices = "table|csv|ndjson",
     .placeholder = "FORMAT",
     .help = "a table for people, or every measure on a line of its own",
     .group = "Output"},
    ROW_WRITE,
    {.name = "data",
     .type = ODD_PARAM_STRING,
     .placeholder = "NAME",
     .help = "name of the data set in the results; without it that of the first file",
     .group = "Output"},
    {.name = "results",
     .type = ODD_PARAM_STRING,
     .placeholder = "FILE",
     .help =
         "keeps the measures in this CSV file: lines of the same data set and configuration are replaced, "
         "others stay",
     .group = "Output"},
    {.name = "fail-if-worse",
     .type = ODD_PARAM_BOOL,
     .help = "compares with the --results file first: if a measure fell, says which, leaves the file as it "
             "is and "
             "exits with 1",
     .group = "Output"},
    {.name = "tolerance",
     .type = ODD_PARAM_FLOAT,
     .default_value = "0.001",
     .min = 0,
     .max = 1,
     .placeholder = "X",
     .help = "how much a measure may fall for --fail-if-worse; of measures above 1 this share",
     .group = "Output"},

    ROW_FORMAT,
    ROW_MAP,
    ROW_TZ,
    ROW_WHERE,
    ROW_HOME,
    ROW_STRICT,
    ROW_BAD,
    ROW_BLOCK_SIZE,

    ROW_THREADS,
    ROW_MEM_LIMIT,
    ROW_PORTABLE,
    ROW_CONFIG,
    ROW_QUIET,
    ROW_HELP,
    ROW_VERSION,
};

static const struct odd_param check_rows[] = {
    ROW_FORMAT,  ROW_MAP,      ROW_TZ,     ROW_STRICT, ROW_BAD,  ROW_BLOCK_SIZE,
    ROW_THREADS, ROW_PORTABLE, ROW_CONFIG, ROW_QUIET,  ROW_HELP, ROW_VERSION,
};

static const struct odd_param flows_rows[] = {
    ROW_FORMAT,
    ROW_MAP,
    ROW_TZ,
    ROW_WHERE,
    ROW_HOME,
    ROW_SINCE,
    ROW_UNTIL,
    ROW_STRICT,
    ROW_BAD,
    ROW_BLOCK_SIZE,
    {.name = "top",
     .type = ODD_PARAM_INT,
     .letter = 'n',
     .min = 1,
     .max = 1e15,
     .unit = "flows",
     .placeholder = "N",
     .help = "writes the first N flows and stops",
     .group = "Output"},
    ROW_WRITE,
    {.name = "no-header", .type = ODD_PARAM_BOOL, .help = "leaves out the header line", .group = "Output"},
    ROW_THREADS,
    ROW_PORTABLE,
    ROW_CONFIG,
    ROW_QUIET,
    ROW_HELP,
    ROW_VERSION,
};

static const struct odd_param synth_rows[] = {
    {.name = "flows",
     .type = ODD_PARAM_INT,
     .default_value = "100k",
     .min = 1,
     .max = 1e11,
     .unit = "flows",
     .placeholder = "COUNT",
     .help = "flows to write, attacks included",
     .group = "Traffic"},
    {.name = "seed",
     .type = ODD_PARAM_INT,
     .default_value = "1",
     .min = 0,
     .max = 9e15,
     .placeholder = "N",
     .help = "the same seed gives the same bytes on every machine",
     .group = "Traffic"},
    {.name = "rate",
     .type = ODD_PARAM_STRING,
     .default_value = "7600/m",
     .placeholder = "RATE",
     .help = "flows a minute, or N/s, N/m, N/h",
     .group = "Traffic"},
    {.name = "start",
     .type = ODD_PARAM_TIME,
     .default_value = "2011-08-16T10:00:00Z",
     .placeholder = "TIME",
     .help = "time of the first flow; a campus starts on a day, 2025-03-03 (a Monday) if none is given",
     .group = "Traffic"},
    {.name = "attacks",
     .type = ODD_PARAM_STRING,
     .default_value = "all",
     .choices = "none|all|<attacks>",
     .placeholder = "LIST",
     .help = "attacks to plant, with commas between: KIND or KIND:LOUDNESS, all or none",
     .group = "Traffic"},
    {.name = "model",
     .type = ODD_PARAM_CHOICE,
     .default_value = "trace",
     .choices = "trace|campus",
     .placeholder = "NAME",
     .help = "what to make: a trace like CTU-13's, or weeks of a campus; 'oddflow synth campus' is short for "
             "--model campus",
     .group = "Traffic"},
    {.name = "days",
     .type = ODD_PARAM_INT,
     .default_value = "21",
     .min = 1,
     .max = 3660,
     .unit = "days",
     .placeholder = "N",
     .help = "how many days to make, from midnight to midnight; day 0 is the first",
     .group = "Campus"},
    {.name = "minecraft-from",
     .type = ODD_PARAM_INT,
     .default_value = "0",
     .min = 0,
     .max = 3660,
     .unit = "days",
     .placeholder = "DAY",
     .help = "first day on whose night housing plays its game; the number of days or more for never",
     .group = "Campus"},
    {.name = "attacks-from",
     .type = ODD_PARAM_INT,
     .default_value = "7",
     .min = 0,
     .max = 3660,
     .unit = "days",
     .placeholder = "DAY",
     .help = "first day with attacks",
     .group = "Campus"},
    {.name = "per-day",
     .type = ODD_PARAM_INT,
     .default_value = "4",
     .min = 0,
     .max = 50,
     .unit = "attacks",
     .placeholder = "N",
     .help = "attacks a day, each on another host, of twelve kinds from loud to quiet; 0 for none",
     .group = "Campus"},
    ROW_WRITE,
    {.name = "no-header", .type = ODD_PARAM_BOOL, .help = "leaves out the header line", .group = "Output"},
    ROW_CONFIG,
    ROW_QUIET,
    ROW_HELP,
    ROW_VERSION,
};

static const struct {
    const char *command;
    const struct odd_param *rows;
    size_t n;
} commands[] = {
    {"check", check_rows, sizeof check_rows / sizeof *check_rows},
    {"detect", detect_rows, sizeof detect_rows / sizeof *detect_rows},
    {"eval", eval_rows, sizeof eval_rows / sizeof *eval_rows},
    {"hunt", hunt_rows, sizeof hunt_rows / sizeof *hunt_rows},
    {"learn", learn_rows, sizeof learn_rows / sizeof *learn_rows},
    {"flows", flows_rows, sizeof flows_rows / sizeof *flows_rows},
    {"synth", synth_rows, sizeof synth_rows / sizeof *synth_rows},
};

const struct odd_param *oddi_option_table(const char *command, size_t *n)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].command, command) == 0) {
            *n = commands[i].n;
            return commands[i].rows;
        }
    }
    *n = 0;
    return NULL;
}

const char *oddi_option_command(const char *command)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].command, command) == 0)
            return commands[i].command;
    return "";
}
