#include "synth/synth.h"

#include "synth/attack.h"

/* A new attack is one file and one line here. */
#define ATTACKS(X)                                                                                           \
    X(beacon)                                                                                                \
    X(bruteforce)                                                                                            \
    X(exfiltration)                                                                                          \
    X(flood)                                                                                                 \
    X(lateral)                                                                                               \
    X(portscan)                                                                                              \
    X(scan)                                                                                                  \
    X(spam)                                                                                                  \
    /* sorted by name */

#define DECLARE(name) extern const struct oddi_attack oddi_attack_##name;
#define POINTER(name) &oddi_attack_##name,
ATTACKS(DECLARE)
static const struct oddi_attack *const attacks[] = {ATTACKS(POINTER)};

const struct oddi_attack *oddi_attack_row(size_t i)
{
    return i < sizeof attacks / sizeof *attacks ? attacks[i] : NULL;
}

const struct odd_entry *oddi_attack_at(size_t i)
{
    const struct oddi_attack *a = oddi_attack_row(i);
    return a ? &a->entry : NULL;
}
