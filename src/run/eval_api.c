#include "run/eval.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "eval/results.h"
#include "run/home_guess.h"
#include "run/option_table.h"
#include "run/preset.h"

#define MAX_HOPS     16
#define RECORD_BYTES 96 /* what a record costs in the truth, in a pass and in measuring it */

/* What labels look like in CTU-13: "flow=From-Botnet-V47-TCP-CC73-Not-Encrypted", "flow=From-Normal-V47-Jist". */
#define CTU13_POSITIVE "label like '*From-Botnet*'"
#define CTU13_NEGATIVE "label like '*From-Normal*'"

struct config {
    char *name;
    odd_options *options; /* of command "detect" or "hunt" */
};

struct odd_eval {
    odd_options *options;
    struct config *configs;
    size_t n_configs, cap_configs;
    char *labels_text, *labels_name;
    bool presets; /* a configuration looks at what home starts */

    odd_options *plan_options;
    struct oddi_plan plan; /* how the truth is read */
    bool planned;
    struct oddi_ground truth;
    struct oddi_labels labels;
    struct oddi_eval_result *results; /* n_configs */
    size_t n_results;
    struct oddi_eval_report report;
    char *data;
    char home[64];

    struct odd_ledger ledger; /* of the first configuration */
    char **notes;
    size_t n_notes, cap_notes;
    odd_progress_fn progress;
    void *progress_ctx;
    odd_bad_fn bad;
    void *bad_ctx;
};

/* ---- Configurations ------------------------------------------------------------------------------------------------ */

/* Options that are about the whole, or that make configurations. */
static bool is_own(const char *name)
{
    static const char *const own[] = {"preset", "detector", "output",  "write", "config", "quiet",
                                      "bad",    "help",     "version", "color", "width"};

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return false;
}

static enum odd_status set_lines(odd_options *to, const char *name, const char *lines, struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    while (status == ODD_OK && *lines) {
        size_t n = strcspn(lines, "\n");
        char *line = strndup(lines, n);

        if (!line)
            return oddi_fail_memory(err);
        status = odd_options_set(to, name, line, err);
        free(line);
        lines += n + (lines[n] == '\n');
    }
    return status;
}

/* Options of a command, with those that were given to eval. */
static enum odd_status given_options(const struct odd_eval *e, const char *command, odd_options **out,
                                     struct odd_error *err)
{
    size_t n;
    const struct odd_param *rows = oddi_option_table(command, &n);
    odd_options *opt;
    enum odd_status status = odd_options_new(command, &opt, err);

    for (size_t i = 0; status == ODD_OK && i < n; i++) {
        const char *name = rows[i].name;

        if (is_own(name) || !oddi_options_given(e->options, name))
            continue;
        if (rows[i].type == ODD_PARAM_LIST)
            status = set_lines(opt, name, odd_options_get(e->options, name), err);
        else
            status = odd_options_set(opt, name, odd_options_get(e->options, name), err);
    }
    if (status != ODD_OK) {
        odd_options_free(opt);
        return status;
    }
    *out = opt;
    return ODD_OK;
}

/* Whether it looks at what home starts: home is guessed for it, as hunt does. */
static bool is_about_home(const odd_run *run, const odd_options *options)
{
    if (run->hunt && run->hunt->report == ODDI_HUNT_HOSTS)
        return true;
    return run->plan.entities && odd_options_get(options, "preset") && !odd_options_get(options, "baseline");
}

/* Takes over `options`. Mistakes in them are told now, not after the first configuration has run. */
static enum odd_status add_config(struct odd_eval *e, const char *name, odd_options *options,
                                  struct odd_error *err)
{
    struct config c = {strdup(name), options};
    odd_run *run = NULL;
    enum odd_status status = c.name ? odd_run_new(options, &run, err) : oddi_fail_memory(err);

    if (status == ODD_OK && run->plan.windows.timeless)
        status = oddi_fail(err, ODD_ERR_USAGE, "%s: eval needs windows: leave no-window out", name);
    for (size_t i = 0; status == ODD_OK && i < e->n_configs; i++)
        if (strcmp(e->configs[i].name, name) == 0)
            status = oddi_fail(err, ODD_ERR_USAGE, "two configurations are called '%s'", name);
    if (status == ODD_OK && !oddi_grow(&e->configs, &e->cap_configs, e->n_configs + 1, sizeof *e->configs))
        status = oddi_fail_memory(err);
    if (status == ODD_OK)
        e->presets = e->presets || is_about_home(run, options);
    odd_run_free(run);
    if (status != ODD_OK) {
        free(c.name);
        odd_options_free(options);
        return status;
    }
    e->configs[e->n_configs++] = c;
    return ODD_OK;
}

/* One configuration: a preset or a text of options (or neither) and a detector (or its own). */
static enum odd_status add_one(struct odd_eval *e, const char *name, const char *preset, const char *text,
                               const char *detector, struct odd_error *err)
{
    odd_options *opt;
    enum odd_status status;

    ODDI_TRY(given_options(e, "detect", &opt, err));
    status = preset ? odd_options_set(opt, "preset", preset, err) : ODD_OK;
    if (status == ODD_OK && text)
        status = odd_options_read(opt, text, name, err);
    if (status == ODD_OK && detector)
        status = odd_options_set(opt, "detector", detector, err);
    if (status != ODD_OK) {
        odd_options_free(opt);
        return status;
    }
    return add_config(e, name, opt, err);
}

/* With each of the detectors, or with its own. `name` NULL: that of the detector. */
static enum odd_status add_each(struct odd_eval *e, const char *name, const char *preset, const char *text,
                                struct odd_error *err)
{
    const char *list = odd_options_get(e->options, "detector");
    bool several = list && strchr(list, '\n');
    enum odd_status status = ODD_OK;

    if (!list)
        return add_one(e, name ? name : "detect", preset, text, NULL, err);
    while (status == ODD_OK && *list) {
        size_t n = strcspn(list, "\n");
        char *detector = strndup(list, n);
        struct oddi_buf full;

        oddi_buf_init(&full, 0);
        if (name)
            oddi_buf_str(&full, name);
        if (name && several)
            oddi_buf_char(&full, ' ');
        if (detector && (!name || several))
            oddi_buf_str(&full, detector);
        if (!detector || !oddi_buf_ok(&full))
            status = oddi_fail_memory(err);
        else
            status = add_one(e, oddi_buf_cstr(&full), preset, text, detector, err);
        oddi_buf_free(&full);
        free(detector);
        list += n + (list[n] == '\n');
    }
    return status;
}

static enum odd_status add_presets(struct odd_eval *e, struct odd_error *err)
{
    const char *list = odd_options_get(e->options, "preset");
    odd_options *opt;
    char name[64];

    while (list && (list = oddi_preset_next(list, name)))
        ODDI_TRY(add_each(e, name, name, NULL, err));
    if (!oddi_options_value(e->options, "hunt")->flag)
        return ODD_OK;
    ODDI_TRY(given_options(e, "hunt", &opt, err));
    return add_config(e, "hunt", opt, err);
}

static enum odd_status check_truth(const odd_options *opt, struct odd_error *err)
{
    if (oddi_options_given(opt, "negative") && !oddi_options_given(opt, "positive"))
        return oddi_fail(err, ODD_ERR_USAGE, "--negative needs --positive beside it");
    if (oddi_options_given(opt, "labels") && oddi_options_given(opt, "positive"))
        return oddi_fail(err, ODD_ERR_USAGE, "--labels and --positive exclude each other");
    return ODD_OK;
}

enum odd_status odd_eval_new(const odd_options *opt, odd_eval **out, struct odd_error *err)
{
    odd_eval *e;
    enum odd_status status;

    if (strcmp(oddi_options_command(opt), "eval") != 0)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_eval_new takes options of command eval");
    e = oddi_calloc_array(1, sizeof *e);
    if (!e)
        return oddi_fail_memory(err);
    status = oddi_options_copy(opt, &e->options, err);
    if (status == ODD_OK)
        status = check_truth(opt, err);
    if (status == ODD_OK)
        status = add_presets(e, err);
    if (status != ODD_OK) {
        odd_eval_free(e);
        return status;
    }
    *out = e;
    return ODD_OK;
}

enum odd_status odd_eval_add(odd_eval *e, const char *name, const char *text, struct odd_error *err)
{
    return add_each(e, name, NULL, text, err);
}

enum odd_status odd_eval_labels(odd_eval *e, const char *name, const char *text, struct odd_error *err)
{
    free(e->labels_name);
    free(e->labels_text);
    e->labels_name = strdup(name);
    e->labels_text = strdup(text);
    return e->labels_name && e->labels_text ? ODD_OK : oddi_fail_memory(err);
}

void odd_eval_free(odd_eval *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->n_configs; i++) {
        free(e->configs[i].name);
        odd_options_free(e->configs[i].options);
    }
    for (size_t i = 0; i < e->n_notes; i++)
        free(e->notes[i]);
    free(e->notes);
    free(e->configs);
    free(e->results);
    free(e->labels_text);
    free(e->labels_name);
    free(e->data);
    oddi_ground_clear(&e->truth);
    oddi_labels_free(&e->labels);
    if (e->planned)
        oddi_plan_clear(&e->plan);
    odd_options_free(e->plan_options);
    odd_options_free(e->options);
    free(e);
}

/* ---- What is told -------------------------------------------------------------------------------------------------- */

static enum odd_status note(struct odd_eval *e, const char *config, const char *text, struct odd_error *err)
{
    struct oddi_buf b;
    char *copy;

    oddi_buf_init(&b, 0);
    if (config)
        oddi_buf_printf(&b, "%s: ", config);
    oddi_buf_str(&b, text);
    copy = oddi_buf_ok(&b) ? strdup(oddi_buf_cstr(&b)) : NULL;
    oddi_buf_free(&b);
    if (!copy || !oddi_grow(&e->notes, &e->cap_notes, e->n_notes + 1, sizeof *e->notes)) {
        free(copy);
        return oddi_fail_memory(err);
    }
    e->notes[e->n_notes++] = copy;
    return ODD_OK;
}

void odd_eval_set_progress(odd_eval *e, odd_progress_fn fn, void *ctx)
{
    e->progress = fn;
    e->progress_ctx = ctx;
}
void odd_eval_set_bad(odd_eval *e, odd_bad_fn fn, void *ctx)
{
    e->bad = fn;
    e->bad_ctx = ctx;
}
size_t odd_eval_notes(const odd_eval *e)
{
    return e->n_notes;
}
const char *odd_eval_note(const odd_eval *e, size_t i)
{
    return i < e->n_notes ? e->notes[i] : NULL;
}
void odd_eval_ledger(const odd_eval *e, struct odd_ledger *ledger)
{
    *ledger = e->ledger;
}

/* ---- Truth ------------------------------------------------------------------------------------------------------------ */

static enum odd_status open_sources(const struct odd_eval *e, const char *const *paths, size_t n,
                                    struct oddi_source **sources, size_t *n_open, struct odd_error *err)
{
    for (size_t i = 0; i < n; i++) {
        struct oddi_input *in = NULL;
        enum odd_status status;

        if (strcmp(paths[i], "-") == 0)
            return oddi_fail(err, ODD_ERR_USAGE,
                             "eval reads its input once for the truth and once for each configuration: name "
                             "files, not a pipe");
        status = oddi_input_open(paths[i], &in, err);
        if (status == ODD_OK)
            status = oddi_source_open(in, e->plan.format, e->plan.block_size, &e->plan.reader,
                                      &sources[*n_open], err);
        if (status == ODD_ERR_NO_DATA && n > 1) /* an empty one among others */
            continue;
        ODDI_TRY(status);
        ODDI_TRY(oddi_plan_check_source(&e->plan, paths[i], oddi_source_schema(sources[(*n_open)++]), err));
    }
    return *n_open ? ODD_OK : oddi_fail(err, ODD_ERR_NO_DATA, "every input is empty");
}

static enum odd_status guess_home(struct odd_eval *e, struct oddi_source *const *sources, size_t n,
                                  struct odd_error *err)
{
    struct oddi_net net;
    char text[256];
    bool found = false;
    size_t at;

    if (!e->presets || oddi_options_given(e->options, "home"))
        return ODD_OK;
    ODDI_TRY(oddi_home_guess(sources, n, &net, &found, err));
    if (!found)
        return ODD_OK;
    at = oddi_format_addr(e->home, &net.addr);
    e->home[at++] = '/';
    at += oddi_format_u64(e->home + at, net.bits);
    e->home[at] = '\0';
    for (size_t i = 0; i < e->n_configs; i++)
        if (!oddi_options_given(e->configs[i].options, "home"))
            ODDI_TRY(odd_options_set(e->configs[i].options, "home", e->home, err));
    snprintf(text, sizeof text,
             "home is taken to be %s, which most of the first flows have an end in; --home says otherwise",
             e->home);
    return note(e, NULL, text, err);
}

static enum odd_status add_kinds_of(struct odd_eval *e, const struct oddi_plan *plan, struct odd_error *err)
{
    const char *key = oddi_eval_host_key(plan->by);
    size_t kind;

    if (plan->by && plan->by->gap)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "eval compares hosts in the same windows, and sessions have none: leave --gap out");
    if (plan->windows.span > MAX_HOPS * plan->windows.align.length)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "eval keeps what became of a flow in each window that holds it: --hop must be at "
                         "least 1/%d of --window",
                         MAX_HOPS);
    return plan->entities && key ? oddi_ground_add_kind(&e->truth, key, &kind, err) : ODD_OK;
}

/* A lane whose plan is made when the run starts has options; else it is the run's own. */
static enum odd_status add_lane_kinds(struct odd_eval *e, const odd_run *run,
                                      const struct oddi_hunt_lane *lane, struct odd_error *err)
{
    struct oddi_plan plan;
    enum odd_status status;

    if (!lane->options)
        return add_kinds_of(e, &run->plan, err);
    ODDI_TRY(oddi_plan_init(&plan, lane->options, err));
    status = add_kinds_of(e, &plan, err);
    oddi_plan_clear(&plan);
    return status;
}

/* The kinds of hosts that the configurations speak of. */
static enum odd_status add_kinds(struct odd_eval *e, struct odd_error *err)
{
    enum odd_status status = ODD_OK;
    size_t kind;

    ODDI_TRY(oddi_ground_add_kind(&e->truth, "src_ip", &kind, err));
    for (size_t i = 0; i < e->n_configs && status == ODD_OK; i++) {
        odd_run *run;

        ODDI_TRY(odd_run_new(e->configs[i].options, &run, err));
        if (!run->hunt)
            status = add_kinds_of(e, &run->plan, err);
        for (size_t l = 0; run->hunt && l < run->hunt->n_lanes && status == ODD_OK; l++)
            status = add_lane_kinds(e, run, &run->hunt->lanes[l], err);
        odd_run_free(run);
    }
    return status;
}

static enum odd_status plan_truth(struct odd_eval *e, struct odd_error *err)
{
    if (e->planned)
        oddi_plan_clear(&e->plan);
    e->planned = false;
    odd_options_free(e->plan_options);
    e->plan_options = NULL;
    ODDI_TRY(given_options(e, "detect", &e->plan_options, err));
    if (e->home[0])
        ODDI_TRY(odd_options_set(e->plan_options, "home", e->home, err));
    ODDI_TRY(oddi_plan_init(&e->plan, e->plan_options, err));
    e->planned = true;
    e->truth.plan = &e->plan;
    return ODD_OK;
}

static enum odd_status what_is_true(struct odd_eval *e, struct odd_error *err)
{
    uint64_t records = oddi_options_value(e->options, "mem-limit")->u / RECORD_BYTES;

    e->truth.max_records = records < UINT32_MAX - 1 ? (size_t)records : UINT32_MAX - 1;
    if (e->labels_text) {
        ODDI_TRY(oddi_labels_read(&e->labels, e->labels_text, e->labels_name, e->plan.zone, err));
        e->truth.labels = &e->labels;
    } else if (oddi_options_given(e->options, "positive")) {
        e->truth.positive = odd_options_get(e->options, "positive");
        e->truth.negative = odd_options_get(e->options, "negative");
    } else {
        e->truth.positive = CTU13_POSITIVE;
        e->truth.negative = CTU13_NEGATIVE;
    }
    return add_kinds(e, err);
}

static enum odd_status tell_truth(struct odd_eval *e, struct odd_error *err)
{
    const struct oddi_ground *t = &e->truth;
    char text[512], n[ODDI_NUM_MAX];

    if (t->refused) {
        n[oddi_format_u64_grouped(n, t->refused)] = '\0';
        snprintf(text, sizeof text,
                 "%s flows are beyond what the memory limit lets eval keep and are not measured: raise "
                 "--mem-limit",
                 n);
        ODDI_TRY(note(e, NULL, text, err));
    }
    if (t->count[ODDI_LABEL_POSITIVE] > 0)
        return ODD_OK;
    snprintf(text, sizeof text, "no flow is positive by %.300s: only false alarms can be counted",
             e->labels_text ? "the labels file" : t->positive);
    return note(e, NULL, text, err);
}

static enum odd_status read_truth(struct odd_eval *e, const char *const *paths, size_t n,
                                  struct odd_error *err)
{
    struct oddi_source **sources = oddi_calloc_array(n + 1, sizeof *sources);
    size_t n_open = 0;
    enum odd_status status = sources ? ODD_OK : oddi_fail_memory(err);

    if (status == ODD_OK)
        status = open_sources(e, paths, n, sources, &n_open, err);
    if (status == ODD_OK)
        status = guess_home(e, sources, n_open, err);
    if (status == ODD_OK && e->home[0]) /* in_home() of the truth follows the guess */
        status = plan_truth(e, err);
    if (status == ODD_OK)
        status = what_is_true(e, err);
    if (status == ODD_OK)
        status = oddi_ground_read(&e->truth, sources, n_open, err);
    for (size_t i = 0; sources && i <= n; i++)
        oddi_source_close(sources[i]);
    free(sources);
    return status == ODD_OK ? tell_truth(e, err) : status;
}

/* ---- Configurations, one by one ------------------------------------------------------------------------------------- */

static enum odd_status run_notes(struct odd_eval *e, size_t i, const odd_run *run, struct odd_error *err)
{
    for (size_t k = 0; k < odd_run_notes(run); k++)
        ODDI_TRY(note(e, e->configs[i].name, odd_run_note(run, k), err));
    return ODD_OK;
}

static enum odd_status measure(struct odd_eval *e, size_t i, const struct oddi_eval_pass *pass,
                               struct odd_error *err)
{
    const char *drawn = odd_options_get(e->options, "resample");
    struct oddi_eval_measuring m = {.truth = &e->truth};

    m.by_windows = strcmp(drawn, "windows") == 0;
    m.bootstrap = (struct oddi_bootstrap){(uint64_t)oddi_options_value(e->options, "seed")->i,
                                          (size_t)oddi_options_value(e->options, "resamples")->i,
                                          oddi_options_value(e->options, "confidence")->f};
    e->results[i] = (struct oddi_eval_result){.config = e->configs[i].name};
    return oddi_eval_measure(&m, pass->lanes, pass->n_lanes, &e->results[i], err);
}

static enum odd_status run_config(struct odd_eval *e, size_t i, const char *const *paths, size_t n,
                                  struct odd_error *err)
{
    struct oddi_eval_pass pass = {
        .truth = &e->truth, .config = e->configs[i].name, .paths = paths, .n_paths = n, .threshold = NAN};
    enum odd_status status = odd_run_new(e->configs[i].options, &pass.run, err);

    if (status != ODD_OK)
        return status;
    if (oddi_options_given(e->options, "threshold"))
        pass.threshold = oddi_options_value(e->options, "threshold")->f;
    odd_run_set_progress(pass.run, e->progress, e->progress_ctx);
    if (i == 0)
        odd_run_set_bad(pass.run, e->bad, e->bad_ctx);
    status = oddi_eval_pass(&pass, err);
    if (i == 0)
        odd_run_ledger(pass.run, &e->ledger);
    if (status == ODD_OK)
        status = run_notes(e, i, pass.run, err);
    odd_run_free(pass.run); /* its memory goes before measuring asks for some */
    if (status == ODD_OK)
        status = measure(e, i, &pass, err);
    oddi_eval_pass_clear(&pass);
    return status;
}

/* ---- The report ---------------------------------------------------------------------------------------------------- */

static uint64_t count_hosts(const struct oddi_ground *t, uint64_t *positive, bool *ok)
{
    uint8_t *seen = oddi_calloc_array(t->ids.n + 1, 1);
    uint64_t n = 0;

    *positive = 0;
    *ok = seen != NULL;
    for (size_t r = 0; seen && t->kinds[0].host && r < t->n; r++) {
        uint32_t h = t->kinds[0].host[r];

        if (t->label[r] != ODDI_GROUND_ABSENT && h != ODDI_NO_HOST)
            seen[h] |= t->label[r] == ODDI_LABEL_POSITIVE ? 3 : 1;
    }
    for (size_t h = 0; seen && h < t->ids.n; h++) {
        n += seen[h] & 1;
        *positive += seen[h] >> 1;
    }
    free(seen);
    return n;
}

static enum odd_status fill_report(struct odd_eval *e, const char *path, struct odd_error *err)
{
    const char *name = odd_options_get(e->options, "data"), *slash = strrchr(path, '/');
    struct oddi_eval_report *r = &e->report;
    bool ok;

    free(e->data);
    e->data = strdup(name ? name : slash ? slash + 1 : path);
    if (!e->data)
        return oddi_fail_memory(err);
    *r = (struct oddi_eval_report){.data = e->data,
                                   .flows = e->truth.flows,
                                   .positive = e->truth.count[ODDI_LABEL_POSITIVE],
                                   .negative = e->truth.count[ODDI_LABEL_NEGATIVE],
                                   .alpha = ODDI_CTU13_ALPHA,
                                   .ctu_width = ODDI_CTU13_WIDTH,
                                   .intervals = oddi_options_value(e->options, "resamples")->i > 0,
                                   .confidence = oddi_options_value(e->options, "confidence")->f,
                                   .resampled = odd_options_get(e->options, "resample"),
                                   .results = e->results,
                                   .n = e->n_results};
    r->hosts = count_hosts(&e->truth, &r->positive_hosts, &ok);
    return ok ? ODD_OK : oddi_fail_memory(err);
}

enum odd_status odd_eval_run(odd_eval *e, const char *const *paths, size_t n_paths, struct odd_error *err)
{
    if (e->results)
        return oddi_fail(err, ODD_ERR_USAGE, "odd_eval_run runs once");
    if (n_paths == 0)
        return oddi_fail(err, ODD_ERR_USAGE, "there is no input");
    if (e->n_configs == 0)
        ODDI_TRY(add_each(e, NULL, NULL, NULL, err));
    e->results = oddi_calloc_array(e->n_configs, sizeof *e->results);
    if (!e->results)
        return oddi_fail_memory(err);
    ODDI_TRY(plan_truth(e, err));
    ODDI_TRY(read_truth(e, paths, n_paths, err));
    for (size_t i = 0; i < e->n_configs; i++) {
        ODDI_TRY(run_config(e, i, paths, n_paths, err));
        e->n_results = i + 1;
    }
    return fill_report(e, paths[0], err);
}

/* ---- Output ---------------------------------------------------------------------------------------------------------- */

static enum odd_status put(struct oddi_buf *b, odd_write_fn write, void *ctx, struct odd_error *err)
{
    enum odd_status status = ODD_OK;

    if (!oddi_buf_ok(b))
        status = oddi_fail_memory(err);
    else if (b->size > 0) {
        int error = write(ctx, b->data, b->size);

        status = error ? oddi_fail_errno(err, NULL, "write the results", error) : ODD_OK;
    }
    oddi_buf_free(b);
    return status;
}

enum odd_status odd_eval_write(const odd_eval *e, odd_write_fn write, void *ctx, struct odd_error *err)
{
    const char *output = odd_options_get(e->options, "output");
    struct oddi_buf b;

    oddi_buf_init(&b, 0);
    if (strcmp(output, "csv") == 0)
        oddi_eval_csv(&e->report, &b);
    else if (strcmp(output, "ndjson") == 0)
        oddi_eval_ndjson(&e->report, &b);
    else
        oddi_eval_table(&e->report, &b);
    return put(&b, write, ctx, err);
}

enum odd_status odd_eval_results(const odd_eval *e, const char *name, const char *before, odd_write_fn write,
                                 void *ctx, struct odd_error *err)
{
    struct oddi_buf b;
    enum odd_status status;

    oddi_buf_init(&b, 0);
    status = oddi_results_replace(before, name, &e->report, &b, err);
    if (status != ODD_OK) {
        oddi_buf_free(&b);
        return status;
    }
    return put(&b, write, ctx, err);
}

struct telling {
    odd_worse_fn fn;
    void *ctx;
};

static void tell_worse(void *ctx, const struct oddi_worse *w)
{
    const struct telling *t = ctx;
    struct odd_worse out = {w->config, w->level, w->metric, w->before, w->now};

    t->fn(t->ctx, &out);
}

enum odd_status odd_eval_worse(const odd_eval *e, const char *name, const char *before, odd_worse_fn fn,
                               void *ctx, struct odd_error *err)
{
    struct telling t = {fn, ctx};

    return oddi_results_compare(before, name, &e->report, oddi_options_value(e->options, "tolerance")->f,
                                tell_worse, &t, err);
}
