/* What there is: the tables of every extension point, as the public interface shows them. */
#include "oddflow/oddflow.h"

#include "base/inflate.h"
#include "base/param.h"
#include "detect/detect.h"
#include "flow/field.h"
#include "flow/time.h"
#include "read/reader.h"
#include "run/option_table.h"
#include "run/preset.h"
#include "scale/scale.h"
#include "synth/synth.h"
#include "write/write.h"

#include <string.h>

static const char *field_type_name(enum oddi_type type)
{
    switch (type) {
    case ODDI_TYPE_TIME:
        return "time";
    case ODDI_TYPE_NUMBER:
        return "number";
    case ODDI_TYPE_PROTO:
        return "protocol";
    case ODDI_TYPE_ADDR:
        return "address";
    case ODDI_TYPE_PORT:
        return "port";
    case ODDI_TYPE_TEXT:
        return "text";
    }
    return "";
}

static bool field_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_field_row *row;

    if (i >= ODDI_N_FIELDS)
        return false;
    row = oddi_field_row((enum oddi_field)i);
    *out = (struct odd_entry){row->name, row->help, field_type_name(row->type), NULL, 0};
    return true;
}

static bool reader_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_reader *r = oddi_reader_at(i);

    if (r)
        *out = (struct odd_entry){r->name, r->summary, r->extensions, r->params, r->n_params};
    return r;
}

static bool scaler_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_scaler *s = oddi_scaler_at(i);

    if (s)
        *out = (struct odd_entry){s->name, s->summary, s->details, s->params, s->n_params};
    return s;
}

static bool detector_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_detector *d = oddi_detector_at(i);

    if (d)
        *out = (struct odd_entry){d->name, d->summary, d->details, d->params, d->n_params};
    return d;
}

/* The teaching mode and chosen columns are outputs for the options --steps and --fields alone. */
static bool output_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_writer *w;

    for (size_t k = 0; (w = oddi_writer_at(k)); k++) {
        if (strcmp(w->name, "steps") == 0 || strcmp(w->name, "fields") == 0)
            continue;
        if (i-- == 0) {
            *out = (struct odd_entry){w->name, w->summary, w->details, w->params, w->n_params};
            return true;
        }
    }
    return false;
}

static bool attack_entry(size_t i, struct odd_entry *out)
{
    const struct odd_entry *a = oddi_attack_at(i);

    if (a)
        *out = *a;
    return a;
}

static bool preset_entry(size_t i, struct odd_entry *out)
{
    const struct oddi_preset *p = oddi_preset_at(i);

    if (p)
        *out = (struct odd_entry){p->name, p->summary, p->text, NULL, 0};
    return p;
}

static bool (*const entry_of[])(size_t i, struct odd_entry *out) = {
    [ODD_TABLE_FIELDS] = field_entry,   [ODD_TABLE_READERS] = reader_entry,
    [ODD_TABLE_SCALERS] = scaler_entry, [ODD_TABLE_DETECTORS] = detector_entry,
    [ODD_TABLE_OUTPUTS] = output_entry, [ODD_TABLE_ATTACKS] = attack_entry,
    [ODD_TABLE_PRESETS] = preset_entry,
};

bool odd_table_entry(enum odd_table table, size_t i, struct odd_entry *entry)
{
    if ((size_t)table >= sizeof entry_of / sizeof *entry_of)
        return false;
    return entry_of[table](i, entry);
}

size_t odd_table_size(enum odd_table table)
{
    struct odd_entry entry;
    size_t n = 0;

    while (odd_table_entry(table, n, &entry))
        n++;
    return n;
}

bool odd_field_unit(size_t field, const char **unit)
{
    if (field >= ODDI_N_FIELDS)
        return false;
    *unit = oddi_field_row((enum oddi_field)field)->unit;
    return true;
}

bool odd_field_spelling(size_t field, size_t i, const char **name, const char **dialect)
{
    const struct oddi_field_row *row;

    if (field >= ODDI_N_FIELDS)
        return false;
    row = oddi_field_row((enum oddi_field)field);
    if (i >= row->n_spellings)
        return false;
    *name = row->spellings[i].name;
    *dialect = row->spellings[i].dialect;
    return true;
}

const struct odd_param *odd_option_table(const char *command, size_t *n)
{
    return oddi_option_table(command, n);
}

const char *odd_suggest(const char *word, const char *const *candidates, size_t n)
{
    return oddi_suggest(word, candidates, n);
}

const char *odd_version(void)
{
    return ODD_VERSION;
}

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif
#if defined(__x86_64__)
#define MACHINE "x86-64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#define MACHINE "other"
#endif
#if defined(__OPTIMIZE__)
#define OPTIMISED "yes"
#else
#define OPTIMISED "no"
#endif
#define BUILD_INFO                                                                                           \
    "version: " ODD_VERSION "\ncompiler: " COMPILER "\nmachine: " MACHINE "\noptimised: " OPTIMISED "\n"
#define GZIP(answer) "gzip input: " answer "\n"
#define ZSTD(answer) "zstd, xz, bzip2 and lz4 input: " answer "\n"

const char *odd_build_info(void)
{
    bool gzip = oddi_inflate_can("gzip"), zstd = oddi_inflate_can("zstd");

    if (gzip && zstd)
        return BUILD_INFO GZIP("yes, through zlib") ZSTD("yes, through libarchive");
    if (gzip)
        return BUILD_INFO GZIP("yes, through zlib") ZSTD("no: built without libarchive");
    if (zstd)
        return BUILD_INFO GZIP("no: built without zlib") ZSTD("yes, through libarchive");
    return BUILD_INFO GZIP("no: built without zlib") ZSTD("no: built without libarchive");
}

size_t odd_format_time(int64_t ts, char out[ODD_TIME_TEXT_MAX])
{
    size_t n = oddi_format_time(out, ts, NULL);

    out[n] = '\0';
    return n;
}

const char *odd_status_name(enum odd_status status)
{
    switch (status) {
    case ODD_OK:
        return "ok";
    case ODD_END:
        return "end";
    case ODD_AGAIN:
        return "again";
    case ODD_ERR_USAGE:
        return "usage";
    case ODD_ERR_IO:
        return "io";
    case ODD_ERR_FORMAT:
        return "format";
    case ODD_ERR_NO_DATA:
        return "no-data";
    case ODD_ERR_MEMORY:
        return "memory";
    case ODD_ERR_LIMIT:
        return "limit";
    case ODD_ERR_CANCELED:
        return "canceled";
    case ODD_ERR_CLOSED:
        return "closed";
    case ODD_ERR_INTERNAL:
        return "internal";
    }
    return "unknown";
}
