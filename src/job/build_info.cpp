#include "shoal/job/build_info.hpp"

#include "shoal/core/text.hpp"
#include "shoal/job/processor.hpp"
#include "shoal/parallel/communicator.hpp"

#if __has_include("shoal/build_revision.hpp")
#include "shoal/build_revision.hpp"  // written by version.cmake at each build
#else
namespace shoal::build_revision {  // a build by other means than our CMake files
inline constexpr const char *version = "unknown", *revision = "unknown", *arch = "unknown", *build_type = "unknown";
}
#endif

namespace shoal {
namespace {

constexpr const char* compiler =
#ifdef __clang__
    "Clang " __VERSION__;
#else
    "GCC " __VERSION__;
#endif

}  // namespace

BuildInfo build_info(const std::string& hdf5, const std::string& blas) {
  return {build_revision::version,
          build_revision::revision,
          compiler,
          build_revision::arch,
          join(compiled_instruction_sets()),
          build_revision::build_type,
          mpi_version(),
          hdf5,
          blas};
}

std::string version_text(const BuildInfo& build) {
  return "shoal " + build.version + " (revision " + build.revision + ", " + build.build_type + ")\n" + "compiler  " +
         build.compiler + ", -march=" + build.arch + " (" + build.instruction_sets + ")\n" + "MPI       " + build.mpi +
         "\n" + "HDF5      " + build.hdf5 + "\n" + "BLAS      " + build.blas + "\n";
}

}  // namespace shoal
