/* Runs `detect` over one file and prints its ledger as name=value words, then a line per bad record. For
 * tests/realdata/files.py. Usage: ledger [OPTION=VALUE ...] FILE */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <oddflow/oddflow.h>

static void print_bad(void *ctx, const struct odd_bad *bad)
{
    (void)ctx;
    printf("bad %s line %" PRIu64 " offset %" PRIu64 " field '%s': %s\n", bad->source, bad->line, bad->offset,
           bad->field, bad->reason);
}

static enum odd_status set_options(odd_options *opt, char **args, int n, struct odd_error *err)
{
    for (int i = 0; i < n; i++) {
        char *equals = strchr(args[i], '=');
        if (equals)
            *equals = 0;
        enum odd_status st = odd_options_set(opt, args[i], equals ? equals + 1 : NULL, err);
        if (st)
            return st;
    }
    return ODD_OK;
}

static enum odd_status drain(odd_run *run, struct odd_error *err)
{
    const odd_window *win;
    enum odd_status st;

    while ((st = odd_run_next(run, &win, err)) == ODD_OK)
        ;
    return st == ODD_END ? ODD_OK : st;
}

int main(int argc, char **argv)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct odd_ledger l;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    enum odd_status st;

    if (argc < 2)
        return 2;
    if ((st = odd_options_new("detect", &opt, &err)) || (st = set_options(opt, argv + 1, argc - 2, &err)) ||
        (st = odd_run_new(opt, &run, &err)))
        goto done;
    odd_run_set_bad(run, print_bad, NULL);
    if ((st = odd_run_add_file(run, argv[argc - 1], &err)) || (st = drain(run, &err)))
        goto done;
    odd_run_ledger(run, &l);
    printf("read=%" PRIu64 " scored=%" PRIu64 " late=%" PRIu64 " bad=%" PRIu64 " filtered=%" PRIu64
           " missing=%" PRIu64 " thin=%" PRIu64 " shed=%" PRIu64 " windows=%" PRIu64 " outliers=%" PRIu64
           "\n",
           l.read, l.scored, l.late, l.bad, l.filtered, l.missing, l.thin, l.shed, l.windows, l.outliers);
done:
    if (st)
        printf("failed: %s: %s\n", odd_status_name(st), err.message);
    odd_run_free(run);
    odd_options_free(opt);
    return st ? 1 : 0;
}
