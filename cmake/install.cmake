# make install: program, library, header, pkg-config file, CMake package, manual page, completions, documents.
include(CMakePackageConfigHelpers)

set(private_libs "-lm -pthread")
set(private_requires)
if(ODDFLOW_ARCHIVE_LINKED)
  list(APPEND private_requires libarchive)
elseif(LibArchive_FOUND AND CMAKE_DL_LIBS)
  string(APPEND private_libs " -l${CMAKE_DL_LIBS}")
endif()
if(ZLIB_FOUND)
  list(APPEND private_requires zlib)
endif()
list(JOIN private_requires " " private_requires)
# The .pc file finds its prefix from where it lies, so that an installed tree may be moved.
file(RELATIVE_PATH prefix_from_pc /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
configure_file(${PROJECT_SOURCE_DIR}/cmake/oddflow.pc.in ${PROJECT_BINARY_DIR}/oddflow.pc @ONLY)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/oddflow-config.cmake.in
                              ${PROJECT_BINARY_DIR}/oddflow-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/oddflow)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/oddflow-config-version.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS oddflow oddflow_static EXPORT oddflow-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT oddflow-targets NAMESPACE oddflow:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/oddflow)
install(FILES ${PROJECT_BINARY_DIR}/oddflow-config.cmake ${PROJECT_BINARY_DIR}/oddflow-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/oddflow)
install(FILES ${PROJECT_BINARY_DIR}/oddflow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES ${PROJECT_SOURCE_DIR}/include/oddflow/oddflow.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/oddflow)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(EXISTS ${PROJECT_SOURCE_DIR}/docs/schemas)
  install(DIRECTORY docs/schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/oddflow)
endif()

if(TARGET oddflow_cli)
  install(TARGETS oddflow_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(TARGET generated_docs)
  set(generated ${PROJECT_BINARY_DIR}/share)
  install(FILES ${generated}/oddflow.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${generated}/oddflow.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME oddflow)
  install(FILES ${generated}/_oddflow DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${generated}/oddflow.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
