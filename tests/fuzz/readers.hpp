#pragma once
#include <string>

namespace shoal::fuzz {

/// Reads a file in every way in which Shoal would read one of its name: .ini as a configuration, .json as a sidecar and as
/// a run under way, all else as dataset, labels, listing, model, components, centres, map and report. True when some way succeeded. Anything but success and shoal::Error
/// escapes.
bool read_in_all_ways(const std::string& file);

}  // namespace shoal::fuzz
