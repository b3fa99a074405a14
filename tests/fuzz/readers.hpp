#pragma once
#include <string>

namespace shoal::fuzz {

/// Reads a file in every way in which Shoal would read one of its name: .ini as a configuration, all else as dataset,
/// labels, listing, model, components and centres. True when some way succeeded. Anything but success and shoal::Error
/// escapes.
bool read_in_all_ways(const std::string& file);

}  // namespace shoal::fuzz
