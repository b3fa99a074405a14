#include "shoal/report/table_page.hpp"

#include "escape.hpp"
#include "page.hpp"

namespace shoal {

std::string table_page(const std::string& title, const std::string& note, const std::vector<PageTable>& tables) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                     "</title>\n<style>\n" + std::string(page::style) +
                     "@media (prefers-color-scheme: dark) { :root { color-scheme: dark; --ground: #14171b; --card: "
                     "#1c2127; --line: #38404a; --text: #e7eaee; --quiet: #a3adb9; --accent: #56b4e9; } }\n" +
                     "</style></head><body><main><h1>" + escaped(title) + "</h1><p class=\"note\">" + escaped(note) +
                     "</p>\n";
  for (const auto& table : tables) {
    page += "<h2>" + escaped(table.name) + "</h2>\n<table>\n";
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
      page += i > 0 && i - 1 == table.best ? "<tr class=\"matched\">" : "<tr>";
      for (const auto& cell : table.lines[i])
        page += (i == 0 ? "<th scope=\"col\">" : "<td>") + escaped(cell) + (i == 0 ? "</th>" : "</td>");
      page += "</tr>\n";
    }
    page += "</table>\n";
  }
  return page + "</main></body></html>\n";
}

}  // namespace shoal
