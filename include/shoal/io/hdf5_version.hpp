#pragma once
#include <string>

namespace shoal {

/// "HDF5 1.10.8 (parallel)".
std::string hdf5_version();

}  // namespace shoal
