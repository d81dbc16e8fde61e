/* needs: failalloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/inflate.h"
#include "base/input.h"
#include "base/rng.h"
#include "failalloc.h"
#include "tmp.h"

/* The programs that make the input are independent of what reads it. */
static const struct method {
    const char *compression, *program, *command; /* stdin to stdout */
} methods[] = {
    {"gzip", "gzip", "gzip -c"},
    {"zstd", "zstd", "zstd -qc"},
    {"xz", "xz", "xz -c"},
    {"bzip2", "bzip2", "bzip2 -c"},
    {"lz4", "lz4", "lz4 -qc"},
    {"zstd", "zstd", "zstd -qc --no-check"},
    {"xz", "xz", "xz -c --block-size=4096"},
    {"lz4", "lz4", "lz4 -qc -BD -B4"},
    {"zstd", "zstd", "zstd -qc -19 --long=24"},
    {"gzip", "gzip", "gzip -c1"},
};
#define N_METHODS (sizeof methods / sizeof *methods)
#define N_PLAIN   5 /* the first are one of each, with a checksum */

struct bytes {
    char *p;
    size_t n;
};

/* Lines like a capture's: compressible, and every place different from every other. */
static struct bytes make_text(size_t n, uint64_t seed)
{
    struct bytes b = {malloc(n + 64), 0};
    struct oddi_rng r;
    oddi_rng_seed(&r, seed);
    while (b.n < n)
        b.n += (size_t)snprintf(b.p + b.n, 64, "2011/08/10 09:46:%02u,tcp,147.32.84.%u,%u\n",
                                (unsigned)oddi_rng_below(&r, 60), (unsigned)oddi_rng_below(&r, 256),
                                (unsigned)oddi_rng_below(&r, 100000));
    b.n = n;
    return b;
}

static struct bytes compress(const struct method *m, struct bytes plain)
{
    char command[1000];
    struct bytes out;
    const char *from = tmp_file(plain.p, plain.n), *to = tmp_path();
    snprintf(command, sizeof command, "%s <%s >%s", m->command, from, to);
    assert_int_equal(tmp_run(command), 0);
    out.p = tmp_read(to, &out.n);
    unlink(from);
    unlink(to);
    return out;
}

static struct bytes join(struct bytes a, struct bytes b)
{
    struct bytes out = {malloc(a.n + b.n + 1), a.n + b.n};
    memcpy(out.p, a.p, a.n);
    memcpy(out.p + a.n, b.p, b.n);
    return out;
}

/* ---- reading from memory, in pieces ---- */

struct source {
    const char *p;
    size_t n, at, piece;
    size_t fail_at; /* offset from which reading fails; SIZE_MAX = never */
};

static enum odd_status feed(void *ctx, void *to, size_t n, size_t *got, struct odd_error *err)
{
    struct source *s = ctx;
    if (s->at >= s->fail_at)
        return oddi_fail_errno(err, "disk", "read", 5);
    *got = s->n - s->at < n ? s->n - s->at : n;
    if (s->piece && *got > s->piece)
        *got = s->piece;
    memcpy(to, s->p + s->at, *got);
    s->at += *got;
    return ODD_OK;
}

/* All that comes out, in steps of `step` bytes, and how it ended. */
static enum odd_status inflate_all(struct source *s, const char *compression, size_t step, struct bytes *out,
                                   struct odd_error *err)
{
    struct oddi_inflate *z = NULL;
    size_t room = 1 << 16;
    out->n = 0;
    out->p = malloc(room + step);
    enum odd_status status = oddi_inflate_new(feed, s, "name", compression, &z, err);
    for (size_t got = 1; status == ODD_OK && got > 0; out->n += got) {
        if (out->n + step > room)
            out->p = realloc(out->p, (room *= 2) + step);
        status = oddi_inflate_read(z, out->p + out->n, step, &got, err);
        if (status != ODD_OK) {
            struct odd_error again = ODD_ERROR_INIT;
            assert_int_equal(got, 0);
            assert_int_equal(oddi_inflate_read(z, out->p + out->n, step, &got, &again), status);
            assert_string_equal(again.message, err->message);
            break;
        }
    }
    oddi_inflate_free(z);
    return status;
}

static void expect_plain(struct bytes packed, const char *compression, struct bytes plain)
{
    static const size_t pieces[] = {0, 1, 7, 5000}, steps[] = {1 << 18, 100, 4096, 1};
    for (size_t i = 0; i < 4; i++) {
        struct source s = {packed.p, packed.n, 0, pieces[i], SIZE_MAX};
        struct odd_error err = ODD_ERROR_INIT;
        struct bytes got;
        enum odd_status status = inflate_all(&s, compression, steps[i], &got, &err);
        if (status != ODD_OK)
            fail_msg("%s: %s", compression, err.message);
        assert_int_equal(got.n, plain.n);
        assert_memory_equal(got.p, plain.p, plain.n);
        free(got.p);
    }
}

/* Fails with this message, having given a true beginning of `plain`, whose length is the offset of the error. */
static void expect_failure(struct bytes packed, const char *compression, struct bytes plain,
                           const char *message)
{
    struct source s = {packed.p, packed.n, 0, 0, SIZE_MAX};
    struct odd_error err = ODD_ERROR_INIT;
    struct bytes got;
    enum odd_status status = inflate_all(&s, compression, 4096, &got, &err);
    if (status != ODD_ERR_FORMAT || !strstr(err.message, message))
        fail_msg("%s, %zu bytes: status %d, '%s' where '%s' is due", compression, packed.n, status,
                 err.message, message);
    assert_string_equal(err.source, "name");
    assert_int_equal(err.offset, got.n);
    assert_in_range(got.n, 0, plain.n);
    assert_memory_equal(got.p, plain.p, got.n);
    free(got.p);
}

static void whole_data(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 5000, 700000};
    for (size_t m = 0; m < N_METHODS; m++) {
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(methods[m].compression))
            continue;
        for (size_t i = 0; i < 4; i++) {
            struct bytes plain = make_text(sizes[i], i), packed = compress(&methods[m], plain);
            assert_string_equal(oddi_inflate_sniff((const uint8_t *)packed.p, packed.n),
                                methods[m].compression);
            expect_plain(packed, methods[m].compression, plain);
            free(plain.p), free(packed.p);
        }
    }
}

static void members_one_after_another(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_METHODS; m++) {
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(methods[m].compression))
            continue;
        struct bytes a = make_text(30000, 1), b = make_text(200000, 2), none = make_text(0, 3);
        struct bytes za = compress(&methods[m], a), zb = compress(&methods[m], b),
                     z0 = compress(&methods[m], none);
        struct bytes zab = join(za, zb), z0ab = join(z0, zab), zab0 = join(zab, z0), ab = join(a, b);
        expect_plain(zab, methods[m].compression, ab);
        if (strcmp(methods[m].compression, "lz4") == 0) /* libarchive 3.6 stops at an empty frame */
            expect_failure(z0ab, "lz4", none, "something else follows the compressed data");
        else
            expect_plain(z0ab, methods[m].compression, ab);
        expect_plain(zab0, methods[m].compression, ab);
        struct bytes *all[] = {&a, &b, &none, &za, &zb, &z0, &zab, &z0ab, &zab0, &ab};
        for (size_t i = 0; i < 10; i++)
            free(all[i]->p);
    }
}

/* Cut at every byte of a small file of two members and at many of a large one: never a silent end, but where the
 * first member ends. */
static void truncated_data(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_METHODS; m++) {
        const char *c = methods[m].compression;
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(c))
            continue;
        struct bytes a = make_text(700, 1), b = make_text(900, 2), large = make_text(600000, 3);
        struct bytes za = compress(&methods[m], a), zb = compress(&methods[m], b),
                     zl = compress(&methods[m], large);
        struct bytes two = join(za, zb), plain = join(a, b);
        for (size_t n = 6; n < two.n; n++)
            if (n == za.n)
                expect_plain((struct bytes){two.p, n}, c, a);
            else if (!(n > za.n && n - za.n < 14)) /* a header cut short may be told as something else */
                expect_failure((struct bytes){two.p, n}, c, plain, "compressed data ends early");
            else
                expect_failure((struct bytes){two.p, n}, c, plain, "");
        for (size_t n = 7; n < zl.n; n += 1 + zl.n / 97)
            expect_failure((struct bytes){zl.p, n}, c, large, "compressed data ends early");
        expect_failure((struct bytes){zl.p, zl.n - 1}, c, large, "compressed data ends early");
        struct bytes *all[] = {&a, &b, &large, &za, &zb, &zl, &two, &plain};
        for (size_t i = 0; i < 8; i++)
            free(all[i]->p);
    }
}

/* One bit wrong anywhere: an error, or a bit that does not matter (a file name or time in a header). */
static void damaged_data(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_PLAIN; m++) {
        const char *c = methods[m].compression;
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(c))
            continue;
        struct bytes plain = make_text(3000, 9), packed = compress(&methods[m], plain);
        size_t harmless = 0;
        for (size_t bit = 0; bit < 8 * packed.n; bit++) {
            struct source s = {packed.p, packed.n, 0, 0, SIZE_MAX};
            struct odd_error err = ODD_ERROR_INIT;
            struct bytes got;
            packed.p[bit / 8] ^= (char)(1 << bit % 8);
            enum odd_status status = inflate_all(&s, c, 4096, &got, &err);
            if (status == ODD_OK) {
                harmless++;
                if (got.n != plain.n || memcmp(got.p, plain.p, plain.n) != 0)
                    fail_msg("%s: bit %zu of %zu flipped, and other data came out in silence", c, bit,
                             8 * packed.n);
            } else {
                assert_int_equal(status, ODD_ERR_FORMAT);
            }
            packed.p[bit / 8] ^= (char)(1 << bit % 8);
            free(got.p);
        }
        assert_in_range(harmless, 0, 100);
        free(plain.p), free(packed.p);
    }
}

static void other_data_behind(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_METHODS; m++) {
        const char *c = methods[m].compression;
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(c))
            continue;
        struct bytes plain = make_text(5000, 9), packed = compress(&methods[m], plain);
        struct bytes junk = make_text(200000, 1), both = join(packed, junk),
                     one = join(packed, (struct bytes){(char[]){'x'}, 1});
        expect_failure(both, c, plain, "compressed data");
        expect_failure(one, c, plain, "compressed data");
        free(plain.p), free(packed.p), free(junk.p), free(both.p), free(one.p);
    }
}

static void gzip_zero_padding(void **state)
{
    (void)state;
    if (!tmp_have("gzip") || !oddi_inflate_can("gzip"))
        return;
    struct bytes plain = make_text(5000, 9), packed = compress(&methods[0], plain);
    struct bytes zeros = {calloc(300000, 1), 300000}, padded = join(packed, zeros);
    expect_plain(padded, "gzip", plain);
    padded.p[padded.n - 1] = 'x';
    expect_failure(padded, "gzip", plain, "something else follows");
    free(plain.p), free(packed.p), free(zeros.p), free(padded.p);
}

static void source_error_is_passed_on(void **state)
{
    (void)state;
    for (size_t m = 0; m < N_PLAIN; m++) {
        const char *c = methods[m].compression;
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(c))
            continue;
        struct bytes plain = make_text(600000, 9), packed = compress(&methods[m], plain), got;
        for (size_t at = 0; at < packed.n; at += 1 + packed.n / 13) {
            struct source s = {packed.p, packed.n, 0, 1000, at};
            struct odd_error err = ODD_ERROR_INIT;
            assert_int_equal(inflate_all(&s, c, 4096, &got, &err), ODD_ERR_IO);
            assert_string_equal(err.source, "disk");
            assert_string_equal(err.message, "cannot read: Input/output error");
            assert_memory_equal(got.p, plain.p, got.n);
            free(got.p);
        }
        free(plain.p), free(packed.p);
    }
}

static const char *sniff_text(const char *text)
{
    return oddi_inflate_sniff((const uint8_t *)text, strlen(text));
}

static void text_is_not_compressed(void **state)
{
    (void)state;
    assert_null(oddi_inflate_sniff(NULL, 0));
    static const char *const texts[] = {"",           "B",       "BZh",           "BZh9",
                                        "BZhost,Dur", "BZh1A,B", "StartTime,Dur", "(\xb5/",
                                        "\3757zX",    "P*M",     "\x04\x22",      "\x1f"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(sniff_text(texts[i]));
    assert_string_equal(sniff_text("BZh91AY&SY"), "bzip2");
    assert_string_equal(sniff_text("\x1f\x8b"), "gzip");
}

/* A build without a library knows what it lacks. */
static void missing_library(void **state)
{
    (void)state;
    bool all = true;
    for (size_t m = 0; m < N_PLAIN; m++) {
        const char *c = methods[m].compression;
        struct source s = {"", 0, 0, 0, SIZE_MAX};
        struct odd_error err = ODD_ERROR_INIT;
        struct oddi_inflate *z = NULL;
        if (oddi_inflate_can(c))
            continue;
        all = false;
        print_message("SKIP: this build cannot read %s\n", c);
        assert_int_equal(oddi_inflate_new(feed, &s, "name", c, &z, &err), ODD_ERR_FORMAT);
        assert_memory_equal(err.message, "this build cannot read ", 23);
        assert_string_equal(strstr(err.message, ": rebuild with "),
                            strcmp(c, "gzip") == 0 ? ": rebuild with zlib" : ": rebuild with libarchive");
    }
    assert_int_equal(oddi_inflate_available(), all);
}

static enum odd_status open_read_close(void *ctx)
{
    const char *path = ctx;
    struct oddi_input *in;
    struct odd_error err = ODD_ERROR_INIT;
    char block[4096];
    size_t got = 1, total = 0;
    ODDI_TRY(oddi_input_open(path, &in, &err));
    enum odd_status status = ODD_OK;
    while (status == ODD_OK && got > 0) {
        status = oddi_input_read(in, block, sizeof block, &got, &err);
        total += got;
    }
    oddi_input_close(in);
    return status == ODD_OK && total != 20000 ? ODD_ERR_INTERNAL : status;
}

static void refusal_leaks_nothing(void **state)
{
    (void)state;
    struct bytes plain = make_text(20000, 9);
    const char *path = tmp_file(plain.p, plain.n);
    assert_true(failalloc_sweep(open_read_close, (void *)path));
    for (size_t m = 0; m < N_PLAIN; m++) {
        if (!tmp_have(methods[m].program) || !oddi_inflate_can(methods[m].compression))
            continue;
        struct bytes packed = compress(&methods[m], plain);
        assert_true(failalloc_sweep(open_read_close, (void *)tmp_file(packed.p, packed.n)));
        free(packed.p);
    }
    free(plain.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_data),
        cmocka_unit_test(members_one_after_another),
        cmocka_unit_test(truncated_data),
        cmocka_unit_test(damaged_data),
        cmocka_unit_test(other_data_behind),
        cmocka_unit_test(gzip_zero_padding),
        cmocka_unit_test(source_error_is_passed_on),
        cmocka_unit_test(text_is_not_compressed),
        cmocka_unit_test(missing_library),
        cmocka_unit_test(refusal_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
