#include "expr/code.h"

#include <math.h>

#include "base/mem.h"

#define EACH(T, v)                                                                                           \
    for (size_t i = 0; i < n; i++)                                                                           \
    ((T *)out)[i] = (v)

void oddi_fill(enum oddi_expr_type type, void *out, const void *value, size_t n)
{
    size_t size = oddi_expr_value_size(type);

    for (size_t i = 0; i < n; i++)
        memcpy((char *)out + i * size, value, size);
}

void oddi_fill_null(enum oddi_expr_type type, void *out, size_t n)
{
    switch (type) {
    case ODDI_EXPR_BOOL:
        EACH(uint8_t, ODDI_UNKNOWN);
        return;
    case ODDI_EXPR_NUMBER:
        EACH(double, NAN);
        return;
    case ODDI_EXPR_TIME:
        EACH(int64_t, ODDI_NO_TIME);
        return;
    case ODDI_EXPR_ADDR:
        memset(out, 0, n * sizeof(struct oddi_addr));
        return;
    case ODDI_EXPR_TEXT:
        memset(out, 0, n * sizeof(struct oddi_text));
        return;
    case ODDI_EXPR_KEY:
        memset(out, 0, n * sizeof(uint64_t));
        return;
    default:
        EACH(uint32_t, UINT32_MAX);
    }
}

static size_t block_bytes(size_t size)
{
    return (ODDI_EXPR_BLOCK * size + 63) / 64 * 64;
}

bool oddi_machine_init(struct oddi_machine *m, const struct oddi_code *code)
{
    size_t bytes = 64, at = 0;
    size_t *slot_at = oddi_malloc_array(code->n_slot + 1, sizeof *slot_at);

    *m = (struct oddi_machine){.code = code};
    for (size_t s = 0; slot_at && s < code->n_slot; s++) {
        slot_at[s] = bytes - 64;
        bytes += block_bytes(code->slot[s]);
    }
    at = bytes - 64;
    for (size_t r = 0; r < code->n_reg; r++)
        if (code->reg[r].kind == ODDI_REG_CONST)
            bytes += block_bytes(oddi_expr_value_size((enum oddi_expr_type)code->reg[r].type));
    m->ptr = oddi_calloc_array(code->n_reg + 1, sizeof *m->ptr);
    m->memory = oddi_malloc_big(bytes);
    if (!slot_at || !m->ptr || !m->memory) {
        free(slot_at);
        oddi_machine_clear(m);
        return false;
    }
    for (size_t r = 0; r < code->n_reg; r++) {
        const struct oddi_reg *reg = &code->reg[r];

        if (reg->kind == ODDI_REG_TEMP)
            m->ptr[r] = m->memory + slot_at[reg->index];
        if (reg->kind != ODDI_REG_CONST)
            continue;
        m->ptr[r] = m->memory + at;
        oddi_fill((enum oddi_expr_type)reg->type, m->ptr[r], &reg->value, ODDI_EXPR_BLOCK);
        at += block_bytes(oddi_expr_value_size((enum oddi_expr_type)reg->type));
    }
    free(slot_at);
    return true;
}

void oddi_machine_clear(struct oddi_machine *m)
{
    free(m->ptr);
    free(m->memory);
    *m = (struct oddi_machine){0};
}

/* True if all n truths are `value`. */
static bool all_are(const uint8_t *x, size_t n, uint8_t value)
{
    uint8_t differ = 0;

    for (size_t i = 0; i < n; i++)
        differ |= x[i] ^ value;
    return differ == 0;
}

static void run_kernel(struct oddi_machine *m, const struct oddi_op *op, struct oddi_kernel_args *k)
{
    for (uint8_t i = 0; i < op->n_in; i++)
        k->in[i] = m->ptr[op->in[i]];
    k->out = m->ptr[op->out];
    k->constant = op->constant;
    k->data = op->data;
    k->expr = op->expr;
    op->kernel(k);
}

void oddi_machine_run(struct oddi_machine *m, const void *const *input, size_t n, int64_t window_start,
                      double entities)
{
    const struct oddi_code *code = m->code;
    struct oddi_kernel_args k = {.n = n, .window_start = window_start, .entities = entities};

    for (size_t r = 0; r < code->n_reg; r++)
        if (code->reg[r].kind == ODDI_REG_INPUT)
            memcpy(&m->ptr[r], &input[code->reg[r].index], sizeof m->ptr[r]);
    for (size_t i = 0; i < code->n_op; i++) {
        const struct oddi_op *op = &code->op[i];
        const struct oddi_reg *in = &code->reg[op->n_in ? op->in[0] : 0];

        switch (op->kind) {
        case ODDI_OP_KERNEL:
            run_kernel(m, op, &k);
            break;
        case ODDI_OP_COPY:
            memcpy(m->ptr[op->out], m->ptr[op->in[0]],
                   n * oddi_expr_value_size((enum oddi_expr_type)in->type));
            break;
        case ODDI_OP_KEY:
            oddi_keys((enum oddi_expr_type)in->type, m->ptr[op->in[0]], n, m->ptr[op->out]);
            break;
        case ODDI_OP_JOIN:
            memcpy(m->ptr[op->out], m->ptr[op->in[0]], n * sizeof(uint64_t));
            oddi_keys_join(m->ptr[op->out], m->ptr[op->in[1]], n);
            break;
        case ODDI_OP_JUMP_ALL_FALSE:
        case ODDI_OP_JUMP_ALL_TRUE:
            if (all_are(m->ptr[op->in[0]], n, op->kind == ODDI_OP_JUMP_ALL_FALSE ? ODDI_FALSE : ODDI_TRUE))
                i = op->target - 1u;
            break;
        }
    }
}
