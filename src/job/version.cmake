# Writes shoal/build_revision.hpp with the version and git's revision.
# Included by src/CMakeLists.txt it makes that a step of every build, which costs some milliseconds and recompiles one
# file when the revision has changed; as a script (cmake -P) it is that step.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(generated ${PROJECT_BINARY_DIR}/generated)
  add_custom_target(shoal_revision
    COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${generated}/shoal/build_revision.hpp
      -DVERSION=${PROJECT_VERSION} -DARCH=${SHOAL_ARCH} -DBUILD_TYPE=${CMAKE_BUILD_TYPE} -P ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS ${generated}/shoal/build_revision.hpp
    COMMENT "" VERBATIM)
  add_dependencies(shoal_job shoal_revision)
  target_include_directories(shoal_job PRIVATE ${generated})
  return()
endif()

set(revision unknown)
find_program(git NAMES git)
if(git)
  # safe.directory: a container often builds a checkout that belongs to another user.
  execute_process(COMMAND ${git} -c safe.directory=${SOURCE} -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
    OUTPUT_VARIABLE described RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(status EQUAL 0)
    set(revision ${described})
  endif()
endif()
# Rewritten only when it changes.
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT [[
#pragma once

namespace shoal::build_revision {
inline constexpr const char* version = "@VERSION@";
inline constexpr const char* revision = "@revision@";
inline constexpr const char* arch = "@ARCH@";
inline constexpr const char* build_type = "@BUILD_TYPE@";
}  // namespace shoal::build_revision
]] @ONLY)
