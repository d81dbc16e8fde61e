# Unit tests: tests/unit/MODULE/test_*.c, each a program linked to that module alone (and what it may know). One whose
# source says "needs: failalloc" in a comment of its own is linked so that tests/support/failalloc.h works.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

file(GLOB support_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.c)
if(support_sources)
  add_library(test_support STATIC ${support_sources})
  target_include_directories(test_support PUBLIC ${PROJECT_SOURCE_DIR}/tests/support ${PROJECT_SOURCE_DIR}/include
                                                 ${PROJECT_SOURCE_DIR}/src)
else()
  add_library(test_support INTERFACE)
endif()

file(GLOB unit_tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/*/test_*.c)
foreach(source ${unit_tests})
  get_filename_component(dir ${source} DIRECTORY)
  get_filename_component(module ${dir} NAME)
  get_filename_component(name ${source} NAME_WE)
  set(target unit_${module}_${name})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE test_support mod_${module} PkgConfig::CMOCKA m)
  file(STRINGS ${source} needs_failalloc REGEX "^/\\* needs: failalloc \\*/$")
  if(needs_failalloc)
    foreach(wrapped malloc calloc realloc aligned_alloc posix_memalign strdup strndup free)
      target_link_options(${target} PRIVATE LINKER:--wrap=${wrapped})
    endforeach()
  endif()
  add_test(NAME unit/${module}/${name} COMMAND ${target})
  set_tests_properties(unit/${module}/${name} PROPERTIES TIMEOUT 300)
endforeach()

# Raw scores of the detectors for tests/oracle/outliers.py.
if(TARGET mod_detect)
  add_executable(raw_scores EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/oracle/raw_scores.c)
  target_link_libraries(raw_scores PRIVATE mod_detect m)
endif()

# Fuzz targets: with libFuzzer under clang (-DODDFLOW_FUZZ=ON), else each replays its corpus as an ordinary test.
file(GLOB fuzz_targets CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
foreach(source ${fuzz_targets})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE test_support mod_run m)
  if(ODDFLOW_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME fuzz/${name} COMMAND ${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(fuzz/${name} PROPERTIES TIMEOUT 300)
  endif()
endforeach()

# Examples, and what runs the whole program. Programs of Debian's Python come first: its packages are the oracles.
find_program(ODDFLOW_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(ODDFLOW_PYTHON NAMES python3)
if(EXISTS ${PROJECT_SOURCE_DIR}/src/run/run.c AND TARGET oddflow_cli)
  foreach(name matrix minimal push)
    add_executable(example_${name} ${PROJECT_SOURCE_DIR}/examples/${name}.c)
    target_link_libraries(example_${name} PRIVATE oddflow)
  endforeach()
  set(examples_dir ${PROJECT_BINARY_DIR}/examples)
  file(MAKE_DIRECTORY ${examples_dir})
  add_test(NAME examples/matrix COMMAND example_matrix)
  set_tests_properties(examples/matrix PROPERTIES PASS_REGULAR_EXPRESSION "row 7: cluster -1, score [0-9.]+  <- odd")
  add_test(NAME examples/push COMMAND example_push)
  set_tests_properties(examples/push PROPERTIES PASS_REGULAR_EXPRESSION
    "transfers, 1 odd\n  70963308 bytes; would be normal at")
  add_test(NAME examples/traffic COMMAND oddflow_cli synth --flows 20000 --seed 1 -w ${examples_dir}/traffic.binetflow)
  set_tests_properties(examples/traffic PROPERTIES FIXTURES_SETUP examples_traffic)
  add_test(NAME examples/minimal COMMAND example_minimal ${examples_dir}/traffic.binetflow)
  set_tests_properties(examples/minimal PROPERTIES FIXTURES_REQUIRED examples_traffic
    PASS_REGULAR_EXPRESSION "  flow [0-9]+: bytes [0-9]+, expected [0-9]+ to [0-9]+, would be normal at [0-9]+\n")

  # Real data: skipped aloud without ODDFLOW_DATA.
  add_executable(realdata_ledger ${PROJECT_SOURCE_DIR}/tests/realdata/ledger.c)
  target_link_libraries(realdata_ledger PRIVATE oddflow)
  add_test(NAME realdata/scenario6 COMMAND ${ODDFLOW_PYTHON} ${PROJECT_SOURCE_DIR}/tests/oracle/scenario6.py
           $<TARGET_FILE:oddflow_cli>)
  add_test(NAME realdata/files COMMAND ${ODDFLOW_PYTHON} ${PROJECT_SOURCE_DIR}/tests/realdata/files.py
           $<TARGET_FILE:realdata_ledger>)
  add_test(NAME realdata/novelty COMMAND ${ODDFLOW_PYTHON} ${PROJECT_SOURCE_DIR}/tests/realdata/novelty.py
           $<TARGET_FILE:oddflow_cli>)
  set_tests_properties(realdata/scenario6 realdata/files realdata/novelty PROPERTIES LABELS realdata SKIP_RETURN_CODE 77 TIMEOUT 600)
  set_property(TEST realdata/scenario6 APPEND PROPERTY LABELS long)
endif()

# Benchmarks: bench/*.c, each a program; `make bench` builds and runs them. They measure modules, not only the library.
file(GLOB bench_programs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.c)
foreach(source ${bench_programs})
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "^bench_" "" name ${name})
  add_executable(bench_${name} ${source})
  target_link_libraries(bench_${name} PRIVATE mod_run m)
endforeach()

# The program as its users see it: one golden test a case (tests/cli/run.sh).
if(TARGET oddflow_cli)
  set(cli_dir ${PROJECT_SOURCE_DIR}/tests/cli)
  file(GLOB cli_cases CONFIGURE_DEPENDS RELATIVE ${cli_dir} ${cli_dir}/*/*.sh)
  foreach(case ${cli_cases})
    string(REGEX REPLACE "\\.sh$" "" case ${case})
    add_test(NAME cli/${case} COMMAND ${cli_dir}/run.sh $<TARGET_FILE:oddflow_cli> ${case})
    set_tests_properties(cli/${case} PROPERTIES TIMEOUT 150 SKIP_RETURN_CODE 77)
  endforeach()
endif()
