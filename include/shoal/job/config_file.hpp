#pragma once
#include <string>
#include <vector>

namespace shoal {

/// One `key = value` line of a configuration file.
struct ConfigLine {
  std::string section;  ///< of the `[section]` above it; empty before the first
  std::string key;      ///< with underscores turned into dashes
  std::string value;    ///< everything after the first '=', trimmed: it may hold commas, blanks and further '='
  int number = 0;       ///< counted from 1
};

/// Reads a flat ini file: `key = value`, `[section]`, empty lines, and comments from a '#' at the start of a line or
/// after a blank. Throws option_error with file and line where a line is none of these, or the file cannot be read.
/// (Boost.Program_options can read such files, but its errors and results know no line numbers.)
std::vector<ConfigLine> read_config_file(const std::string& path);

/// The `[section]` headings of such a file, also of sections without lines: their names and numbers, keys empty.
std::vector<ConfigLine> read_config_sections(const std::string& path);

}  // namespace shoal
