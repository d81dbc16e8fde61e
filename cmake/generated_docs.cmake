# The manual page and the shell completions, made by the program from its tables (target generated_docs).
set(generated_docs_dir ${PROJECT_BINARY_DIR}/share)
file(MAKE_DIRECTORY ${generated_docs_dir})
set(generated_docs_files)

function(oddflow_generated file)
  set(path ${generated_docs_dir}/${file})
  # The shell does not touch the target until the program has succeeded.
  add_custom_command(OUTPUT ${path}
                     COMMAND oddflow_cli help ${ARGN} > ${path}.new
                     COMMAND ${CMAKE_COMMAND} -E rename ${path}.new ${path}
                     DEPENDS oddflow_cli VERBATIM)
  set(generated_docs_files ${generated_docs_files} ${path} PARENT_SCOPE)
endfunction()

oddflow_generated(oddflow.1 --man)
oddflow_generated(oddflow.bash --completion bash)
oddflow_generated(_oddflow --completion zsh)
oddflow_generated(oddflow.fish --completion fish)
add_custom_target(generated_docs ALL DEPENDS ${generated_docs_files})
