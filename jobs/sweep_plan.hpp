#pragma once
// What a sweep file asks for: tables of runs that differ in some options.
#include <map>
#include <set>
#include <string>
#include <vector>

namespace shoal {

using SweepOptions = std::map<std::string, std::string>;

struct SweepTable {
  std::string name;
  std::vector<std::string> varied;  ///< options that have more than one value, in the file's order; the seed last
  std::vector<SweepOptions> rows;   ///< all options of each run
};

/// Reads a sweep file. Before the first section: options of all tables; each `[section]` is a table with options of its
/// own. Values separated by `|` are crossed with those of all other options; names joined by commas go together, their
/// values too: `code, components = 32, 8 | 64, 8`.
/// Errors: option_error with file and line for a name that is not `known`, or values that do not match their names.
std::vector<SweepTable> read_sweep(const std::string& path, const std::set<std::string>& known);

}  // namespace shoal
