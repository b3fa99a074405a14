#include <algorithm>
#include <string>

#include "shoal/core/text.hpp"
#include "shoal/job/options.hpp"

namespace shoal {
namespace {

constexpr std::size_t text_width = 100, widest_label = 32;

// Breaks a text at blanks so that lines after the first begin at `indent` and none passes text_width.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  for (const auto& word : split(text, ' ')) {
    if (word.empty()) continue;
    if (column > indent && column + 1 + word.size() > text_width) {
      result += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string label_of(const Option& option) {
  return "  --" + option.name() + (option.value_name().empty() ? "" : " " + option.value_name());
}

std::string description_of(const Option& option) {
  std::string text = option.description();
  const std::string expected = option.expected();
  if (expected.starts_with("one of")) text += ": " + expected;
  if (option.is_required()) return text + " (required)";
  const std::string value = option.text();
  if (option.is_flag() && value == "false") return text;
  return text + " (default: " + (value.empty() ? "none" : value) + ")";
}

}  // namespace

std::string OptionSet::help() const {
  std::string usage = "Usage: shoal " + job_, text;
  std::size_t width = label_of(Option("config", Option::Target{}, "")).size() + 7;
  for (const Option& option : options_) {
    if (option.is_positional())
      usage += " " + (option.is_required() ? option.value_name() : "[" + option.value_name() + "]");
    width = std::max(width, label_of(option).size());
  }
  const std::size_t column = std::min(width, widest_label) + 2;
  const auto line = [&](const std::string& label, const std::string& description) {
    const std::size_t used = label.size() + 2;
    const std::string gap = used <= column ? std::string(column - label.size(), ' ') : "\n" + std::string(column, ' ');
    return label + gap + wrapped(description, column) + "\n";
  };

  std::string group;
  for (const Option& option : options_) {
    if (option.group() != group) text += "\n" + (group = option.group()) + ":\n";
    text += line(label_of(option), description_of(option));
  }
  text += "\nGeneral:\n";
  text += line("  --config FILE.ini", "reads options from lines 'name = value'; a bare FILE.ini means the same");
  text += line("  --help", "prints this");
  return usage + " [options]\n\n" + wrapped(summary_, 0) + "\n" + text + "\n" +
         wrapped(
             "Each option can also be set in the environment (--batch-size as SHOAL_BATCH_SIZE). The command line "
             "counts "
             "over the environment, the environment over the file.",
             0) +
         "\n";
}

}  // namespace shoal
