#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace shoal {

struct PageTable {
  std::string name;
  std::vector<std::vector<std::string>> lines;  ///< the first: headings
  std::size_t best = 0;                         ///< of the lines below the headings: the framed one
};

/// Tables as one HTML page in the report's style, without any script.
std::string table_page(const std::string& title, const std::string& note, const std::vector<PageTable>& tables);

}  // namespace shoal
