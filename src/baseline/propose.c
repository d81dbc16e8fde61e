#include "baseline/propose.h"

#include <string.h>

#include "base/ids.h"
#include "base/mem.h"
#include "baseline/propose_search.h"

static size_t count(const struct oddi_row_key *key, size_t n, const struct oddi_rule *rule,
                    const struct oddi_rule *without)
{
    size_t held = 0;

    for (size_t i = 0; i < n; i++)
        held += oddi_rule_holds(rule, &key[i]) && !(without && oddi_rule_holds(without, &key[i]));
    return held;
}

/* The address with most of the rows that the broader rule holds and the closed one does not; ties: the first met. */
static bool find_most(const struct oddi_propose_rows *rows, struct oddi_proposal *p)
{
    struct oddi_ids hosts = {0};
    size_t *at = NULL, cap = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < rows->n_other; i++) {
        const struct oddi_row_key *key = &rows->other[i];
        uint32_t host;
        size_t known = hosts.n;

        if (!oddi_rule_holds(&p->broader, key) || oddi_rule_holds(&p->rule, key) ||
            key->addr.kind == ODDI_ADDR_NONE)
            continue;
        ok = oddi_ids_add(&hosts, key->host, &host) && oddi_grow(&at, &cap, hosts.n, sizeof *at);
        if (!ok)
            break;
        if (hosts.n > known)
            at[host] = 0;
        if (++at[host] > p->most_rows) {
            p->most_rows = at[host];
            p->most = key->addr;
        }
    }
    free(at);
    oddi_ids_free(&hosts);
    return ok;
}

/* The rule that comes to mind first. */
static struct oddi_rule broader_of(const struct oddi_rule *rule)
{
    struct oddi_rule broader = *rule;

    if (rule->service != ODDI_NO_SERVICE && (rule->has_net || rule->has_hours || rule->has_weekdays))
        return (struct oddi_rule){.service = rule->service};
    broader.has_net = false;
    return broader;
}

/* What a closed rule is worth among the alerts that are left. */
static double worth(const struct oddi_propose_rows *left, const struct oddi_rule *rule, double bits)
{
    size_t heavy = oddi_confirmed_weight(left);

    return oddi_rule_quality(count(left->dismissed, left->n_dismissed, rule, NULL), left->n_dismissed,
                             heavy * count(left->confirmed, left->n_confirmed, rule, NULL) +
                                 count(left->other, left->n_other, rule, NULL),
                             heavy * left->n_confirmed + left->n_other, bits);
}

static bool measure(const struct oddi_propose_rows *all, struct oddi_proposal *p)
{
    p->dismissed = count(all->dismissed, all->n_dismissed, &p->rule, NULL);
    p->confirmed = count(all->confirmed, all->n_confirmed, &p->rule, NULL);
    p->other = count(all->other, all->n_other, &p->rule, NULL);
    p->broader = broader_of(&p->rule);
    p->broader_confirmed = count(all->confirmed, all->n_confirmed, &p->broader, &p->rule);
    p->broader_other = count(all->other, all->n_other, &p->broader, &p->rule);
    return find_most(all, p);
}

/* ---- Rounds -------------------------------------------------------------------------------------------------------- */

/* Parts the rows: those that the rule holds go to the end; how many it does not hold. */
static size_t part(struct oddi_row_key *key, size_t n, const struct oddi_rule *rule)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if (!oddi_rule_holds(rule, &key[i])) {
            struct oddi_row_key held = key[i];

            key[i] = key[k];
            key[k++] = held;
        }
    return k;
}

/* The best closed rule for the alerts that are left, which it reorders. quality 0: there is none. */
static enum odd_status best_of(const struct oddi_propose_rows *left, struct oddi_row_key *key,
                               struct oddi_proposal *best, struct odd_error *err)
{
    struct oddi_found_rule found[ODDI_BEAM];
    size_t n_found;

    *best = (struct oddi_proposal){.quality = 0};
    ODDI_TRY(oddi_propose_search(left, found, &n_found, err));
    for (size_t k = 0; k < n_found; k++) {
        size_t apart = part(key, left->n_dismissed, &found[k].rule);
        struct oddi_proposal p;

        if (!oddi_rule_close(key + apart, left->n_dismissed - apart, &p.rule))
            return oddi_fail_memory(err);
        p.quality = worth(left, &p.rule, found[k].bits);
        if (p.quality > best->quality)
            *best = (struct oddi_proposal){.rule = p.rule, .quality = p.quality};
    }
    return ODD_OK;
}

static bool enough(size_t some, size_t all)
{
    return some >= ODDI_LEAST_DISMISSED && 20 * some >= all;
}

static enum odd_status rounds(const struct oddi_propose_rows *rows, struct oddi_row_key *key, size_t max,
                              struct oddi_proposal *out, size_t *n, struct odd_error *err)
{
    struct oddi_propose_rows left = *rows;

    left.dismissed = key;
    while (*n < max && enough(left.n_dismissed, rows->n_dismissed)) {
        struct oddi_proposal *p = &out[*n];
        size_t apart;

        ODDI_TRY(best_of(&left, key, p, err));
        if (p->quality <= 0)
            break;
        apart = part(key, left.n_dismissed, &p->rule);
        if (!enough(left.n_dismissed - apart, rows->n_dismissed))
            break;
        if (!measure(rows, p))
            return oddi_fail_memory(err);
        left.n_dismissed = apart;
        ++*n;
    }
    return ODD_OK;
}

enum odd_status oddi_propose(const struct oddi_propose_rows *rows, size_t max, struct oddi_proposal *out,
                             size_t *n, struct odd_error *err)
{
    struct oddi_row_key *key;
    enum odd_status status;

    *n = 0;
    if (rows->n_dismissed == 0)
        return ODD_OK;
    key = oddi_malloc_array(rows->n_dismissed, sizeof *key);
    if (!key)
        return oddi_fail_memory(err);
    memcpy(key, rows->dismissed, rows->n_dismissed * sizeof *key);
    status = rounds(rows, key, max, out, n, err);
    free(key);
    return status;
}

static void put_count(struct oddi_buf *out, size_t n, const char *what)
{
    oddi_buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static void put_tried(struct oddi_buf *out, const struct oddi_tried *t)
{
    if (t->judged)
        oddi_buf_printf(out, "; a model of that scope would have kept %zu", t->kept);
    else
        oddi_buf_str(out, "; there are too few rows yet for a model of that scope");
    if (t->confirmed == 0)
        oddi_buf_str(out, "; no alert is confirmed that it could hide");
    else
        oddi_buf_printf(out, "; it hides %zu of %zu confirmed alert%s", t->hidden, t->confirmed,
                        t->confirmed == 1 ? "" : "s");
}

void oddi_proposal_say(const struct oddi_proposal *p, const struct oddi_tried *tried,
                       const struct oddi_scope_names *names, struct oddi_buf *out)
{
    char text[ODDI_ADDR_TEXT_MAX];

    oddi_buf_printf(out, "%zu of %zu dismissed alert%s: ", tried->covered, tried->dismissed,
                    tried->dismissed == 1 ? "" : "s");
    oddi_rule_expression(&p->rule, names, out);
    put_tried(out, tried);
    if (p->broader_other + p->broader_confirmed == 0)
        return;
    oddi_buf_str(out, "; the broader rule ");
    oddi_rule_expression(&p->broader, names, out);
    oddi_buf_str(out, " would also hide ");
    put_count(out, p->broader_other, "row");
    if (2 * p->most_rows >= p->broader_other && p->most_rows > 0) {
        if (p->most_rows < p->broader_other)
            oddi_buf_printf(out, ", %zu of them", p->most_rows);
        oddi_buf_str(out, " of ");
        oddi_buf_add(out, text, oddi_format_addr(text, &p->most));
    }
    if (p->broader_confirmed == 0)
        return;
    oddi_buf_str(out, ", and ");
    put_count(out, p->broader_confirmed, "confirmed alert");
}
