# Writes a source file with the text of the report's page, so that the program needs no files beside it.
#   cmake -DOUTPUT=<file.cpp> -DFOLDER=<this folder> -P embed_page.cmake
# Included by src/CMakeLists.txt it makes that a step of the build.
set(scripts elements data theme selection points scatter scatter_input hover charts point_charts gallery tables frame main)
set(scaling_scripts elements theme charts tables frame scaling)
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(page_source ${PROJECT_BINARY_DIR}/generated/report_page.cpp)
  set(parts ${CMAKE_CURRENT_LIST_DIR}/page/report.html ${CMAKE_CURRENT_LIST_DIR}/page/report.css
    ${CMAKE_CURRENT_LIST_DIR}/vendor/echarts/echarts.common.min.js)
  foreach(script ${scripts} scaling)
    list(APPEND parts ${CMAKE_CURRENT_LIST_DIR}/page/${script}.js)
  endforeach()
  add_custom_command(OUTPUT ${page_source}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${page_source} -DFOLDER=${CMAKE_CURRENT_LIST_DIR} -P ${CMAKE_CURRENT_LIST_FILE}
    DEPENDS ${parts} ${CMAKE_CURRENT_LIST_FILE} COMMENT "Embedding the report's page" VERBATIM)
  target_sources(shoal_report PRIVATE ${page_source})
  target_include_directories(shoal_report PRIVATE ${CMAKE_CURRENT_LIST_DIR})
  return()
endif()

function(embed name)
  set(text "")
  foreach(file ${ARGN})
    file(READ ${FOLDER}/${file} part)
    string(APPEND text "${part}\n")
  endforeach()
  if(text MATCHES "[)]page\"")
    message(FATAL_ERROR "${ARGN} holds the end mark of the literal it would become")
  endif()
  file(APPEND ${OUTPUT}.part "const std::string_view ${name} = R\"page(${text})page\";\n")
endfunction()

foreach(list scripts scaling_scripts)
  list(TRANSFORM ${list} PREPEND page/)
  list(TRANSFORM ${list} APPEND .js)
endforeach()
file(WRITE ${OUTPUT}.part "#include \"page.hpp\"\nnamespace shoal::page {\n")
embed(report page/report.html)
embed(style page/report.css)
embed(script ${scripts})
embed(scaling_script ${scaling_scripts})
embed(echarts vendor/echarts/echarts.common.min.js)
file(APPEND ${OUTPUT}.part "}  // namespace shoal::page\n")
file(RENAME ${OUTPUT}.part ${OUTPUT})
