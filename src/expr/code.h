/*
 * Compiled expressions: a flat list of operations over registers, each a block of ODDI_EXPR_BLOCK values, and the
 * machine that runs it. Knows nothing of fields: inputs are arrays.
 */
#ifndef ODDFLOW_EXPR_CODE_H
#define ODDFLOW_EXPR_CODE_H

#include "expr/function.h"

enum oddi_op_kind {
    ODDI_OP_KERNEL,
    ODDI_OP_COPY,           /* out = in[0] */
    ODDI_OP_KEY,            /* out = key of in[0] */
    ODDI_OP_JOIN,           /* out = key of the pair in[0], in[1] */
    ODDI_OP_JUMP_ALL_FALSE, /* skip to `target` if in[0] is false in every row */
    ODDI_OP_JUMP_ALL_TRUE,
};

struct oddi_op {
    oddi_kernel kernel;
    const void *data; /* struct oddi_set */
    const struct oddi_expr *expr;
    uint32_t out, in[ODDI_FN_MAX_ARGS], target;
    uint8_t kind, n_in, constant;
};

enum oddi_reg_kind { ODDI_REG_INPUT, ODDI_REG_CONST, ODDI_REG_TEMP };

struct oddi_reg {
    uint8_t kind, type;
    uint32_t index; /* of the input; of the slot that a TEMP shares with others that are not alive with it */
    uint32_t last;  /* TEMP: the last operation that touches it */
    union {
        double number;
        int64_t time;
        uint32_t code;
        uint8_t truth;
        struct oddi_addr addr;
        struct oddi_text text;
        uint64_t key;
    } value; /* CONST */
};

struct oddi_code {
    struct oddi_op *op;
    struct oddi_reg *reg;
    uint32_t *out;  /* registers of the results */
    uint32_t *slot; /* bytes of one value of each slot */
    void **owned;   /* sets */
    size_t n_op, n_reg, n_out, n_slot, n_owned, n_inputs;
    size_t op_cap, reg_cap, out_cap, slot_cap, owned_cap;
    /* while compiling: operations whose results may be used again, innermost condition last */
    uint32_t *seen;
    size_t n_seen, seen_cap;
};

void oddi_code_clear(struct oddi_code *code);
/* The register that the caller has for a node instead of compiling it; UINT32_MAX if it has none. FAILED ends the
 * compilation with ODD_ERR_MEMORY, without a message: the caller knows the cause. */
#define ODDI_LEAF_FAILED (UINT32_MAX - 1)
typedef uint32_t (*oddi_leaf_fn)(void *ctx, const struct oddi_expr *e, uint32_t node);

/* Appends code for node i of e; its register in *reg. ODD_ERR_MEMORY, ODD_ERR_INTERNAL. */
enum odd_status oddi_code_node(struct oddi_code *code, const struct oddi_expr *e, uint32_t i,
                               oddi_leaf_fn leaf, void *ctx, uint32_t *reg,
                               struct odd_error *err) ODD_MUST_CHECK;
/* The key of a list of values: nodes `first` and the n - 1 after it. */
enum odd_status oddi_code_key(struct oddi_code *code, const struct oddi_expr *e, uint32_t first, size_t n,
                              oddi_leaf_fn leaf, void *ctx, uint32_t *reg,
                              struct odd_error *err) ODD_MUST_CHECK;
/* A register that is input `index`; UINT32_MAX when memory ends. */
uint32_t oddi_code_input(struct oddi_code *code, enum oddi_expr_type type, uint32_t index);
/* Adds a result. */
bool oddi_code_output(struct oddi_code *code, uint32_t reg);
/* Gives temporaries their slots; to be called once, at the end. */
bool oddi_code_finish(struct oddi_code *code);

/* The set of an `in`: members as the kernel wants them, owned by the code. NULL when memory ends. */
const struct oddi_set *oddi_code_set(struct oddi_code *code, const struct oddi_expr *e, uint32_t i);

/* What a null is, in ODDI_EXPR_BLOCK values or one. */
void oddi_fill(enum oddi_expr_type type, void *out, const void *value, size_t n);
void oddi_fill_null(enum oddi_expr_type type, void *out, size_t n);

struct oddi_machine {
    const struct oddi_code *code;
    void **ptr; /* per register */
    char *memory;
};
bool oddi_machine_init(struct oddi_machine *m, const struct oddi_code *code);
void oddi_machine_clear(struct oddi_machine *m);
/* Runs over n <= ODDI_EXPR_BLOCK rows; input[i] points at the first value of input i. Results: oddi_machine_out. */
void oddi_machine_run(struct oddi_machine *m, const void *const *input, size_t n, int64_t window_start,
                      double entities);
static inline const void *oddi_machine_out(const struct oddi_machine *m, size_t i)
{
    return m->ptr[m->code->out[i]];
}

#endif
