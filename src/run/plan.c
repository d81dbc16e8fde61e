#include "run/plan.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"
#include "run/component.h"
#include "run/home.h"

#define ZONE_FILES  "/usr/share/zoneinfo/"
#define ZONE_MAX    (1u << 20) /* bytes of a zone file; the largest is under 4 KiB */
#define MAX_THREADS 64
#define LEAST_WIDTH 80

/* ---- Zone, maps, threads: also for other commands ------------------------------------------- */

/* A zone's name becomes a path: letters, digits, and / _ + - inside. */
static bool plain_zone_name(const char *name)
{
    size_t n = strlen(name);

    return n > 0 && n < 128 && name[0] != '/' && !strstr(name, "..") &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-") == n;
}

static enum odd_status read_zone_file(const char *name, struct oddi_buf *to, struct odd_error *err)
{
    char path[sizeof ZONE_FILES + 128] = ZONE_FILES;
    struct oddi_input *in = NULL;
    enum odd_status status = ODD_ERR_USAGE;
    size_t got = 1;

    memcpy(path + sizeof ZONE_FILES - 1, name, strlen(name) + 1);
    if (oddi_input_open(path, &in, NULL) == ODD_OK) {
        status = ODD_OK;
        while (status == ODD_OK && got > 0 && to->size < ZONE_MAX) {
            char *at = oddi_buf_reserve(to, 4096);

            status = at ? oddi_input_read(in, at, 4096, &got, err) : oddi_fail_memory(err);
            if (status == ODD_OK)
                to->size += got;
        }
        oddi_input_close(in);
    }
    if (status == ODD_ERR_USAGE)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "there is no time zone '%s' (names are like UTC, +02:00 and Europe/Prague; the named ones "
            "need the system's tzdata)",
            name);
    return status;
}

enum odd_status oddi_plan_zone(const char *name, struct oddi_zone **out, struct odd_error *err)
{
    struct oddi_buf file;
    enum odd_status status;

    *out = NULL;
    if (!name || strcmp(name, "UTC") == 0 || strcmp(name, "Z") == 0)
        return ODD_OK;
    oddi_buf_init(&file, 0);
    if (oddi_zone_is_fixed(name))
        status = ODD_OK;
    else if (!plain_zone_name(name))
        status = oddi_fail(err, ODD_ERR_USAGE,
                           "'%s' is not a time zone (names are like UTC, +02:00, Europe/Prague)", name);
    else
        status = read_zone_file(name, &file, err);
    if (status == ODD_OK)
        status = oddi_zone_new(name, file.size ? (const uint8_t *)file.data : NULL, file.size, out, err);
    oddi_buf_free(&file);
    return status;
}

enum odd_status oddi_plan_maps(const char *lines, const char ***maps, char **text, size_t *n,
                               struct odd_error *err)
{
    size_t size, cap = 0;

    *maps = NULL;
    *text = NULL;
    *n = 0;
    if (!lines || !*lines)
        return ODD_OK;
    size = strlen(lines) + 1;
    *text = oddi_malloc_array(size, 1);
    if (!*text)
        return oddi_fail_memory(err);
    memcpy(*text, lines, size);
    for (char *line = *text; line;) {
        char *end = strchr(line, '\n');

        if (end)
            *end++ = '\0';
        if (!oddi_grow(maps, &cap, *n + 1, sizeof **maps)) {
            free(*maps);
            free(*text);
            *maps = NULL;
            *text = NULL;
            *n = 0;
            return oddi_fail_memory(err);
        }
        (*maps)[(*n)++] = line;
        line = end;
    }
    return ODD_OK;
}

unsigned oddi_plan_threads(int64_t asked)
{
    long cores;

    if (asked > 0)
        return asked < MAX_THREADS ? (unsigned)asked : MAX_THREADS;
    cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores < MAX_THREADS ? (unsigned)cores : MAX_THREADS;
}

/* ---- From the options ------------------------------------------------------------------------ */

/* 2012 and 20120810 are meant as dates, not as seconds of 1970: nobody may lose a filter to that. */
static bool looks_like_date(const char *text)
{
    size_t n = strspn(text, "0123456789");

    return !text[n] && (n == 4 || n == 8);
}

static enum odd_status time_option(const odd_options *opt, const char *name, const struct oddi_zone *zone,
                                   int64_t unset, int64_t *out, struct odd_error *err)
{
    const char *text = oddi_options_value(opt, name)->text;

    *out = unset;
    if (!text || (!looks_like_date(text) && oddi_parse_time(text, strlen(text), zone, out)))
        return ODD_OK;
    return oddi_fail(err, ODD_ERR_USAGE,
                     "--%s must be a time such as 2011-08-10T09:46:00Z or 2011/08/10.09:46:00, not '%s'",
                     name, text);
}

static enum odd_status plan_hop(struct oddi_windows_config *w, int64_t hop, struct odd_error *err)
{
    if (w->timeless)
        return oddi_fail(err, ODD_ERR_USAGE, "--hop needs windows: leave --no-window out");
    if (hop > w->align.length)
        return oddi_fail(err, ODD_ERR_USAGE, "--hop must be at most the length of a window, --window");
    if (w->align.length / hop >= ODDI_MAX_HOPS)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--hop must be more than 1/%d of --window: a flow enters every window that holds it",
                         ODDI_MAX_HOPS);
    w->span = w->align.length;
    w->align.length = hop;
    return ODD_OK;
}

static enum odd_status plan_windows(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    struct oddi_windows_config *w = &plan->windows;

    w->timeless = oddi_options_value(opt, "no-window")->flag;
    w->align.length = w->timeless ? 0 : oddi_options_value(opt, "window")->i;
    if (oddi_options_value(opt, "hop")->i)
        ODDI_TRY(plan_hop(w, oddi_options_value(opt, "hop")->i, err));
    w->align.origin = (enum oddi_origin)oddi_options_value(opt, "origin")->i;
    w->align.zone = plan->zone;
    w->lateness = oddi_options_value(opt, "lateness")->i;
    w->hold = (uint64_t)oddi_options_value(opt, "hold")->i;
    w->max_bytes = oddi_options_value(opt, "mem-limit")->u;
    w->missing = (enum oddi_missing)oddi_options_value(opt, "missing")->i;
    /* Never seen in a result: it only keeps chosen times from colliding. */
    if (getrandom(&w->hash_key, sizeof w->hash_key, GRND_NONBLOCK) != (ssize_t)sizeof w->hash_key)
        w->hash_key = 0x9e3779b97f4a7c15u;
    ODDI_TRY(time_option(opt, "since", plan->zone, INT64_MIN, &w->since, err));
    ODDI_TRY(time_option(opt, "until", plan->zone, INT64_MAX, &w->until, err));
    if (w->since >= w->until)
        return oddi_fail(err, ODD_ERR_USAGE, "--since must be earlier than --until");
    return ODD_OK;
}

static enum odd_status choose_fields(struct oddi_plan *plan, const char *output, struct odd_error *err)
{
    struct oddi_write_options *w = &plan->write;

    w->fields_json = strcmp(output, "ndjson") == 0;
    if (plan->steps || w->windows_only || (!w->fields_json && strcmp(output, "csv") != 0))
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "--fields chooses columns of flows: it needs -o csv or -o ndjson and excludes --steps "
            "and --windows-only");
    plan->writer = oddi_writer_find("fields");
    return ODD_OK;
}

static enum odd_status plan_output(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    const char *output = oddi_options_value(opt, "output")->text;
    struct oddi_write_options *w = &plan->write;
    int64_t width = oddi_options_value(opt, "width")->i;

    w->all = oddi_options_value(opt, "all")->flag;
    w->windows_only = oddi_options_value(opt, "windows-only")->flag;
    w->verbose = oddi_options_value(opt, "verbose")->flag;
    w->color =
        oddi_options_value(opt, "color")->i == 1; /* "always": whether auto means it is the caller's to say */
    w->width = width < LEAST_WIDTH ? LEAST_WIDTH : (unsigned)width;
    w->no_window = plan->windows.timeless;
    w->zone = plan->zone;
    w->version = ODD_VERSION;
    w->community_seed = (uint16_t)oddi_options_value(opt, "community-id-seed")->i;
    plan->top = (uint64_t)oddi_options_value(opt, "top")->i;
    w->top = plan->top > 0;
    if (w->all && w->top)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--all and --top exclude each other: --top writes odd flows only");
    if (w->windows_only && (w->all || w->top))
        return oddi_fail(err, ODD_ERR_USAGE, "--windows-only writes no flows and excludes --all and --top");
    if (plan->steps && (w->all || w->top || w->windows_only))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--steps shows one window and excludes --all, --top and --windows-only");
    plan->writer = oddi_writer_find(plan->steps ? "steps" : output);
    w->fields = oddi_options_value(opt, "fields")->text;
    if (w->fields && *w->fields)
        ODDI_TRY(choose_fields(plan, output, err));
    if (!plan->writer)
        return oddi_fail(err, ODD_ERR_USAGE, "there is no output format '%s'", output);
    return ODD_OK;
}

#define MEMORY_KEYS ((size_t)4 << 20) /* 64 MiB a memory at most */

static enum odd_status plan_spread(struct oddi_plan *plan, struct odd_error *err)
{
    struct oddi_windows_config *w = &plan->windows;

    if (w->timeless || w->span || plan->by->gap)
        return oddi_fail(
            err, ODD_ERR_USAGE,
            "--spread shares flows out over windows that do not overlap: it excludes --hop, --gap "
            "and --no-window");
    if (w->align.origin == ODDI_ORIGIN_START_DAY)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--spread must know where windows begin: it excludes --origin start_day");
    plan->spreads = true;
    w->twins = true;
    return oddi_spread_init(&plan->spread, &w->align, plan->threads, err);
}

static enum odd_status plan_by(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    bool listed = oddi_options_given(opt, "features");
    const char *home = oddi_options_value(opt, "home")->text;
    struct oddi_by_options options = {.by = oddi_options_value(opt, "by")->text,
                                      .list = listed ? oddi_options_value(opt, "features")->text : NULL,
                                      .features = oddi_options_value(opt, "feature")->text,
                                      .phrases = oddi_options_value(opt, "say")->text,
                                      .gap = oddi_options_value(opt, "gap")->i,
                                      .zone = plan->zone,
                                      .threads = plan->threads};

    plan->home_text = home;
    plan->tz_text = oddi_options_given(opt, "tz") ? oddi_options_value(opt, "tz")->text : NULL;
    if (home)
        ODDI_TRY(oddi_home_parse("home", home, &plan->home, &plan->n_home, err));
    if (options.gap && (!options.by || plan->windows.timeless))
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--gap parts entities in sessions: it needs --by, and excludes --no-window");
    if (oddi_options_value(opt, "spread")->flag && !options.by)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "--spread shares the flows of entities out over windows: it needs --by");
    if (!options.by && !options.features)
        return ODD_OK;
    options.home = plan->home;
    options.n_home = plan->n_home;
    ODDI_TRY(oddi_by_new(&options, &plan->by, err));
    plan->entities = plan->by->n_keys > 0;
    plan->min_flows = (uint64_t)oddi_options_value(opt, "min-flows")->i;
    plan->memory_keys = MEMORY_KEYS;
    plan->zero = plan->windows.missing == ODDI_MISSING_ZERO;
    plan->windows.opaque = plan->entities;
    plan->windows.twins = plan->by->ends;
    if (oddi_options_value(opt, "spread")->flag)
        ODDI_TRY(plan_spread(plan, err));
    if (plan->entities && plan->zero)
        plan->windows.missing = ODDI_MISSING_DROP;
    if (plan->steps && plan->entities)
        return oddi_fail(err, ODD_ERR_USAGE, "--steps shows the steps for flows and excludes --by");
    return ODD_OK;
}

static enum odd_status plan_features(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    const char *text = oddi_options_value(opt, "features")->text;

    ODDI_TRY(plan_by(plan, opt, err));
    if (plan->by)
        return ODD_OK;
    /* The bytes of a flow are what the user says they are: a column of the default's name may stand beside that. */
    if (plan->reader.n_maps > 0 && !oddi_options_given(opt, "features"))
        text = "bytes";
    plan->all_features = text && strcmp(text, "all") == 0;
    if (plan->all_features)
        return ODD_OK;
    return oddi_feature_exprs_parse(text ? text : "", &plan->exprs, &plan->n_exprs, err);
}

static enum odd_status plan_where(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    const char *text = oddi_options_value(opt, "where")->text;

    if (text) {
        ODDI_TRY(oddi_where_init(
            &plan->where, text,
            &(struct oddi_where_options){plan->zone, plan->home, plan->n_home, plan->threads}, err));
        plan->where_text = text;
    }
    plan->lane = (struct oddi_lane){plan->by, plan->where_text ? &plan->where : NULL,
                                    plan->spreads ? &plan->spread : NULL};
    return ODD_OK;
}

static enum odd_status plan_parts(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    plan->strict = oddi_options_value(opt, "strict")->flag;
    plan->steps = oddi_options_value(opt, "steps")->flag;
    plan->format = oddi_options_value(opt, "format")->text;
    plan->block_size = oddi_options_value(opt, "block-size")->u;
    plan->threads = oddi_plan_threads(oddi_options_value(opt, "threads")->i);
    ODDI_TRY(oddi_plan_zone(oddi_options_value(opt, "tz")->text, &plan->zone, err));
    ODDI_TRY(oddi_plan_maps(oddi_options_value(opt, "map")->text, &plan->maps, &plan->map_text,
                            &plan->reader.n_maps, err));
    plan->reader.maps = plan->maps;
    plan->reader.zone = plan->zone;
    plan->reader.portable = oddi_options_value(opt, "portable")->flag;
    ODDI_TRY(plan_windows(plan, opt, err));
    ODDI_TRY(plan_output(plan, opt, err));
    ODDI_TRY(plan_features(plan, opt, err));
    ODDI_TRY(plan_where(plan, opt, err));
    plan->scaler_text = oddi_options_value(opt, "scale")->text;
    plan->detector_text = oddi_options_value(opt, "detector")->text;
    ODDI_TRY(oddi_component_scaler(plan->scaler_text, &plan->scaler, &plan->scaler_spec, err));
    return oddi_component_detector(plan->detector_text, &plan->detector, &plan->detector_spec, err);
}

enum odd_status oddi_plan_init(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    enum odd_status status;

    memset(plan, 0, sizeof *plan);
    if (strcmp(oddi_options_command(opt), "detect") != 0)
        return oddi_fail(err, ODD_ERR_USAGE, "a run needs the options of command 'detect', not '%s'",
                         oddi_options_command(opt));
    status = plan_parts(plan, opt, err);
    if (status != ODD_OK)
        oddi_plan_clear(plan);
    return status;
}

enum odd_status oddi_plan_set_home(struct oddi_plan *plan, const odd_options *opt, struct odd_error *err)
{
    oddi_by_free(plan->by);
    plan->by = NULL;
    if (plan->where_text)
        oddi_where_clear(&plan->where);
    plan->where_text = NULL;
    free(plan->home);
    plan->home = NULL;
    plan->windows.missing = (enum oddi_missing)oddi_options_value(opt, "missing")->i;
    ODDI_TRY(plan_by(plan, opt, err));
    return plan_where(plan, opt, err);
}

void oddi_plan_clear(struct oddi_plan *plan)
{
    for (size_t j = 0; plan->names && j < plan->d; j++)
        free(plan->names[j]);
    free(plan->names);
    free(plan->whole);
    free(plan->whole_features);
    free(plan->functions);
    free(plan->shown);
    free(plan->phrases);
    free(plan->logarithm);
    oddi_by_free(plan->by);
    if (plan->spreads)
        oddi_spread_clear(&plan->spread);
    free(plan->home);
    oddi_feature_exprs_free(plan->exprs, plan->n_exprs);
    oddi_spec_clear(&plan->scaler_spec);
    oddi_spec_clear(&plan->detector_spec);
    if (plan->where_text)
        oddi_where_clear(&plan->where);
    free(plan->maps);
    free(plan->map_text);
    oddi_zone_free(plan->zone);
    memset(plan, 0, sizeof *plan);
}

/* ---- Binding to the inputs --------------------------------------------------------------------- */

/* Bytes, packets and the like come as whole numbers, which is how their limits are told. */
static bool takes_whole_numbers(const char *name)
{
    enum oddi_field id = oddi_field_find(name, strlen(name), NULL);

    switch (id) {
    case ODDI_SRC_BYTES:
    case ODDI_DST_BYTES:
    case ODDI_BYTES:
    case ODDI_SRC_PKTS:
    case ODDI_DST_PKTS:
    case ODDI_PKTS:
    case ODDI_SRC_PORT:
    case ODDI_DST_PORT:
    case ODDI_SRC_TOS:
    case ODDI_DST_TOS:
        return true;
    default:
        return false;
    }
}

static enum odd_status set_features(struct oddi_plan *plan, size_t d, struct odd_error *err)
{
    plan->names = oddi_calloc_array(d, sizeof *plan->names);
    plan->whole = oddi_calloc_array(d, sizeof *plan->whole);
    plan->whole_features = oddi_calloc_array(d, sizeof *plan->whole_features);
    plan->functions = oddi_calloc_array(d, sizeof *plan->functions);
    plan->shown = oddi_calloc_array(d, sizeof *plan->shown);
    plan->phrases = oddi_calloc_array(d, sizeof *plan->phrases);
    plan->logarithm = oddi_calloc_array(d, sizeof *plan->logarithm);
    if (!plan->names || !plan->whole || !plan->whole_features || !plan->functions || !plan->shown ||
        !plan->phrases || !plan->logarithm)
        return oddi_fail_memory(err);
    plan->d = d;
    plan->windows.d = d;
    return ODD_OK;
}

/* Takes over `name`. */
static enum odd_status set_feature(struct oddi_plan *plan, size_t j, char *name, enum oddi_function fn,
                                   bool first, const char *source, struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    if (first) {
        plan->names[j] = name;
        plan->shown[j] = name;
        plan->functions[j] = fn;
        plan->whole[j] = fn == ODDI_FN_NONE && takes_whole_numbers(name);
        plan->whole_features[j] = plan->whole[j];
        return ODD_OK;
    }
    if (strcmp(plan->names[j], name) != 0)
        status = oddi_fail_at(
            err, ODD_ERR_FORMAT, source, ODD_NO_POSITION, ODD_NO_POSITION,
            "feature %zu is '%s' here and '%s' in the input before; inputs of one run must have the "
            "same features",
            j + 1, name, plan->names[j]);
    free(name);
    return status;
}

static bool is_feature_column(const struct oddi_schema *schema, const bool *numeric, size_t c)
{
    enum oddi_field id = schema->fields[c];
    enum oddi_type type = id == ODDI_NO_FIELD ? ODDI_TYPE_NUMBER : oddi_field_row(id)->type;

    /* The label is the answer, not a question. */
    return numeric[c] && id != ODDI_LABEL && (type == ODDI_TYPE_NUMBER || type == ODDI_TYPE_PORT);
}

static enum odd_status bind_all(struct oddi_plan *plan, const char *source, const struct oddi_schema *schema,
                                const bool *numeric, struct oddi_intake *intake, struct odd_error *err)
{
    bool first = plan->d == 0;
    size_t d = 0;

    for (size_t c = 0; c < schema->n_columns; c++)
        d += is_feature_column(schema, numeric, c);
    if (d == 0)
        return oddi_fail_at(err, ODD_ERR_FORMAT, source, ODD_NO_POSITION, ODD_NO_POSITION,
                            "no column holds numbers");
    if (first)
        ODDI_TRY(set_features(plan, d, err));
    else if (d != plan->d)
        return oddi_fail_at(err, ODD_ERR_FORMAT, source, ODD_NO_POSITION, ODD_NO_POSITION,
                            "has %zu numeric columns, the input before has %zu", d, plan->d);
    intake->recipes = oddi_calloc_array(d, sizeof *intake->recipes);
    if (!intake->recipes)
        return oddi_fail_memory(err);
    d = 0;
    for (size_t c = 0; c < schema->n_columns; c++) {
        char *name;

        if (!is_feature_column(schema, numeric, c))
            continue;
        name = strdup(schema->names[c]);
        if (!name)
            return oddi_fail_memory(err);
        intake->recipes[d] = (struct oddi_recipe){ODDI_COLUMN, ODDI_TYPE_NUMBER, (uint32_t)c, 0, 1, 1};
        ODDI_TRY(set_feature(plan, d++, name, ODDI_FN_NONE, first, source, err));
    }
    return ODD_OK;
}

static enum odd_status bind_exprs(struct oddi_plan *plan, const char *source,
                                  const struct oddi_schema *schema, struct oddi_intake *intake,
                                  struct odd_error *err)
{
    bool first = plan->d == 0;

    if (first)
        ODDI_TRY(set_features(plan, plan->n_exprs, err));
    intake->recipes = oddi_calloc_array(plan->d, sizeof *intake->recipes);
    if (!intake->recipes)
        return oddi_fail_memory(err);
    for (size_t j = 0; j < plan->d; j++) {
        char *name;

        ODDI_TRY(oddi_feature_expr_bind(&plan->exprs[j], schema, &intake->recipes[j], &name, err));
        ODDI_TRY(set_feature(plan, j, name, plan->exprs[j].fn, first, source, err));
    }
    return ODD_OK;
}

/* The features of `by` are the same for every input. */
enum odd_status oddi_plan_bind_by(struct oddi_plan *plan, struct odd_error *err)
{
    const struct oddi_by *by = plan->by;

    if (plan->d > 0)
        return ODD_OK;
    ODDI_TRY(set_features(plan, by->n_features - by->n_hidden, err));
    plan->windows.d = by->held;
    for (size_t j = 0; j < plan->d; j++) {
        const struct oddi_by_feature *f = &by->features[j];

        plan->names[j] = strdup(f->name);
        if (!plan->names[j])
            return oddi_fail_memory(err);
        plan->shown[j] = f->shown;
        plan->phrases[j] = f->phrase;
        plan->logarithm[j] = f->logarithm;
        plan->whole[j] = f->whole;
        plan->whole_features[j] = f->whole && !f->logarithm;
    }
    return ODD_OK;
}

enum odd_status oddi_plan_check_source(const struct oddi_plan *plan, const char *source,
                                       const struct oddi_schema *schema, struct odd_error *err)
{
    if (plan->windows.timeless || schema->recipes[ODDI_TS_START].how != ODDI_ABSENT)
        return ODD_OK;
    return oddi_fail_at(err, ODD_ERR_FORMAT, source, 1, ODD_NO_POSITION,
                        "has no start time (a column such as StartTime, ts or Timestamp): name it with --map "
                        "'ts_start=COLUMN', or take the input as one table with --no-window");
}

enum odd_status oddi_plan_bind(struct oddi_plan *plan, const char *source, const struct oddi_schema *schema,
                               const bool *numeric, struct oddi_intake *intake, struct odd_error *err)
{
    enum odd_status status;

    intake->recipes = NULL;
    ODDI_TRY(oddi_plan_check_source(plan, source, schema, err));
    if (plan->by)
        status = oddi_plan_bind_by(plan, err);
    else if (plan->all_features)
        status = bind_all(plan, source, schema, numeric, intake, err);
    else
        status = bind_exprs(plan, source, schema, intake, err);
    if (status != ODD_OK) {
        oddi_intake_clear(intake);
        if (err && err->source[0] == '\0' && source)
            strncpy(err->source, source, sizeof err->source - 1);
    }
    return status;
}

enum odd_status oddi_plan_bind_names(struct oddi_plan *plan, struct odd_error *err)
{
    if (plan->by)
        return oddi_fail(err, ODD_ERR_USAGE, "a run that is pushed to takes no --by and no --feature");
    if (plan->all_features)
        return oddi_fail(err, ODD_ERR_USAGE, "a run that is pushed to needs its features named, not 'all'");
    ODDI_TRY(set_features(plan, plan->n_exprs, err));
    for (size_t j = 0; j < plan->d; j++) {
        char *name;

        ODDI_TRY(oddi_feature_expr_name(&plan->exprs[j], &name, err));
        ODDI_TRY(set_feature(plan, j, name, plan->exprs[j].fn, true, "", err));
    }
    return ODD_OK;
}

void oddi_intake_clear(struct oddi_intake *intake)
{
    free(intake->recipes);
    intake->recipes = NULL;
}
