/* odd_propose: from marked alerts to scopes that `oddflow accept` would take. */
#include "oddflow/oddflow.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "run/baseline_load.h"
#include "run/hunt.h"
#include "run/plan_options.h"
#include "run/propose_try.h"

#define LEAST_SPAN (20 * ODDI_HOUR) /* as accept asks for */

struct proposing {
    const odd_options *options;
    const struct oddi_alert_store *alerts;
    const char *const *paths;
    size_t n_paths;
    const char *path; /* of the baseline */
    struct oddi_baseline baseline;
    struct odd_run *run; /* that made the rows */
    struct oddi_evidence evidence;
    bool json, failed; /* memory ended */
    struct oddi_buf out;
    struct odd_error *err;
};

static const struct oddi_scope_names names = {"src_ip", "service"};

/* ---- Rows ---------------------------------------------------------------------------------------------------------- */

/* The text of an option of the first plan: all were learnt in one reading. */
static char *text_of(const struct proposing *p, const char *name)
{
    return (char *)(uintptr_t)oddi_base_option(&p->baseline.plans[0], name);
}

/* Options of a detect over the rows that scopes are searched in. */
static enum odd_status row_options(const struct proposing *p, odd_options **out)
{
    struct oddi_base_option options[8];
    const struct oddi_base_option fixed[] = {{"by", "src_ip, service"},
                                             {"window", "1h"},
                                             {"where", "in_home(src_ip) and service is not null"},
                                             {"feature", "flows = count()"},
                                             {"missing", "zero"}};
    struct oddi_base_plan plan = {.name = "propose", .options = options};

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        options[plan.n_options++] = fixed[i];
    if (text_of(p, "tz"))
        options[plan.n_options++] = (struct oddi_base_option){"tz", text_of(p, "tz")};
    if (text_of(p, "home"))
        options[plan.n_options++] = (struct oddi_base_option){"home", text_of(p, "home")};
    return oddi_plan_options_make(&plan, p->options, p->path, out, p->err);
}

static enum odd_status read_rows(struct proposing *p)
{
    odd_options *opt = NULL;
    enum odd_status status = row_options(p, &opt);

    if (status == ODD_OK)
        status = odd_options_set(opt, "against", "run", p->err);
    if (status == ODD_OK)
        status = odd_run_new(opt, &p->run, p->err);
    odd_options_free(opt);
    ODDI_TRY(status);
    p->run->hunt->report = ODDI_HUNT_ROWS;
    for (size_t i = 0; i < p->n_paths; i++)
        ODDI_TRY(odd_run_add_file(p->run, p->paths[i], p->err));
    ODDI_TRY(oddi_run_start(p->run, p->err));
    ODDI_TRY(oddi_hunt_read(p->run, p->err));
    ODDI_TRY(oddi_run_conclude(p->run, p->err));
    return oddi_evidence_make(&p->evidence, p->alerts, &p->baseline, &p->run->hunt->lanes[0].rows, p->err);
}

static enum odd_status check_alerts(const struct proposing *p)
{
    size_t dismissed = 0, n = oddi_alert_store_size(p->alerts);

    for (size_t i = 0; i < n; i++)
        dismissed += oddi_alert_store_at(p->alerts, i)->status == ODDI_ALERT_DISMISSED;
    if (dismissed > 0)
        return ODD_OK;
    return oddi_fail(
        p->err, ODD_ERR_NO_DATA,
        "none of the %zu alert%s is dismissed: a scope is proposed for what somebody has dismissed "
        "with 'oddflow alerts dismiss'",
        n, n == 1 ? "" : "s");
}

static enum odd_status check_rows(const struct proposing *p)
{
    if (p->evidence.n_dismissed > 0)
        return ODD_OK;
    return oddi_fail(
        p->err, ODD_ERR_NO_DATA,
        "the dismissed alerts are about no inside host and no service that the flows hold: name the "
        "files that the alerts were made from");
}

/* ---- One proposal ---------------------------------------------------------------------------------------------------- */

/* What accepts it. */
static void put_command(const struct proposing *p, const char *expression, struct oddi_buf *out)
{
    static const char *const kept[] = {"where", "since", "until"};

    oddi_buf_printf(out, "oddflow accept %s", p->path);
    oddi_option_show("scope", expression, out);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (oddi_options_given(p->options, kept[i]))
            oddi_option_show(kept[i], odd_options_get(p->options, kept[i]), out);
    for (size_t i = 0; i < p->n_paths; i++)
        oddi_option_show("from", p->paths[i], out);
}

/* Whether the dismissed rows of a rule are of less than a day. */
static bool is_of_one_night(const struct proposing *p, const struct oddi_rule *rule)
{
    const struct oddi_propose_rows *rows = &p->evidence.rows;
    int64_t first = INT64_MAX, last = INT64_MIN;

    for (size_t i = 0; i < rows->n_dismissed; i++) {
        const struct oddi_row_key *k = &rows->dismissed[i];

        if (!oddi_rule_holds(rule, k))
            continue;
        first = k->start < first ? k->start : first;
        last = k->start > last ? k->start : last;
    }
    return last - first < LEAST_SPAN;
}

static void put_text(struct proposing *p, size_t number, const struct oddi_proposal *found,
                     const struct oddi_tried *tried, const char *expression)
{
    oddi_buf_printf(&p->out, "%s%zu. ", number > 1 ? "\n" : "", number);
    oddi_proposal_say(found, tried, &names, &p->out);
    oddi_buf_char(&p->out, '\n');
    if (is_of_one_night(p, &found->rule))
        oddi_buf_str(&p->out, "   Its alerts are of one night: accept it from two, or with --force.\n");
    oddi_buf_str(&p->out, "   Accept with: ");
    put_command(p, expression, &p->out);
    oddi_buf_char(&p->out, '\n');
}

static void json_count(struct oddi_json *j, const char *key, uint64_t n)
{
    oddi_json_key(j, key);
    oddi_json_u64(j, n);
}

static void json_rule(struct oddi_json *j, const char *key, const struct oddi_rule *rule)
{
    struct oddi_buf text;

    oddi_buf_init(&text, 0);
    oddi_rule_expression(rule, &names, &text);
    oddi_json_key(j, key);
    oddi_json_cstr(j, oddi_buf_cstr(&text));
    oddi_buf_free(&text);
}

static void put_json(struct proposing *p, size_t number, const struct oddi_proposal *found,
                     const struct oddi_tried *tried, const char *expression)
{
    struct oddi_buf command;
    struct oddi_json j;

    oddi_buf_init(&command, 0);
    put_command(p, expression, &command);
    oddi_json_init(&j, &p->out);
    oddi_json_begin_object(&j);
    json_count(&j, "proposal", number);
    json_rule(&j, "condition", &found->rule);
    json_count(&j, "covered", tried->covered);
    json_count(&j, "dismissed", tried->dismissed);
    if (tried->judged)
        json_count(&j, "kept", tried->kept);
    json_count(&j, "hidden", tried->hidden);
    json_count(&j, "confirmed", tried->confirmed);
    oddi_json_key(&j, "one_night");
    oddi_json_bool(&j, is_of_one_night(p, &found->rule));
    json_rule(&j, "broader", &found->broader);
    json_count(&j, "broader_hides", found->broader_other);
    if (found->most_rows > 0) {
        char text[ODDI_ADDR_TEXT_MAX];

        json_count(&j, "broader_most", found->most_rows);
        oddi_json_key(&j, "broader_most_of");
        oddi_json_str(&j, text, oddi_format_addr(text, &found->most));
    }
    oddi_json_key(&j, "accept");
    oddi_json_cstr(&j, oddi_buf_cstr(&command));
    oddi_json_end_object(&j);
    oddi_buf_char(&p->out, '\n');
    p->failed = p->failed || !oddi_buf_ok(&command);
    oddi_buf_free(&command);
}

static enum odd_status try_one(struct proposing *p, size_t number, const struct oddi_proposal *found)
{
    struct oddi_tried tried = {.dismissed = p->evidence.n_dismissed, .confirmed = p->evidence.n_confirmed};
    struct oddi_try try = {
        .options = p->options, .paths = p->paths, .n_paths = p->n_paths, .rule = &found->rule};
    struct oddi_buf expression;
    enum odd_status status;

    oddi_buf_init(&expression, 0);
    oddi_rule_expression(&found->rule, &names, &expression);
    try.expression = oddi_buf_cstr(&expression);
    oddi_evidence_ask(&p->evidence, &found->rule);
    for (size_t k = 0; k < p->evidence.n_alerts; k++) {
        const struct oddi_evidence_alert *a = &p->evidence.alert[k];

        tried.covered += a->status == ODDI_ALERT_DISMISSED && !a->told && oddi_evidence_covers(a);
    }
    status = oddi_buf_ok(&expression) ? oddi_propose_try(&try, &p->evidence, &tried, p->err)
                                      : oddi_fail_memory(p->err);
    if (status == ODD_OK)
        (p->json ? put_json : put_text)(p, number, found, &tried, try.expression);
    for (size_t k = 0; k < p->evidence.n_alerts; k++)
        p->evidence.alert[k].told = p->evidence.alert[k].told || oddi_evidence_covers(&p->evidence.alert[k]);
    oddi_buf_free(&expression);
    return status;
}

/* ---- All of them --------------------------------------------------------------------------------------------------------- */

static void put_left_out(struct proposing *p)
{
    const struct oddi_evidence *e = &p->evidence;

    if (p->json || e->foreign + e->rowless == 0)
        return;
    oddi_buf_printf(&p->out,
                    "\nNot looked at: %zu marked alert%s about no inside host or service, %zu that the "
                    "flows hold no row of.\n",
                    e->foreign, e->foreign == 1 ? "" : "s", e->rowless);
}

static enum odd_status propose(struct proposing *p)
{
    struct oddi_proposal found[ODDI_MAX_PROPOSALS];
    size_t n, most = (size_t)oddi_options_value(p->options, "top")->i;

    ODDI_TRY(check_alerts(p));
    ODDI_TRY(oddi_baseline_load(&p->baseline, p->path, p->err));
    ODDI_TRY(read_rows(p));
    ODDI_TRY(check_rows(p));
    ODDI_TRY(oddi_propose(&p->evidence.rows, most, found, &n, p->err));
    for (size_t i = 0; i < n; i++)
        ODDI_TRY(try_one(p, i + 1, &found[i]));
    if (n == 0 && !p->json)
        oddi_buf_printf(&p->out,
                        "Nothing that at least %d of the dismissed alerts have in common sets them apart "
                        "from other traffic.\n",
                        ODDI_LEAST_DISMISSED);
    put_left_out(p);
    return oddi_buf_ok(&p->out) && !p->failed ? ODD_OK : oddi_fail_memory(p->err);
}

enum odd_status odd_propose(const odd_options *opt, const odd_alert_file *alerts, const char *const *paths,
                            size_t n_paths, odd_write_fn write, void *ctx, struct odd_error *err)
{
    struct proposing p = {.options = opt,
                          .alerts = (const struct oddi_alert_store *)(const void *)alerts,
                          .paths = paths,
                          .n_paths = n_paths,
                          .path = odd_options_get(opt, "baseline"),
                          .err = err};
    enum odd_status status;
    int e;

    if (strcmp(oddi_options_command(opt), "propose") != 0 || !p.path)
        return oddi_fail(err, ODD_ERR_USAGE,
                         "odd_propose needs options of command 'propose' with a baseline");
    p.json = strcmp(odd_options_get(opt, "output"), "ndjson") == 0;
    oddi_buf_init(&p.out, 0);
    status = propose(&p);
    if (status == ODD_OK && (e = write(ctx, p.out.data, p.out.size)) != 0)
        status = oddi_fail_errno(err, NULL, "write the output", e);
    oddi_evidence_clear(&p.evidence);
    odd_run_free(p.run);
    oddi_baseline_clear(&p.baseline);
    oddi_buf_free(&p.out);
    return status;
}
