/*
 * Raw scores of any detector, for tests/oracle/outliers.py. Reads jobs from standard input until it ends and writes their
 * answers to standard output, in the machine's byte order:
 *   job:    uint64 length of the spec, n, m, d, entities (0 or 1); the spec ("hbos:n_bins=auto"); n * d doubles to fit on;
 *           m * d new ones; with entities, uint32 n + m numbers of whose each row is
 *   answer: uint64 status (0 = fine); n raw scores and n scores of the fit, m raw scores of the new rows
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/detect.h"

struct job {
    uint64_t spec_length, n, m, d, entities;
    char spec[256];
    double *x, *fresh, *raw, *score, *fresh_raw, *fresh_score;
    uint32_t *entity;
};

static bool read_all(void *to, size_t size, size_t n)
{
    return fread(to, size, n, stdin) == n;
}

static double *room(uint64_t n)
{
    double *p = calloc((size_t)n + 1, sizeof *p);

    if (!p)
        abort();
    return p;
}

static bool read_job(struct job *j)
{
    uint64_t head[5];

    if (!read_all(head, sizeof *head, 5) || head[0] >= sizeof j->spec)
        return false;
    *j = (struct job){
        .spec_length = head[0], .n = head[1], .m = head[2], .d = head[3], .entities = head[4] ? 1 : 0};
    j->x = room(j->n * j->d);
    j->fresh = room(j->m * j->d);
    j->raw = room(j->n);
    j->score = room(j->n);
    j->fresh_raw = room(j->m);
    j->fresh_score = room(j->m);
    j->entity = (uint32_t *)room(j->n + j->m);
    return read_all(j->spec, 1, j->spec_length) && read_all(j->x, sizeof(double), j->n * j->d) &&
           read_all(j->fresh, sizeof(double), j->m * j->d) &&
           read_all(j->entity, sizeof *j->entity, j->entities * (j->n + j->m));
}

static enum odd_status judge(const struct oddi_detector *det, const struct oddi_spec *spec, struct job *j,
                             struct odd_error *err)
{
    struct oddi_matrix fitted = {.x = j->x, .n = j->n, .d = j->d, .entity = j->entities ? j->entity : NULL};
    struct oddi_matrix fresh = {
        .x = j->fresh, .n = j->m, .d = j->d, .entity = j->entities ? j->entity + j->n : NULL};
    struct oddi_judged out = {.score = j->score, .raw = j->raw};
    void *state = calloc(1, det->state_size);
    enum odd_status status = state ? det->init(state, spec->values, err) : ODD_ERR_MEMORY;

    if (!status)
        status = det->fit(state, &fitted, &out, err);
    if (!status && j->m > 0)
        status = det->score(state, &fresh, j->fresh_score, j->fresh_raw, err);
    if (state)
        det->clear(state);
    free(state);
    return status;
}

static enum odd_status run(struct job *j, struct odd_error *err)
{
    char name[64];
    struct oddi_spec spec;
    const struct oddi_detector *det = oddi_spec_name(j->spec, name) ? oddi_detector_find(name) : NULL;
    enum odd_status status;

    if (!det)
        return ODD_ERR_USAGE;
    status = oddi_spec_parse("detector", j->spec, det->params, det->n_params, &spec, err);
    if (status)
        return status;
    status = judge(det, &spec, j, err);
    oddi_spec_clear(&spec);
    return status;
}

static void answer(const struct job *j, enum odd_status status)
{
    uint64_t head = (uint64_t)status;

    fwrite(&head, sizeof head, 1, stdout);
    fwrite(j->raw, sizeof(double), j->n, stdout);
    fwrite(j->score, sizeof(double), j->n, stdout);
    fwrite(j->fresh_raw, sizeof(double), j->m, stdout);
    fflush(stdout);
}

int main(void)
{
    struct job j;

    while (read_job(&j)) {
        struct odd_error err = ODD_ERROR_INIT;
        enum odd_status status = run(&j, &err);

        if (status)
            fprintf(stderr, "%s: %s\n", j.spec, err.message);
        answer(&j, status);
        free(j.x);
        free(j.fresh);
        free(j.raw);
        free(j.score);
        free(j.fresh_raw);
        free(j.fresh_score);
        free(j.entity);
    }
    return 0;
}
