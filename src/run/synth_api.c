/* odd_synth: the options of command "synth" made into a call of the generator. */
#include "run/options.h"

#include <string.h>

#include "base/num.h"
#include "flow/time.h"
#include "synth/synth.h"

/* "7600", "7600/m", "120/s", "1M/h" as flows a minute. */
static enum odd_status parse_rate(const char *text, double *per_minute, struct odd_error *err)
{
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : strlen(text);
    double unit = !slash || strcmp(slash, "/m") == 0 ? 1
                  : strcmp(slash, "/s") == 0         ? 60
                  : strcmp(slash, "/h") == 0         ? 1.0 / 60
                                                     : 0;
    uint64_t count;

    if (unit != 0 && oddi_parse_count(text, n, &count)) {
        *per_minute = (double)count * unit;
        if (*per_minute > 0 && *per_minute <= 1e9)
            return ODD_OK;
    }
    return oddi_fail(err, ODD_ERR_USAGE,
                     "--rate must be flows a minute, such as 7600, or N/s, N/m, N/h, not '%s'", text);
}

enum odd_status odd_synth(const odd_options *opt, odd_write_fn write, void *ctx, struct odd_error *err)
{
    const char *start = oddi_options_value(opt, "start")->text;
    struct oddi_synth_options o = {.flows = (uint64_t)oddi_options_value(opt, "flows")->i,
                                   .seed = (uint64_t)oddi_options_value(opt, "seed")->i,
                                   .attacks = oddi_options_value(opt, "attacks")->text,
                                   .header = !oddi_options_value(opt, "no-header")->flag};

    ODDI_TRY(parse_rate(oddi_options_value(opt, "rate")->text, &o.rate, err));
    if (!oddi_parse_time(start, strlen(start), NULL, &o.start))
        return oddi_fail(err, ODD_ERR_USAGE, "--start must be a time such as 2011-08-16T10:00:00Z, not '%s'",
                         start);
    return oddi_synth(&o, write, ctx, err);
}
