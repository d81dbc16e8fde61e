/*
 * Pushing columns: a program that has flows of its own hands them over batch by batch and takes each window as it is
 * complete. Nothing is read from a file.
 *
 *     cc push.c $(pkg-config --cflags --libs oddflow) -o push && ./push
 */
#include <inttypes.h>
#include <stdio.h>

#include <oddflow/oddflow.h>

enum { BATCH = 100, BATCHES = 6, SECOND = 1000000000 };

/* A flow of this program: an array of such structs is pushed as it is, by strides. */
struct transfer {
    int64_t started; /* ns since 1970 */
    double bytes;
};

static void make_batch(struct transfer *out, int batch)
{
    for (int i = 0; i < BATCH; i++) {
        out[i].started = (INT64_C(1313489000) + batch * 30) * SECOND + INT64_C(250000000) * i;
        out[i].bytes = 400 + (i * 37) % 200;
    }
    if (batch == 3)
        out[42].bytes = 70963308; /* one transfer is not like the others */
}

static enum odd_status take_windows(odd_run *run, struct odd_error *err)
{
    const odd_window *win;
    struct odd_reason why = {0};
    enum odd_status st;

    why.struct_size = sizeof why;
    while ((st = odd_run_next(run, &win, err)) == ODD_OK) {
        printf("window %" PRId64 ": %zu transfers, %zu odd\n", odd_window_start(win) / SECOND,
               odd_window_rows(win), odd_window_outliers(win));
        for (size_t i = 0; odd_window_reason(win, i, 0, &why) == ODD_OK; i++)
            printf("  %.0f bytes; would be normal at %.0f\n", why.value, why.normal_at);
    }
    return st;
}

static enum odd_status push_all(odd_run *run, struct odd_error *err)
{
    struct transfer batch[BATCH];
    const struct odd_column columns[] = {
        {"ts_start", &batch->started, sizeof *batch, NULL},
        {"bytes", &batch->bytes, sizeof *batch, NULL},
    };
    enum odd_status st;

    for (int i = 0; i < BATCHES; i++) {
        make_batch(batch, i);
        st = odd_run_push(run, columns, 2, BATCH, err);
        if (st)
            return st;
        st = take_windows(run, err);
        if (st != ODD_AGAIN)
            return st;
    }
    st = odd_run_end(run, err);
    return st ? st : take_windows(run, err);
}

int main(void)
{
    struct odd_error err = ODD_ERROR_INIT;
    odd_options *opt = NULL;
    odd_run *run = NULL;
    enum odd_status st;

    /* Windows close as soon as a flow 5 s later has been seen, as a live program would have it. */
    if ((st = odd_options_new("detect", &opt, &err)) ||
        (st = odd_options_set(opt, "features", "bytes", &err)) ||
        (st = odd_options_set(opt, "hold", "0", &err)) ||
        (st = odd_options_set(opt, "lateness", "5s", &err)) || (st = odd_run_new(opt, &run, &err)))
        goto done;
    st = push_all(run, &err);
done:
    if (st != ODD_END)
        fprintf(stderr, "push: %s\n", err.message);
    odd_run_free(run);
    odd_options_free(opt);
    return st == ODD_END ? 0 : 1;
}
