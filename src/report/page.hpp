#pragma once
// The files of src/report/page and the chart library, put into the program by embed_page.cmake.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace shoal::page {

extern const std::string_view report;  ///< the skeleton, with marks for the rest
extern const std::string_view style;
extern const std::string_view script;  ///< of the report
extern const std::string_view scaling_script;
extern const std::string_view echarts;

/// The whole page: the skeleton with title, style, chart library, the numbers in `run`, other elements and a script.
std::string filled(const std::string& title, const nlohmann::ordered_json& run, const std::string& elements,
                   std::string_view program);

}  // namespace shoal::page
