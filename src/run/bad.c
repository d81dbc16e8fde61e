#include "run/bad.h"

#include <stdio.h>

#include "base/num.h"

#define TEXT_SHOWN 256

size_t oddi_fed_bad(const struct oddi_fed *fed)
{
    return fed->block->too_long ? 1 : fed->batch.n_bad;
}

size_t oddi_fed_records(const struct oddi_fed *fed)
{
    return fed->block->too_long ? 1 : fed->batch.n_records;
}

uint64_t oddi_fed_bytes(const struct oddi_fed *fed)
{
    return fed->block->too_long ? fed->block->skipped : fed->block->block.size;
}

enum odd_status oddi_tell_bad(const struct oddi_feed *feed, const struct oddi_fed *fed, oddi_tell_fn tell,
                              void *ctx, struct odd_error *err)
{
    const struct oddi_source *source = oddi_feed_source(feed);
    const struct oddi_schema *schema = oddi_source_schema(source);
    const struct oddi_block *block = &fed->block->block;
    struct oddi_bad_record too_long = {0, 0, 0, (uint32_t)block->size, UINT32_MAX, 0, ODDI_BAD_TOO_LONG};
    const struct oddi_bad_record *records = fed->block->too_long ? &too_long : fed->batch.bad;
    char sentence[512];

    for (size_t i = 0; i < oddi_fed_bad(fed); i++) {
        const struct oddi_bad_record *r = &records[i];
        struct odd_bad bad = {.source = oddi_source_name(source),
                              .record = oddi_feed_records(feed) + r->record,
                              .line = oddi_feed_lines(feed) + r->line + 1,
                              .offset = block->offset + r->off,
                              .reason = sentence,
                              .field = r->column < schema->n_columns ? schema->names[r->column] : "",
                              .text = block->data + r->off,
                              .text_size = r->len < TEXT_SHOWN ? r->len : TEXT_SHOWN};

        oddi_bad_sentence(r, schema, block->data, sentence, sizeof sentence);
        ODDI_TRY(tell(ctx, &bad, err));
    }
    return ODD_OK;
}

enum odd_status oddi_no_good_record(const char *source, uint64_t n_records, const char *first_bad,
                                    struct odd_error *err)
{
    char n[ODDI_NUM_MAX], what[ODDI_NUM_MAX + 32] = "the only record is bad";

    if (n_records == 0)
        return oddi_fail_at(err, ODD_ERR_NO_DATA, source, ODD_NO_POSITION, ODD_NO_POSITION,
                            "has a header and no records");
    n[oddi_format_u64_grouped(n, n_records)] = '\0';
    if (n_records > 1)
        snprintf(what, sizeof what, "not one of %s records is good", n);
    return oddi_fail_at(err, ODD_ERR_NO_DATA, source, ODD_NO_POSITION, ODD_NO_POSITION, "%s%s%s", what,
                        first_bad ? "; " : "", first_bad ? first_bad : "");
}
