#include "shoal/io/hdf5_version.hpp"

#include <hdf5.h>

namespace shoal {

std::string hdf5_version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release) + " (parallel)";
}

}  // namespace shoal
