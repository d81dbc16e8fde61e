/* odd_synth: the options of command "synth" made into a call of the generator. */
#include "run/options.h"

#include <string.h>

#include "flow/time.h"
#include "run/option_check.h"
#include "synth/synth.h"

enum odd_status odd_synth(const odd_options *opt, odd_write_fn write, void *ctx, struct odd_error *err)
{
    const char *start = oddi_options_value(opt, "start")->text;
    struct oddi_synth_options o = {.flows = (uint64_t)oddi_options_value(opt, "flows")->i,
                                   .seed = (uint64_t)oddi_options_value(opt, "seed")->i,
                                   .attacks = oddi_options_value(opt, "attacks")->text,
                                   .header = !oddi_options_value(opt, "no-header")->flag};

    if (!oddi_parse_rate(oddi_options_value(opt, "rate")->text, &o.rate))
        return oddi_fail(err, ODD_ERR_USAGE, "--rate must be flows a minute, such as 7600, or N/s, N/m, N/h");
    if (!oddi_parse_time(start, strlen(start), NULL, &o.start))
        return oddi_fail(err, ODD_ERR_USAGE, "--start must be a time such as 2011-08-16T10:00:00Z, not '%s'",
                         start);
    return oddi_synth(&o, write, ctx, err);
}
