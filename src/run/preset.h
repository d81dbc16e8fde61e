/*
 * Presets: detection knowledge as data, files of `option = value` lines (presets/ in the sources) that are compiled in.
 */
#ifndef ODDFLOW_RUN_PRESET_H
#define ODDFLOW_RUN_PRESET_H

#include "run/options.h"

struct oddi_preset {
    const char *name, *summary, *text;
};

/* Sorted by name; NULL past the end. */
const struct oddi_preset *oddi_preset_at(size_t i);
const struct oddi_preset *oddi_preset_find(const char *name);
/* Options of command "detect": those of a preset, over them those given (of any command), and both conditions.
 * ODD_ERR_USAGE with did-you-mean for an unknown name. */
enum odd_status oddi_preset_options(const char *preset, const odd_options *given, odd_options **out,
                                    struct odd_error *err) ODD_MUST_CHECK;
/* A name of a comma-separated list: copies it to `name` (64 bytes), returns the rest; NULL at the end. */
const char *oddi_preset_next(const char *list, char name[64]);

/* The generated table. */
extern const struct oddi_preset oddi_preset_files[];
extern const size_t oddi_n_preset_files;

#endif
