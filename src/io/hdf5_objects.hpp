#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hdf5_file.hpp"

namespace shoal::hdf5 {

/// A link of a file and what it leads to.
struct Object {
  std::string path;
  bool is_group = false;
  bool is_dataset = false;
  std::string type;  ///< a dataset's element type; else "group", "soft link", "external link", "named type"
  std::vector<std::uint64_t> dims;
  std::vector<std::pair<std::string, std::string>> attributes;
  double bytes = 0;  ///< of a dataset in the file
};

/// All objects below "/", by name, each once; soft and external links are listed but not followed. At most 100,000
/// objects, 100 groups deep. A damaged part of the file is listed as "damaged".
std::vector<Object> objects_of(const ReadFile& file, bool with_attributes);

/// The attributes of one object, by name, as text of at most 200 characters each.
std::vector<std::pair<std::string, std::string>> attributes_of(hid_t object);

/// A whole text attribute, fixed or variable in length; false when it is not one string, or damaged.
bool read_text(hid_t attribute, std::string& text);

}  // namespace shoal::hdf5
