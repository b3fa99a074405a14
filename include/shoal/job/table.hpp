#pragma once
#include <string>
#include <vector>

namespace shoal {

/// A small table as text: a line of headings, a rule, the rows. A column of numbers stands flush right.
class Table {
 public:
  explicit Table(std::vector<std::string> headings);

  /// One cell a heading; fewer cells leave the rest of the row empty.
  void add_row(std::vector<std::string> cells);

  /// All lines, each indented by two blanks and ended by a line break.
  std::string text() const;

 private:
  bool is_numeric(std::size_t column) const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace shoal
