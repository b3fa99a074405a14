#pragma once
#include <map>
#include <string>
#include <vector>

namespace shoal {

/// What tells a result from another: a digest of each dataset's numbers, by name, and under `whole_file` one of all
/// bytes, attributes included. Local. Errors: input_error where the file cannot be read.
std::map<std::string, std::string> digests_of(const std::string& path);

inline const std::string whole_file = "(attributes or layout)";

/// The datasets that differ, or are in one of them alone; `whole_file` where only something else does.
std::vector<std::string> differing(const std::map<std::string, std::string>& a,
                                   const std::map<std::string, std::string>& b);

}  // namespace shoal
