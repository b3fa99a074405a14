# One interface target carries the language level, the warnings and the instruction set.
add_library(shoal_settings INTERFACE)
target_compile_features(shoal_settings INTERFACE cxx_std_20)
target_include_directories(shoal_settings INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(shoal_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers -Werror
  -Wno-psabi  # vectors wider than the machine's are passed in memory; nothing outside is called with them
  -Wno-restrict  # GCC 12 sees overlaps in std::string that are not there (GCC bug 105651)
  -march=${SHOAL_ARCH} -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # Its AVX-512 intrinsics look uninitialised wherever Eigen inlines them (GCC bug 105593).
  target_compile_options(shoal_settings INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(SHOAL_SANITIZE)
  target_compile_options(shoal_settings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(shoal_settings INTERFACE -fsanitize=address,undefined)
endif()

# 16 floats fill one 512-bit register; GCC prefers 256 bits on some processors unless it is told.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag("-march=${SHOAL_ARCH} -mprefer-vector-width=512" SHOAL_HAS_VECTOR_WIDTH)
if(SHOAL_HAS_VECTOR_WIDTH)
  target_compile_options(shoal_settings INTERFACE -mprefer-vector-width=512)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
