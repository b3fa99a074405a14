#pragma once
#include <string>
#include <utility>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// One object of an HDF5 file, as `shoal inspect` shows it.
struct ObjectInfo {
  std::string path;
  bool group = false;
  std::string type;         ///< "float32", "string of 12 bytes", ...; "group", "soft link", "external link", "damaged"
  std::vector<Index> dims;  ///< of a dataset; empty for a scalar
  std::vector<std::pair<std::string, std::string>> attributes;  ///< by name; values cut to 200 characters
  double bytes = 0;                                             ///< of a dataset in the file (compressed)
};

/// All objects of an HDF5 file, the root "/" first, then by name, each once. Links that are not hard are listed but
/// not followed, damaged objects are listed as such. Local. Errors: input_error when the file cannot be opened.
std::vector<ObjectInfo> list_objects(const std::string& path);

}  // namespace shoal
