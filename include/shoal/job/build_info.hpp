#pragma once
#include <string>

namespace shoal {

/// What this program was made of. The promise of equal bits holds for one such build (docs/running.md).
struct BuildInfo {
  std::string version;           ///< "0.1.0"
  std::string revision;          ///< git's commit when it was built, "-dirty" behind it where files had been changed
  std::string compiler;          ///< "GCC 12.2.0"
  std::string arch;              ///< what -march was given: "native"
  std::string instruction_sets;  ///< what that came to: "fma, avx2, avx512f"
  std::string build_type;        ///< "Release"
  std::string mpi;
  std::string hdf5;  ///< the caller's word, like blas: this room knows neither package
  std::string blas;
};

BuildInfo build_info(const std::string& hdf5, const std::string& blas);

/// The lines that `shoal --version` prints.
std::string version_text(const BuildInfo& build);

}  // namespace shoal
