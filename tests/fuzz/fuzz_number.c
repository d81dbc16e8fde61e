/* Numbers against the C library, and back. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_double(const char *s, size_t n, const char *terminated)
{
    char text[ODDI_NUM_MAX];
    double v, libc, back;
    bool plain = n && strspn(terminated, "0123456789.eE+-") == n;

    if (!oddi_parse_double(s, n, &v)) {
        char *end;

        libc = plain ? strtod(terminated, &end) : 0;
        require(!plain || end != terminated + n || isinf(libc));
        return;
    }
    require(plain && isfinite(v));
    libc = strtod(terminated, NULL);
    require(memcmp(&libc, &v, sizeof v) == 0);
    require(oddi_parse_double(text, oddi_format_double17(text, v), &back) &&
            memcmp(&back, &v, sizeof v) == 0);
}

static void check_units(const char *s, size_t n)
{
    char text[ODDI_NUM_MAX];
    int64_t ns, back, i;
    uint64_t u;

    if (oddi_parse_duration(s, n, &ns))
        require(oddi_parse_duration(text, oddi_format_duration(text, ns), &back) && back == ns);
    if (oddi_parse_i64(s, n, &i))
        require(oddi_parse_i64(text, oddi_format_i64(text, i), &back) && back == i);
    (void)oddi_parse_hex(s, n, &u);
    (void)oddi_parse_size(s, n, &u);
    (void)oddi_parse_count(s, n, &u);
}

/* The first bytes as the bits of a double. */
static void check_format(const uint8_t *data, size_t size)
{
    char mine[ODDI_NUM_MAX], libc[64];
    double v;

    if (size < sizeof v + 1)
        return;
    memcpy(&v, data, sizeof v);
    if (!isnan(v)) {
        int digits = 1 + data[sizeof v] % 17;
        int n = snprintf(libc, sizeof libc, "%.*g", digits, v);

        require(oddi_format_double(mine, v, digits) == (size_t)n && memcmp(mine, libc, (size_t)n) == 0);
    }
    require(oddi_format_quantity(mine, v) <= ODDI_NUM_MAX);
    require(oddi_format_score(mine, v) <= ODDI_NUM_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *exact = calloc(size + !size, 1), *terminated = malloc(size + 1);

    if (exact && terminated) {
        if (size) {
            memcpy(exact, data, size);
            memcpy(terminated, data, size);
        }
        terminated[size] = 0;
        check_double(exact, size, terminated);
        check_units(exact, size);
        check_format(data, size);
    }
    free(exact);
    free(terminated);
    return 0;
}
