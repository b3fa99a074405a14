#pragma once
// The files of src/report/page and the chart library, put into the program by embed_page.cmake.
#include <string_view>

namespace shoal::page {

extern const std::string_view report;  ///< the skeleton, with marks for the rest
extern const std::string_view style;
extern const std::string_view script;  ///< all of page/*.js
extern const std::string_view echarts;

}  // namespace shoal::page
