#include "synth/campus/campus.h"

#include "base/mem.h"
#include "flow/time.h"
#include "synth/campus/strike.h"

#define THURSDAY 3 /* 1970-01-01, counted from Monday */

struct campus {
    struct oddi_site site;
    struct oddi_visits visits;
    struct oddi_day day;
    struct oddi_deck deck;
    struct oddi_label labels[ODDI_LABEL_ATTACK + ODDI_LABELS_OF_ATTACKS];
    struct oddi_row_writer writer;
};

static enum odd_status check(const struct oddi_campus_options *o, struct odd_error *err)
{
    if (o->start % ODDI_DAY != 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a campus starts at midnight (UTC); give --start a date alone");
    if ((double)o->start + (double)o->days * (double)ODDI_DAY > 9.2e18)
        return oddi_fail(err, ODD_ERR_USAGE, "%u days from there would end after the year 2262", o->days);
    return ODD_OK;
}

static void prepare(struct campus *c, const struct oddi_campus_options *o)
{
    static const struct oddi_label labels[ODDI_LABEL_ATTACK] = {
        [ODDI_LABEL_WORK] = ODDI_LABEL("flow=Background-Work"),
        [ODDI_LABEL_WEB] = ODDI_LABEL("flow=Background-Web"),
        [ODDI_LABEL_MACHINE] = ODDI_LABEL("flow=Background-Machine"),
        [ODDI_LABEL_BACKUP] = ODDI_LABEL("flow=Background-Backup"),
        [ODDI_LABEL_ADMIN] = ODDI_LABEL("flow=Background-Admin"),
        [ODDI_LABEL_P2P] = ODDI_LABEL("flow=Background-P2P"),
        [ODDI_LABEL_SERVER] = ODDI_LABEL("flow=Background-Server"),
        [ODDI_LABEL_VISITOR] = ODDI_LABEL("flow=Background-Visitor"),
        [ODDI_LABEL_SCANNER] = ODDI_LABEL("flow=Background-Scanner"),
        [ODDI_LABEL_GAME] = ODDI_LABEL("flow=Background-Game"),
    };
    oddi_site_init(&c->site, o->seed);
    oddi_visits_init(&c->visits, &c->site);
    c->day.site = &c->site;
    c->day.visits = &c->visits;
    for (int i = 0; i < ODDI_LABEL_ATTACK; i++)
        c->labels[i] = labels[i];
}

static uint32_t weekday(int64_t start)
{
    int64_t days = start / ODDI_DAY;
    return (uint32_t)(((days + THURSDAY) % 7 + 7) % 7);
}

static enum odd_status make_days(struct campus *c, const struct oddi_campus_options *o, struct odd_error *err)
{
    for (uint32_t day = 0; day < o->days; day++) {
        bool game = day >= o->game_from;
        oddi_day_begin(&c->day, day, weekday(o->start));
        oddi_errands_run(&c->day);
        oddi_visitors_run(&c->day);
        if (game)
            oddi_game_run(&c->day);
        if (day >= o->attacks_from)
            oddi_strikes_run(&c->day, &c->deck, o->per_day, game, c->labels);
        ODDI_TRY(
            oddi_visits_write(&c->visits, (day + 1) * ODDI_CAMPUS_DAY, o->start, c->labels, &c->writer, err));
    }
    return oddi_row_flush(&c->writer, err);
}

enum odd_status oddi_campus(const struct oddi_campus_options *options, odd_write_fn write, void *ctx,
                            struct odd_error *err)
{
    enum odd_status status;
    struct campus *c;

    ODDI_TRY(check(options, err));
    c = oddi_calloc_array(1, sizeof *c);
    if (!c)
        return oddi_fail_memory(err);
    prepare(c, options);
    oddi_row_writer_init(&c->writer, write, ctx);
    status = options->header ? oddi_row_header(&c->writer, err) : ODD_OK;
    if (status == ODD_OK)
        status = make_days(c, options, err);
    oddi_visits_free(&c->visits);
    free(c);
    return status;
}
