#include "bad.h"

#include <errno.h>
#include <string.h>

#include "say.h"
#include "settings.h"

#define SHOWN 5

enum odd_status cli_bad_open(struct cli_bad *bad, const odd_options *opt, struct odd_error *err)
{
    const char *path = odd_options_get(opt, "bad");

    *bad = (struct cli_bad){NULL, path, cli_settings_on(opt, "quiet") || cli_settings_on(opt, "strict"), 0};
    if (!path)
        return ODD_OK;
    bad->file = fopen(path, "we");
    if (!bad->file)
        return cli_fail(err, ODD_ERR_IO, "cannot write '%s': %s", path, strerror(errno));
    fputs("file,line,offset,field,reason,text\n", bad->file);
    return ODD_OK;
}

/* RFC 4180: quoted where needed, quotes doubled. NUL bytes would end the text for most readers, so they are told. */
static void write_cell(FILE *to, const char *s, size_t n)
{
    bool quoted = false;

    for (size_t i = 0; i < n; i++)
        quoted = quoted || strchr(",\"\r\n", s[i]); /* NUL too: strchr finds the terminator */
    if (quoted)
        fputc('"', to);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\0') {
            fputs("\\x00", to);
            continue;
        }
        if (s[i] == '"')
            fputc('"', to);
        fputc(s[i], to);
    }
    if (quoted)
        fputc('"', to);
}

static void write_record(FILE *to, const struct odd_bad *r)
{
    write_cell(to, r->source, strlen(r->source));
    fprintf(to, ",%llu,%llu,", (unsigned long long)r->line, (unsigned long long)r->offset);
    write_cell(to, r->field, strlen(r->field));
    fputc(',', to);
    write_cell(to, r->reason, strlen(r->reason));
    fputc(',', to);
    write_cell(to, r->text, r->text_size);
    fputc('\n', to);
}

void cli_bad_add(void *ctx, const struct odd_bad *record)
{
    struct cli_bad *bad = ctx;
    char offset[CLI_NUMBER_MAX];

    if (bad->file)
        write_record(bad->file, record);
    if (bad->count++ < SHOWN && !bad->quiet)
        cli_tell("%s:%llu: offset %s: %s%s%s", record->source, (unsigned long long)record->line,
                 cli_number(offset, record->offset), record->field, record->field[0] ? ": " : "",
                 record->reason);
}

enum odd_status cli_bad_close(struct cli_bad *bad, struct odd_error *err)
{
    char more[CLI_NUMBER_MAX];
    bool failed;

    if (bad->count > SHOWN && !bad->quiet) {
        cli_number(more, bad->count - SHOWN);
        if (bad->path)
            cli_tell("... %s more; '%s' has them all", more, bad->path);
        else
            cli_tell("... %s more (--bad FILE keeps them all)", more);
    }
    if (!bad->file)
        return ODD_OK;
    failed = ferror(bad->file);
    failed = fclose(bad->file) || failed;
    bad->file = NULL;
    if (failed)
        return cli_fail(err, ODD_ERR_IO, "cannot write '%s': %s", bad->path, strerror(errno));
    return ODD_OK;
}
