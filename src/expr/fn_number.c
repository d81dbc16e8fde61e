#include "expr/function.h"

#include <math.h>

/* What has no finite value is null. */
static inline double finite_or_null(double x)
{
    return fabs(x) <= 1.7976931348623157e308 ? x : NAN;
}

#define BINARY(name, value)                                                                                  \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        const double *restrict a = k->in[0], *restrict b = k->in[1];                                         \
        double *restrict out = k->out;                                                                       \
        for (size_t i = 0; i < k->n; i++) {                                                                  \
            double x = a[i], y = b[i];                                                                       \
            out[i] = finite_or_null(value);                                                                  \
        }                                                                                                    \
    }
#define UNARY(name, value)                                                                                   \
    static void name(const struct oddi_kernel_args *k)                                                       \
    {                                                                                                        \
        const double *restrict a = k->in[0];                                                                 \
        double *restrict out = k->out;                                                                       \
        for (size_t i = 0; i < k->n; i++) {                                                                  \
            double x = a[i];                                                                                 \
            out[i] = finite_or_null(value);                                                                  \
        }                                                                                                    \
    }

/* The remainder has the sign of the divisor, so that (t - 5) % 24 is an hour. */
static double modulo(double x, double y)
{
    double r = fmod(x, y);

    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

BINARY(add, x + y)
BINARY(subtract, x - y)
BINARY(multiply, x *y)
BINARY(divide, x / y)
BINARY(remainder_of, modulo(x, y))
BINARY(power, pow(x, y))
BINARY(least, x != x || y != y ? NAN : x < y ? x : y)
BINARY(greatest, x != x || y != y ? NAN : x > y ? x : y)
UNARY(minus, -x)
UNARY(absolute, fabs(x))
UNARY(root, sqrt(x))
UNARY(ln, log(x))
UNARY(ln1, log1p(x))
UNARY(lb, log2(x))
UNARY(decimal_log, log10(x))
UNARY(exponential, exp(x))
UNARY(down, floor(x))
UNARY(up, ceil(x))
UNARY(nearest, rint(x))

#define INFIX(name, binds, kernel, help)                                                                     \
    {                                                                                                        \
        name, "nn", 'n', ODDI_FORM_INFIX, binds, 0, kernel, help                                             \
    }
#define CALL(name, args, kernel, help)                                                                       \
    {                                                                                                        \
        name, args, 'n', ODDI_FORM_CALL, ODDI_BINDS_ATOM, 0, kernel, help                                    \
    }

static const struct oddi_function rows[] = {
    INFIX("+", ODDI_BINDS_SUM, add, "sum"),
    INFIX("-", ODDI_BINDS_SUM, subtract, "difference"),
    INFIX("*", ODDI_BINDS_PRODUCT, multiply, "product"),
    INFIX("/", ODDI_BINDS_PRODUCT, divide, "quotient; null if the divisor is 0"),
    INFIX("%", ODDI_BINDS_PRODUCT, remainder_of, "remainder, with the sign of the divisor"),
    {"neg", "n", 'n', ODDI_FORM_PREFIX, ODDI_BINDS_MINUS, 0, minus,
     "the number with the other sign, written -x"},
    CALL("abs", "n", absolute, "without its sign"),
    CALL("ceil", "n", up, "the next whole number above"),
    CALL("exp", "n", exponential, "e to the power x"),
    CALL("floor", "n", down, "the next whole number below"),
    CALL("log", "n", ln, "natural logarithm; null for 0 and below"),
    CALL("log10", "n", decimal_log, "decimal logarithm"),
    CALL("log1p", "n", ln1, "natural logarithm of 1 + x, for counts and bytes"),
    CALL("log2", "n", lb, "binary logarithm"),
    CALL("max", "n*", greatest, "the greatest; of one value and in a group: the greatest of the group"),
    CALL("min", "n*", least, "the least; of one value and in a group: the least of the group"),
    CALL("pow", "nn", power, "x to the power y"),
    CALL("round", "n", nearest, "the nearest whole number, halves to the even one"),
    CALL("sqrt", "n", root, "square root; null for negatives"),
};

const struct oddi_function_family oddi_functions_number = {"numbers", rows, sizeof rows / sizeof rows[0]};
