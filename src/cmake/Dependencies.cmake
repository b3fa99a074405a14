# Everything Shoal links, and a clear word where a package is the wrong one.
find_package(Threads REQUIRED)
find_package(MPI 3.0 REQUIRED COMPONENTS C)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG 1.6 REQUIRED)

find_path(CAIRO_INCLUDE_DIR NAMES cairo.h HINTS ENV CAIRO_ROOT PATH_SUFFIXES include/cairo cairo)
find_library(CAIRO_LIBRARY NAMES cairo HINTS ENV CAIRO_ROOT PATH_SUFFIXES lib)
if(NOT CAIRO_INCLUDE_DIR OR NOT CAIRO_LIBRARY)
  message(FATAL_ERROR "Shoal needs cairo with its headers, for the figures of reports.\n"
    "Debian and Ubuntu: apt-get install libcairo2-dev. On a cluster: module load cairo, or set CAIRO_ROOT.")
endif()

# With the serial package installed as well, CMake takes the serial one unless it is told otherwise.
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 1.10.5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR
    "Shoal needs parallel HDF5 (built with MPI), but CMake found a serial one: ${HDF5_C_LIBRARIES}\n"
    "Debian and Ubuntu: apt-get install libhdf5-openmpi-dev. On a cluster: module load hdf5-parallel (or similar).\n"
    "Or name it: cmake -DHDF5_ROOT=/path/to/parallel/hdf5 ...")
endif()

find_library(OPENBLAS_LIBRARY NAMES openblas
  HINTS ENV OPENBLAS_ROOT PATH_SUFFIXES lib openblas-pthread openblas-openmp openblas-serial)
find_path(OPENBLAS_INCLUDE_DIR NAMES openblas_config.h
  HINTS ENV OPENBLAS_ROOT PATH_SUFFIXES include openblas openblas-pthread openblas-openmp openblas-serial)
if(NOT OPENBLAS_LIBRARY OR NOT OPENBLAS_INCLUDE_DIR)
  message(FATAL_ERROR "Shoal needs OpenBLAS with its headers.\n"
    "Debian and Ubuntu: apt-get install libopenblas-pthread-dev. On a cluster: module load openblas, or set OPENBLAS_ROOT.")
endif()

find_library(FFTW_LIBRARY NAMES fftw3f HINTS ENV FFTW_ROOT PATH_SUFFIXES lib)
find_path(FFTW_INCLUDE_DIR NAMES fftw3.h HINTS ENV FFTW_ROOT PATH_SUFFIXES include)
if(NOT FFTW_LIBRARY OR NOT FFTW_INCLUDE_DIR)
  message(FATAL_ERROR "Shoal needs FFTW 3 in single precision (libfftw3f) with its header.\n"
    "Debian and Ubuntu: apt-get install libfftw3-dev. On a cluster: module load fftw, or set FFTW_ROOT.")
endif()

add_library(shoal_hdf5 INTERFACE)
target_include_directories(shoal_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(shoal_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_compile_definitions(shoal_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})

add_library(shoal_openblas INTERFACE)
target_include_directories(shoal_openblas SYSTEM INTERFACE ${OPENBLAS_INCLUDE_DIR})
target_link_libraries(shoal_openblas INTERFACE ${OPENBLAS_LIBRARY})

add_library(shoal_fftw INTERFACE)
target_include_directories(shoal_fftw SYSTEM INTERFACE ${FFTW_INCLUDE_DIR})
target_link_libraries(shoal_fftw INTERFACE ${FFTW_LIBRARY})
add_library(shoal_cairo INTERFACE)
target_include_directories(shoal_cairo SYSTEM INTERFACE ${CAIRO_INCLUDE_DIR})
target_link_libraries(shoal_cairo INTERFACE ${CAIRO_LIBRARY})

add_library(shoal_mpi INTERFACE)
target_link_libraries(shoal_mpi INTERFACE MPI::MPI_C)
# Without it mpi.h pulls in the C++ bindings, which MPI-3 removed: link errors, and includes that are missed elsewhere.
target_compile_definitions(shoal_mpi INTERFACE OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
