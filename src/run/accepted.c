#include "run/accepted.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "run/where.h"

enum odd_status oddi_accepted_check(const char *expression, struct odd_error *err)
{
    const struct oddi_expr_options options = {
        .want = ODDI_WANT_CONDITION, .any_column = true, .flow_time = true};
    struct oddi_expr_error fault;
    struct oddi_expr *e = NULL;
    enum odd_status status = oddi_expr_new(expression, strlen(expression), &options, &e, &fault);

    oddi_expr_free(e);
    return status == ODD_OK ? ODD_OK : oddi_expr_fail(err, status, expression, strlen(expression), &fault);
}

enum odd_status oddi_accepted_sound(const struct oddi_accepted *accepted, size_t n, const char *path,
                                    struct odd_error *err)
{
    for (size_t i = 0; i < n; i++) {
        struct odd_error fault = ODD_ERROR_INIT;
        enum odd_status status = oddi_accepted_check(accepted[i].expression, &fault);

        if (status == ODD_ERR_USAGE)
            return oddi_fail_at(err, ODD_ERR_FORMAT, path, ODD_NO_POSITION, ODD_NO_POSITION,
                                "holds an accepted scope that this oddflow cannot take: %.300s",
                                fault.message);
        if (status != ODD_OK)
            return oddi_fail_memory(err);
    }
    return ODD_OK;
}

/* The condition of one scope by itself. */
static void put_own(const struct oddi_accepted *a, struct oddi_buf *out)
{
    char time[ODDI_TIME_TEXT_MAX];

    if (a->expires == ODDI_BASE_NEVER) {
        oddi_buf_printf(out, "(%s)", a->expression);
        return;
    }
    oddi_buf_printf(out, "((%s) and ts_start < '", a->expression);
    oddi_buf_add(out, time, oddi_format_time(time, a->expires, NULL));
    oddi_buf_str(out, "')");
}

/* A flow of which a condition cannot be told stays where it was. */
static void put_none_of(const struct oddi_accepted *accepted, size_t from, size_t n, struct oddi_buf *out)
{
    for (size_t i = from; i < n; i++) {
        oddi_buf_printf(out, "%scoalesce(not ", out->size ? " and " : "");
        put_own(&accepted[i], out);
        oddi_buf_str(out, ", true)");
    }
}

enum odd_status oddi_accepted_narrow(const struct oddi_accepted *accepted, size_t n, size_t at,
                                     odd_options *to, struct odd_error *err)
{
    struct oddi_buf where;
    enum odd_status status = ODD_OK;

    if (n == 0)
        return ODD_OK;
    oddi_buf_init(&where, 0);
    if (at < n)
        put_own(&accepted[at], &where);
    put_none_of(accepted, at < n ? at + 1 : 0, n, &where);
    if (!oddi_buf_ok(&where))
        status = oddi_fail_memory(err);
    else
        status = oddi_options_narrow(to, oddi_buf_cstr(&where), err);
    oddi_buf_free(&where);
    return status;
}

const char *oddi_accepted_words(const struct oddi_accepted *a)
{
    return a->name[0] ? a->name : a->expression;
}

char *oddi_accepted_lane(const struct oddi_accepted *a, const char *plan)
{
    struct oddi_buf name;
    char *text;

    oddi_buf_init(&name, 0);
    oddi_buf_printf(&name, "%s:%u", plan, a->id);
    text = oddi_buf_ok(&name) ? strdup(oddi_buf_cstr(&name)) : NULL;
    oddi_buf_free(&name);
    return text;
}
