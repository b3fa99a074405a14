#include "page.hpp"

#include "escape.hpp"

namespace shoal::page {
namespace {

// JSON inside a script element: "</script>" and "<!--" must not end or open anything.
std::string embedded(const nlohmann::ordered_json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace))
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

// Replaces the one mark of the template; the parts contain no marks of their own.
void fill(std::string& page, std::string_view mark, std::string_view text) {
  page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

std::string filled(const std::string& title, const nlohmann::ordered_json& run, const std::string& elements,
                   std::string_view program) {
  std::string page(report);
  // From the end to the beginning, so that what was filled in is never searched.
  fill(page, "/*script*/", program);
  fill(page, "/*echarts*/", echarts);
  fill(page, "<!--arrays-->", elements);
  fill(page, "/*run*/", embedded(run));
  fill(page, "/*style*/", style);
  fill(page, "<!--title-->", escaped(title));
  return page;
}

}  // namespace shoal::page
