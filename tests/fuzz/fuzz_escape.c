/* Whatever the bytes: JSON text, terminal text and error messages are valid UTF-8 without a control character, and the
 * JSON text reads back to the same characters. */
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/num.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void require_clean(const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        unsigned bytes = oddi_utf8_decode(s + i, n - i, &cp);
        require(bytes > 0 && !oddi_is_control(cp));
        i += bytes;
    }
}

/* The character of a JSON text at s; how many bytes it took in *used. */
static uint32_t read_back(const char *s, size_t n, size_t *used)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint32_t cp;
    if (s[0] != '\\') {
        require(s[0] != '"');
        *used = oddi_utf8_decode(s, n, &cp);
        require(*used > 0);
        return cp;
    }
    require(n >= 2);
    *used = 2;
    for (size_t i = 0; letters[i]; i++)
        if (s[1] == letters[i])
            return (unsigned char)values[i];
    uint64_t u = 0;
    require(s[1] == 'u' && n >= 6 && oddi_parse_hex(s + 2, 4, &u));
    *used = 6;
    return (uint32_t)u;
}

static void check_json(const char *s, size_t n)
{
    struct oddi_buf b;
    oddi_buf_init(&b, 0);
    oddi_json_escape(&b, s, n);
    require_clean(b.data, b.size);
    size_t at = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp;
        size_t used;
        unsigned bytes = oddi_utf8_decode(s + i, n - i, &cp);
        require(at < b.size);
        require(read_back(b.data + at, b.size - at, &used) == (bytes ? cp : (unsigned char)s[i]));
        at += used;
        i += bytes ? bytes : 1;
    }
    require(at == b.size);
    oddi_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *s = (const char *)data;
    struct odd_error err = ODD_ERROR_INIT;
    struct oddi_buf b;
    check_json(s, size);
    oddi_buf_init(&b, 0);
    oddi_terminal_escape(&b, s, size);
    require_clean(b.data, b.size);
    oddi_buf_clear(&b);
    oddi_buf_add(&b, s, size);
    const char *text = oddi_buf_cstr(&b);
    oddi_fail_at(&err, ODD_ERR_FORMAT, text, 1, 2, "about '%s'", text);
    require_clean(err.message, strlen(err.message));
    require_clean(err.source, strlen(err.source));
    oddi_buf_free(&b);
    return 0;
}
