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

/// Calls `section(name, number)` and `line(text, number)` in the file's order.
template <class Section, class Line>
void for_lines(const std::string& path, Section section, Line line) {
  std::ifstream file(path);
  std::string text;
  // A directory opens without complaint; only reading it fails.
  if (!file || (file.peek(), file.bad()))
    throw option_error("cannot read " + path + ": " + std::strerror(errno), "--config takes the path of an ini file");
  for (int number = 1; std::getline(file, text); ++number) {
    const std::string_view content = trim(without_comment(text));
    if (content.empty()) continue;
    if (content.front() == '[' && content.back() == ']')
      section(std::string(trim(content.substr(1, content.size() - 2))), number);
    else
      line(content, number);
  }
}

}  // namespace

std::vector<ConfigLine> read_config_sections(const std::string& path) {
  std::vector<ConfigLine> sections;
  for_lines(
      path,
      [&](const std::string& name, int number) {
        sections.push_back({name, "", "", number});
      },
      [](std::string_view, int) {});
  return sections;
}

std::vector<ConfigLine> read_config_file(const std::string& path) {
  std::vector<ConfigLine> lines;
  std::string section;
  const auto add = [&](std::string_view line, int number) {
    const auto equals = line.find('=');
    std::string key(trim(line.substr(0, equals)));
    if (equals == std::string_view::npos || key.empty())
      throw option_error(path + ":" + std::to_string(number) + ": '" + std::string(line) +
                         "' is neither 'key = value' nor '[section]'");
    std::replace(key.begin(), key.end(), '_', '-');
    lines.push_back({section, key, std::string(trim(line.substr(equals + 1))), number});
  };
  for_lines(
      path, [&](const std::string& name, int) { section = name; }, add);
  return lines;
}

}  // namespace shoal
