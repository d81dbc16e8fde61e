/*
 * The expression language: what a user writes for --where, --by, --feature, mute rules and --positive.
 *
 * Text -> tree (oddi_expr_new: parsed, checked, immutable, shared by threads) -> program (oddi_program_new: several
 * expressions over rows, common parts once) -> evaluator (one per thread, all scratch, no allocation per batch).
 * Expressions with aggregates go through oddi_group_plan (expr/group_plan.h). docs/expressions.md has the grammar.
 *
 * Types are static. Missing values: arithmetic and comparison with null are null; conditions are three-valued (Kleene:
 * `null and false` is false, `null or true` is true), and a row is taken only where its condition is true; a number
 * without a finite value (1/0, log of a negative) is null; aggregates skip nulls.
 */
#ifndef ODDFLOW_EXPR_EXPR_H
#define ODDFLOW_EXPR_EXPR_H

#include "flow/batch.h"
#include "flow/flow.h"
#include "flow/time.h"

/* What an expression is. A duration is a number of seconds. */
enum oddi_expr_type {
    ODDI_EXPR_BOOL,    /* uint8_t: enum oddi_truth */
    ODDI_EXPR_NUMBER,  /* double; NaN = null */
    ODDI_EXPR_TIME,    /* int64_t ns; ODDI_NO_TIME = null */
    ODDI_EXPR_ADDR,    /* struct oddi_addr; kind NONE = null */
    ODDI_EXPR_TEXT,    /* struct oddi_text into the block or the expression; s NULL = null */
    ODDI_EXPR_PROTO,   /* uint32_t; ODDI_PROTO_NONE = null */
    ODDI_EXPR_PORT,    /* uint32_t; UINT32_MAX = null */
    ODDI_EXPR_SERVICE, /* uint32_t: proto << 17 | port + 1, or 0 in place of port + 1; UINT32_MAX = null */
    ODDI_EXPR_KEY,     /* uint64_t: a hash of any value, 0 = null; only inside programs */
    ODDI_EXPR_N_TYPES
};

/* In this order so that `and` is the least, `or` the greatest and `not` 2 - x. */
enum oddi_truth { ODDI_FALSE, ODDI_UNKNOWN, ODDI_TRUE };

/* Where the fault is: bytes [at, at + len) of the text. */
struct oddi_expr_error {
    size_t at, len;
    char message[256]; /* one sentence without a full stop */
};

/* The text's line at fault and below it the caret line ("    ^~~~"), each ended by a newline; control characters become
 * '?'. Returns the length; out holds at most `size` - 1 bytes and a NUL. */
size_t oddi_expr_error_show(const char *text, size_t n, const struct oddi_expr_error *e, char *out,
                            size_t size);
/* The same as one sentence in the caller's odd_error: "at column 7, '>>': ...". Returns `status`. */
enum odd_status oddi_expr_fail(struct odd_error *err, enum odd_status status, const char *text, size_t n,
                               const struct oddi_expr_error *e);

/* A network: the first `bits` bits of `addr`. */
struct oddi_net {
    struct oddi_addr addr;
    uint8_t bits;
};

enum oddi_expr_want {
    ODDI_WANT_CONDITION, /* --where: bool, about one row */
    ODDI_WANT_KEY,       /* --by: anything but a bool, about one row */
    ODDI_WANT_VALUE,     /* an output column: anything, about one row */
    ODDI_WANT_NUMBER,    /* a feature of one flow: number, port or bool (0/1), made a number */
    ODDI_WANT_AGGREGATE, /* a feature of a group: the same, about the group; a bare row value must be one of `by` */
};

/* What the word `host` means. With a meaning, `peer`, `as_source`, `sent` and `received` have theirs. */
enum oddi_expr_host {
    ODDI_HOST_NONE, /* nothing: a column may be called so */
    ODDI_HOST_END,  /* that end of the flow that the row is about: a need whose `end` is set */
    ODDI_HOST_SRC,  /* src_ip */
    ODDI_HOST_DST,  /* dst_ip */
};

struct oddi_expr_options {
    enum oddi_expr_want want;
    enum oddi_expr_host host;
    /* The input's columns, or NULL where it is not known yet. With a schema a name may be a column that is no field, and
     * a field that the input lacks is an error. Only read by oddi_expr_new. */
    const struct oddi_schema *schema;
    /* Without a schema: take a bare name that is no field as a numeric column (bound later) instead of an error. */
    bool any_column;
    /* There is no window: the words `hour`, `weekday` and `hour_of_week` are about the start of the flow. */
    bool flow_time;
    const struct oddi_zone
        *zone; /* for hour() and times in quotes; NULL = UTC; must outlive the expression */
    const struct oddi_net
        *home; /* what in_home() means; copied. n_home 0: RFC 1918, RFC 4193, link-local, loopback */
    size_t n_home;
    const char *const *by; /* AGGREGATE: the canonical texts of the group's keys */
    size_t n_by;
};

struct oddi_expr;

/* Parses and checks [text, text + n). ODD_ERR_USAGE with *fault (never NULL), ODD_ERR_MEMORY (fault says so too). */
enum odd_status oddi_expr_new(const char *text, size_t n, const struct oddi_expr_options *options,
                              struct oddi_expr **out, struct oddi_expr_error *fault) ODD_MUST_CHECK;
void oddi_expr_free(struct oddi_expr *e); /* NULL is allowed */
enum oddi_expr_type oddi_expr_type(const struct oddi_expr *e);
/* The canonical text, by which expressions are compared and features are named; it parses to the same tree. Lives as
 * long as `e`. */
const char *oddi_expr_text(const struct oddi_expr *e);

/* Whether its values, or those that it is the log1p() of, are whole numbers because they count something. */
bool oddi_expr_counts(const struct oddi_expr *e);

/* A list "EXPR, EXPR": where the first item ends (offset of the comma outside quotes and brackets, or n). */
size_t oddi_expr_item_end(const char *text, size_t n);

/* ---- what an expression reads ------------------------------------------------------------------------------------- */

struct oddi_expr_need {
    enum oddi_field field; /* ODDI_NO_FIELD: the column called `name` */
    const char *name;      /* as the user spelt it: what oddi_schema_resolve is to be asked */
    enum oddi_type type;   /* of a column: NUMBER or TEXT; of a field: its own */
    bool optional;         /* where the input lacks it, it is null (`failed` looks at whatever there is) */
    bool end; /* `host`: src_ip where the row is about the source, dst_ip where about the other end */
};

/* The n needs of an expression, each once, in order of first use. They live as long as it does. */
size_t oddi_expr_needs(const struct oddi_expr *e, const struct oddi_expr_need **needs);

/* ---- rows --------------------------------------------------------------------------------------------------------- */

/* Several row expressions compiled together. Immutable: shared by threads. */
struct oddi_program;

/* The expressions must outlive the program. ODD_ERR_USAGE if one has aggregates. */
enum odd_status oddi_program_new(const struct oddi_expr *const *exprs, size_t n, struct oddi_program **out,
                                 struct odd_error *err) ODD_MUST_CHECK;
void oddi_program_free(struct oddi_program *p);
size_t oddi_program_needs(const struct oddi_program *p, const struct oddi_expr_need **needs);

/* Rows to evaluate over. columns[map[i]] is need i; map[i] == UINT32_MAX: null in every row. */
struct oddi_expr_input {
    const struct oddi_column *columns;
    const uint32_t *map;
    const char *text;     /* what TEXT spans are offsets into */
    int64_t window_start; /* for bare `hour`, `weekday`; ODDI_NO_TIME makes them null */
};

/* Rows evaluated at a time. */
#define ODDI_EXPR_BLOCK 1024

struct oddi_evaluator; /* one per thread */
enum odd_status oddi_evaluator_new(const struct oddi_program *p, struct oddi_evaluator **out,
                                   struct odd_error *err) ODD_MUST_CHECK;
void oddi_evaluator_free(struct oddi_evaluator *e);

/* Evaluates rows [from, from + n), n <= ODDI_EXPR_BLOCK. */
void oddi_evaluate(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t from, size_t n);
/* Values of expression i for the rows last evaluated, as its type says; valid until the next call. */
const void *oddi_evaluator_result(const struct oddi_evaluator *e, size_t i);
/* Indices of the rows of [0, n) for which expression 0, a bool, is true, ascending; returns how many. `rows` has room
 * for n. */
size_t oddi_filter(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t n, uint32_t *rows);
/* Evaluates rows [0, n) and writes them to out[i] (room for n values of expression i's type; NULL: not wanted). */
void oddi_evaluate_columns(struct oddi_evaluator *e, const struct oddi_expr_input *in, size_t n,
                           void *const *out);

/* Bytes of one value of a type. */
size_t oddi_expr_value_size(enum oddi_expr_type type);
/* A value as text, as the language would spell it without quotes: "tcp/25", "10.0.0.1", RFC 3339. "" for null. Returns
 * the length, at most `size` - 1; NUL-terminated. */
size_t oddi_expr_format(enum oddi_expr_type type, const void *value, const struct oddi_zone *zone, char *out,
                        size_t size);

/* ---- keys: what rows are grouped by ------------------------------------------------------------------------------- */

/* The 64-bit key of a value of `type`, 0 for null. Values of all types but IPv6 addresses, MACs and texts have different
 * keys; those are hashed. The same on every machine of one byte order, in every run. */
uint64_t oddi_key(enum oddi_expr_type type, const void *value);
void oddi_keys(enum oddi_expr_type type, const void *values, size_t n, uint64_t *out);
/* out[i] = the key of the pair (out[i], more[i]); 0 if one is 0. */
void oddi_keys_join(uint64_t *out, const uint64_t *more, size_t n);

/* ---- the function table, for help and docs ------------------------------------------------------------------------ */

struct oddi_expr_help {
    const char *name;
    const char *signature; /* "net(address, number) -> address" */
    const char *help;
    const char *group; /* "conditions", "numbers", "addresses", "time", "text", "aggregates", ... */
};
/* Row i; false past the end. *row holds static strings, but signature, which is written to `signature`. */
bool oddi_expr_help(size_t i, struct oddi_expr_help *row, char signature[160]);

#endif
