/* Faults in an expression, told with their place. */
#include "expr/tree.h"

#include <stdarg.h>
#include <stdio.h>

enum odd_status oddi_fault(struct oddi_expr_error *fault, size_t at, size_t len, const char *fmt, ...)
{
    va_list args;

    fault->at = at;
    fault->len = len;
    va_start(args, fmt);
    vsnprintf(fault->message, sizeof fault->message, fmt, args);
    va_end(args);
    return ODD_ERR_USAGE;
}

enum odd_status oddi_fault_memory(struct oddi_expr_error *fault)
{
    oddi_fault(fault, 0, 0, "out of memory");
    return ODD_ERR_MEMORY;
}

enum odd_status oddi_expr_fail(struct odd_error *err, enum odd_status status, const char *text, size_t n,
                               const struct oddi_expr_error *e)
{
    size_t at = e->at < n ? e->at : n, len = e->len < n - at ? e->len : n - at;

    if (status == ODD_ERR_MEMORY)
        return oddi_fail_memory(err);
    if (len == 0)
        return oddi_fail(err, status, "%s", e->message);
    return oddi_fail(err, status, "at column %zu, '%.*s': %s", at + 1, (int)(len > 60 ? 60 : len), text + at,
                     e->message);
}

/* Bytes of a character that follow its first take no column. */
static bool takes_column(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

size_t oddi_expr_error_show(const char *text, size_t n, const struct oddi_expr_error *e, char *out,
                            size_t size)
{
    size_t at = e->at < n ? e->at : n, from = at, to = at, k = 0;

    while (from > 0 && text[from - 1] != '\n')
        from--;
    while (to < n && text[to] != '\n')
        to++;
#define PUT(c) (k + 1 < size ? (void)(out[k++] = (c)) : (void)0)
    for (size_t i = from; i < to; i++)
        PUT((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i]);
    PUT('\n');
    for (size_t i = from; i < at; i++)
        if (takes_column(text[i]))
            PUT(' ');
    PUT('^');
    for (size_t i = at + 1; i < at + e->len && i < to; i++)
        if (takes_column(text[i]))
            PUT('~');
    PUT('\n');
#undef PUT
    if (size)
        out[k] = '\0';
    return k;
}
