#include "shoal/job/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

// A '#' inside a word belongs to it: a path may hold one.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = 0; at < line.size(); ++at)
    if (line[at] == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) return line.substr(0, at);
  return line;
}

}  // namespace

std::vector<ConfigLine> read_config_file(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  // A directory opens without complaint; only reading it fails.
  if (!file || (file.peek(), file.bad()))
    throw option_error("cannot read " + path + ": " + std::strerror(errno), "--config takes the path of an ini file");
  std::vector<ConfigLine> lines;
  std::string section;
  for (int number = 1; std::getline(file, text); ++number) {
    const std::string_view line = trim(without_comment(text));
    if (line.empty()) continue;
    if (line.front() == '[' && line.back() == ']') {
      section = trim(line.substr(1, line.size() - 2));
      continue;
    }
    const auto equals = line.find('=');
    std::string key(trim(line.substr(0, equals)));
    if (equals == std::string_view::npos || key.empty())
      throw option_error(path + ":" + std::to_string(number) + ": '" + std::string(line) +
                         "' is neither 'key = value' nor '[section]'");
    std::replace(key.begin(), key.end(), '_', '-');
    lines.push_back({section, key, std::string(trim(line.substr(equals + 1))), number});
  }
  return lines;
}

}  // namespace shoal
