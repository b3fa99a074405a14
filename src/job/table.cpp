#include "shoal/job/table.hpp"

#include <algorithm>
#include <cctype>

namespace shoal {
namespace {

// Characters, not bytes: the bytes that continue a UTF-8 character have the top bits 10.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool looks_like_number(const std::string& text) {
  const std::size_t first = text.find_first_not_of("+-.");
  return first != std::string::npos && std::isdigit(static_cast<unsigned char>(text[first])) != 0;
}

}  // namespace

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Table::add_row(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  rows_.push_back(std::move(cells));
}

bool Table::is_numeric(std::size_t column) const {
  return std::all_of(rows_.begin(), rows_.end(),
                     [&](const auto& row) { return row[column].empty() || looks_like_number(row[column]); });
}

std::string Table::text() const {
  std::string rule;
  std::vector<std::string> lines(rows_.size() + 1);
  for (std::size_t column = 0; column < headings_.size(); ++column) {
    std::size_t width = width_of(headings_[column]);
    for (const auto& row : rows_) width = std::max(width, width_of(row[column]));
    const bool right = is_numeric(column);
    const auto append = [&](std::string& line, const std::string& cell) {
      const std::string padding(width - width_of(cell), ' ');
      line += "  " + (right ? padding + cell : cell + padding);
    };
    append(lines[0], headings_[column]);
    for (std::size_t i = 0; i < rows_.size(); ++i) append(lines[i + 1], rows_[i][column]);
    rule += "  " + std::string(width, '-');
  }
  lines.insert(lines.begin() + 1, rule);
  std::string text;
  for (auto& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace shoal
