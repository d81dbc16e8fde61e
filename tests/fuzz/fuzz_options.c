/* Options as a user might garble them: the whole input as a config file, and each of its lines as one option. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oddflow/oddflow.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_lines(odd_options *opt, char *text)
{
    while (text) {
        struct odd_error err = ODD_ERROR_INIT;
        char *next = strchr(text, '\n'), *equals;
        enum odd_status st;

        if (next)
            *next++ = '\0';
        equals = strchr(text, '=');
        if (equals)
            *equals = '\0';
        st = odd_options_set(opt, text, equals ? equals + 1 : NULL, &err);
        if (st && (err.status != st || !err.message[0]))
            abort(); /* a failure without a sentence */
        if (!st && !odd_options_get(opt, text))
            abort(); /* what was set is there */
        text = next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const commands[] = {"detect", "check", "synth"};
    odd_options *opt = NULL;
    char *text = malloc(size + 1);

    if (!text || odd_options_new(commands[size ? data[0] % 3 : 0], &opt, NULL)) {
        free(text);
        return 0;
    }
    memcpy(text, data, size);
    text[size] = '\0';
    if (odd_options_read(opt, text, "fuzz", NULL) == ODD_OK &&
        odd_options_read(opt, text, "fuzz", NULL) != ODD_OK)
        abort(); /* what was good once is good again */
    set_lines(opt, text);
    odd_options_free(opt);
    free(text);
    return 0;
}
