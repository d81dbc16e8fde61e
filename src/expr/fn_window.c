/* What only the whole window knows. But for entities() these have no kernel: group_plan.c makes columns of them. */
#include "expr/function.h"

static void entities(const struct oddi_kernel_args *k)
{
    double *out = k->out;

    for (size_t i = 0; i < k->n; i++)
        out[i] = k->entities;
}

#define CALL(name, args, result, kernel, help)                                                               \
    {                                                                                                        \
        name, args, result, ODDI_FORM_CALL, ODDI_BINDS_ATOM, ODDI_STAGE_WINDOW, kernel, help                 \
    }

static const struct oddi_function rows[] = {
    CALL("entities", "", 'n', entities, "how many entities the window has"),
    CALL("entities_in", "k", 'n', NULL,
         "how many entities of the window show the value: the size of the group it names"),
    CALL("is_new", "k*", 'b', NULL, "this entity had not shown the value in the windows before"),
    CALL("unseen", "k*", 'b', NULL, "no entity had shown the value in the windows before"),
    CALL("users", "k*", 'n', NULL, "how many entities of the window show the value"),
    CALL("users_in", "kk*", 'n', NULL, "how many of the entities that share the first value show the others"),
};

const struct oddi_function_family oddi_functions_window = {"window and memory", rows,
                                                           sizeof rows / sizeof rows[0]};
