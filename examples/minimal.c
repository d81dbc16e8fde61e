/*
 * The windows of a file and the odd flows in each, with the reason.
 *
 *     cc minimal.c $(pkg-config --cflags --libs oddflow) -o minimal && ./minimal capture.binetflow
 */
#include <inttypes.h>
#include <stdio.h>

#include <oddflow/oddflow.h>

static void print_window(const odd_window *win)
{
    struct odd_reason why;

    printf("window %" PRId64 ": %zu flows, %zu clusters, %zu odd\n", odd_window_start(win) / 1000000000,
           odd_window_rows(win), odd_window_clusters(win), odd_window_outliers(win));
    why.struct_size = sizeof why;
    for (size_t i = 0; odd_window_reason(win, i, 0, &why) == ODD_OK; i++)
        printf("  flow %zu: %s %.0f, expected %.0f to %.0f, would be normal at %.0f\n", why.row,
               odd_window_feature_name(win, 0), why.value, why.expected_low, why.expected_high,
               why.normal_at);
}

int main(int argc, char **argv)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    const odd_window *win;
    enum odd_status st;

    if (argc != 2) {
        fprintf(stderr, "usage: minimal FILE\n");
        return 2;
    }
    if ((st = odd_options_new("detect", &opt, &err)) ||
        (st = odd_options_set(opt, "features", "TotBytes", &err)) || (st = odd_run_new(opt, &run, &err)) ||
        (st = odd_run_add_file(run, argv[1], &err)))
        goto done;
    while ((st = odd_run_next(run, &win, &err)) == ODD_OK)
        if (odd_window_outliers(win) > 0)
            print_window(win);
done:
    if (st != ODD_END)
        fprintf(stderr, "minimal: %s\n", err.message);
    odd_run_free(run);
    odd_options_free(opt);
    return st == ODD_END ? 0 : 1;
}
