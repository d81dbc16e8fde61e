/*
 * How fast the readers are, alone: CPU time of reading a file and decoding some of its columns.
 *
 *     bench_read FILE [repetitions [block size [FIELD...]]]
 *
 * Without fields: nothing but blocks; start time and bytes; every column in its type.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/num.h"
#include "read/source.h"

struct job {
    const char *path;
    size_t block_size;
    bool decode, has_ts, portable;
    const char *const *names; /* NULL: every column */
    size_t n_names;
};

struct outcome {
    uint64_t rows, bad, bytes;
    double sum; /* of the first NUMBER column: what two programs must agree on */
};

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* CPU time so far, and the program's own part of it: the kernel's is the copy out of its page cache. */
static void cpu_seconds(double *all, double *own)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    *own = seconds(u.ru_utime);
    *all = *own + seconds(u.ru_stime);
}

static enum odd_status choose_columns(const struct oddi_source *src, const struct job *job,
                                      struct oddi_batch *batch, struct odd_error *err)
{
    const struct oddi_schema *schema = oddi_source_schema(src);
    struct oddi_recipe recipes[64];
    size_t n = 0;

    for (size_t i = 0; job->names && i < job->n_names && n < 64; i++)
        ODDI_TRY(oddi_schema_resolve(schema, job->names[i], &recipes[n++], NULL, err));
    for (size_t k = 0; !job->names && k < schema->n_columns && n < 64; k++)
        if (schema->fields[k] != ODDI_NO_FIELD && schema->fields[k] != ODDI_TS_START)
            recipes[n++] = schema->recipes[schema->fields[k]];
    return oddi_batch_init(batch, recipes, n, job->has_ts, err);
}

static void add_up(struct outcome *out, const struct oddi_batch *batch)
{
    out->rows += batch->n;
    out->bad += batch->n_bad;
    for (size_t c = 0; c < batch->n_columns; c++)
        if (batch->columns[c].recipe.type == ODDI_TYPE_NUMBER) {
            for (size_t r = 0; r < batch->n; r++)
                out->sum += batch->columns[c].u.number[r];
            break;
        }
}

static enum odd_status read_blocks(struct oddi_source *src, const struct job *job, struct oddi_batch *batch,
                                   struct outcome *out, struct odd_error *err)
{
    struct oddi_source_block *block;
    enum odd_status status;

    while ((status = oddi_source_next(src, &block, err)) == ODD_OK) {
        if (job->decode) {
            status = oddi_source_decode(src, &block->block, batch, err);
            add_up(out, batch);
        }
        out->bytes += block->block.size;
        oddi_source_release(src, block);
        if (status != ODD_OK)
            return status;
    }
    return status == ODD_END ? ODD_OK : status;
}

static enum odd_status run(const struct job *job, struct outcome *out, struct odd_error *err)
{
    struct oddi_reader_options options = {.portable = job->portable};
    struct oddi_batch batch = {0};
    struct oddi_input *in;
    struct oddi_source *src;
    enum odd_status status;

    memset(out, 0, sizeof *out);
    ODDI_TRY(oddi_input_open(job->path, &in, err));
    ODDI_TRY(oddi_source_open(in, NULL, job->block_size, &options, &src, err));
    status = choose_columns(src, job, &batch, err);
    if (status == ODD_OK)
        status = read_blocks(src, job, &batch, out, err);
    oddi_batch_clear(&batch);
    oddi_source_close(src);
    return status;
}

static int measure(const char *what, const struct job *job, unsigned repetitions)
{
    struct odd_error err = ODD_ERROR_INIT;
    struct outcome out = {0};
    double best = 1e9, best_own = 1e9;

    for (unsigned i = 0; i < repetitions; i++) {
        double all, own, all_then, own_then;

        cpu_seconds(&all_then, &own_then);

        if (run(job, &out, &err) != ODD_OK) {
            fprintf(stderr, "%s: %s\n", err.source, err.message);
            return 1;
        }
        cpu_seconds(&all, &own);
        best = all - all_then < best ? all - all_then : best;
        best_own = own - own_then < best_own ? own - own_then : best_own;
    }
    printf("%-30s %8.4f s (%.4f own) %6.2f GB/s %6.1f ns/row  %llu rows, %llu bad, sum %.0f\n", what, best,
           best_own, (double)out.bytes / best * 1e-9, out.rows ? best / (double)out.rows * 1e9 : 0,
           (unsigned long long)out.rows, (unsigned long long)out.bad, out.sum);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const bytes[] = {"bytes"};
    uint64_t repetitions = 5, block_size = 256 << 10;
    struct job job = {.has_ts = true};

    if (argc < 2 || (argc > 2 && !oddi_parse_u64(argv[2], strlen(argv[2]), &repetitions)) ||
        (argc > 3 && !oddi_parse_size(argv[3], strlen(argv[3]), &block_size))) {
        fprintf(stderr, "usage: bench_read FILE [repetitions [block size [FIELD...]]]\n");
        return 2;
    }
    job.path = argv[1];
    job.block_size = (size_t)block_size;
    if (measure("blocks alone", &job, (unsigned)repetitions))
        return 1;
    job.decode = true;
    if (argc > 4) {
        job.names = (const char *const *)argv + 4;
        job.n_names = (size_t)argc - 4;
        return measure("start time and these fields", &job, (unsigned)repetitions);
    }
    job.names = bytes;
    job.n_names = 1;
    if (measure("start time and bytes", &job, (unsigned)repetitions))
        return 1;
    job.names = NULL;
    if (measure("every column typed", &job, (unsigned)repetitions))
        return 1;
    job.portable = true;
    if (measure("every column typed, no SIMD", &job, (unsigned)repetitions))
        return 1;
    job.names = bytes;
    return measure("start time and bytes, no SIMD", &job, (unsigned)repetitions);
}
