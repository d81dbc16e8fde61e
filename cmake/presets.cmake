# presets/*.conf compiled in: name, first comment line, text.
file(GLOB preset_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/presets/*.conf)
list(SORT preset_files)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${preset_files})
set(rows "")
foreach(path ${preset_files})
  get_filename_component(name ${path} NAME_WE)
  file(READ ${path} text)
  string(REGEX MATCH "^# [^\n]*" summary "${text}")
  string(SUBSTRING "${summary}" 2 -1 summary)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
  string(REPLACE "\\" "\\\\" summary "${summary}")
  string(REPLACE "\"" "\\\"" summary "${summary}")
  string(APPEND rows "    {\"${name}\", \"${summary}\",\n     \"${text}\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/preset_files.c CONTENT
"/* Generated from the files of presets/. */
#include \"run/preset.h\"

const struct oddi_preset oddi_preset_files[] = {
@rows@};
const size_t oddi_n_preset_files = sizeof oddi_preset_files / sizeof *oddi_preset_files;
" @ONLY)
