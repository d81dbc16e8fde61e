/* Files of alerts: whatever is read is marked and unmarked, and reads the same again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Bytes that are not UTF-8 are written as the escape of their value. */
static bool same(const char *because, const char *key)
{
    for (const char *p = key; *p; p++)
        if ((unsigned char)*p >= 0x80)
            return because[0] != '\0';
    return strcmp(because, key) == 0;
}

static void check(struct oddi_alert_store *s, size_t i)
{
    const struct oddi_stored_alert *a = oddi_alert_store_at(s, i);
    struct oddi_alert_store *again;
    char id[17];
    enum odd_status status;
    size_t at;

    require(strlen(a->id) == 16 && a->line_size > 0 && a->key && a->because);
    memcpy(id, a->id, sizeof id);
    require(oddi_alert_store_find(s, id, &at, NULL) == ODD_OK && at == i);
    status = oddi_alert_store_mark(s, i, ODDI_ALERT_DISMISSED, a->key, 1, NULL);
    require(status == ODD_OK || status == ODD_ERR_LIMIT);
    if (status != ODD_OK)
        return;
    a = oddi_alert_store_at(s, i);
    require(a->status == ODDI_ALERT_DISMISSED && a->marked[0] && same(a->because, a->key));
    require(oddi_alert_store_new(a->line, a->line_size, "again", &again, NULL) == ODD_OK);
    require(oddi_alert_store_size(again) == 1 && strcmp(oddi_alert_store_at(again, 0)->id, id) == 0);
    oddi_alert_store_free(again);
    require(oddi_alert_store_mark(s, i, ODDI_ALERT_OPEN, "", 0, NULL) == ODD_OK);
    require(oddi_alert_store_at(s, i)->status == ODDI_ALERT_OPEN && !oddi_alert_store_at(s, i)->because[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oddi_alert_store *s;
    struct odd_error err = ODD_ERROR_INIT;

    if (oddi_alert_store_new((const char *)data, size, "fuzz", &s, &err) != ODD_OK) {
        require(err.status == ODD_ERR_FORMAT && err.message[0] && err.line > 0);
        return 0;
    }
    for (size_t i = 0; i < oddi_alert_store_size(s); i++)
        check(s, i);
    oddi_alert_store_free(s);
    return 0;
}
