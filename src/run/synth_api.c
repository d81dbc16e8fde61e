/* odd_synth: the options of command "synth" made into a call of the generator. */
#include "run/options.h"

#include <string.h>

#include "flow/time.h"
#include "run/option_check.h"
#include "synth/campus/campus.h"
#include "synth/synth.h"

/* Monday 2025-03-03. */
#define CAMPUS_START (INT64_C(20150) * ODDI_DAY)

static enum odd_status parse_start(const odd_options *opt, int64_t *start, struct odd_error *err)
{
    const char *text = oddi_options_value(opt, "start")->text;
    if (!oddi_parse_time(text, strlen(text), NULL, start))
        return oddi_fail(err, ODD_ERR_USAGE, "--start must be a time such as 2011-08-16T10:00:00Z, not '%s'",
                         text);
    return ODD_OK;
}

/* An option that the model does not know would be accepted and ignored. */
static enum odd_status refuse(const odd_options *opt, const char *const *names, size_t n, const char *model,
                              struct odd_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (oddi_options_given(opt, names[i]))
            return oddi_fail(err, ODD_ERR_USAGE, "--%s is not for a %s", names[i], model);
    return ODD_OK;
}

static enum odd_status make_trace(const odd_options *opt, odd_write_fn write, void *ctx,
                                  struct odd_error *err)
{
    static const char *const others[] = {"days", "minecraft-from", "attacks-from", "per-day"};
    struct oddi_synth_options o = {.flows = (uint64_t)oddi_options_value(opt, "flows")->i,
                                   .seed = (uint64_t)oddi_options_value(opt, "seed")->i,
                                   .attacks = oddi_options_value(opt, "attacks")->text,
                                   .header = !oddi_options_value(opt, "no-header")->flag};

    ODDI_TRY(
        refuse(opt, others, sizeof others / sizeof *others, "trace; 'oddflow synth campus' has it", err));
    if (!oddi_parse_rate(oddi_options_value(opt, "rate")->text, &o.rate))
        return oddi_fail(err, ODD_ERR_USAGE, "--rate must be flows a minute, such as 7600, or N/s, N/m, N/h");
    ODDI_TRY(parse_start(opt, &o.start, err));
    return oddi_synth(&o, write, ctx, err);
}

static enum odd_status make_campus(const odd_options *opt, odd_write_fn write, void *ctx,
                                   struct odd_error *err)
{
    static const char *const others[] = {"flows", "rate", "attacks"};
    struct oddi_campus_options o = {.seed = (uint64_t)oddi_options_value(opt, "seed")->i,
                                    .start = CAMPUS_START,
                                    .days = (uint32_t)oddi_options_value(opt, "days")->i,
                                    .game_from = (uint32_t)oddi_options_value(opt, "minecraft-from")->i,
                                    .attacks_from = (uint32_t)oddi_options_value(opt, "attacks-from")->i,
                                    .per_day = (uint32_t)oddi_options_value(opt, "per-day")->i,
                                    .header = !oddi_options_value(opt, "no-header")->flag};

    ODDI_TRY(refuse(opt, others, sizeof others / sizeof *others,
                    "campus, whose size follows from --days and --per-day", err));
    if (oddi_options_given(opt, "start"))
        ODDI_TRY(parse_start(opt, &o.start, err));
    return oddi_campus(&o, write, ctx, err);
}

enum odd_status odd_synth(const odd_options *opt, odd_write_fn write, void *ctx, struct odd_error *err)
{
    bool campus = oddi_options_value(opt, "model")->i == 1;
    return campus ? make_campus(opt, write, ctx, err) : make_trace(opt, write, ctx, err);
}
