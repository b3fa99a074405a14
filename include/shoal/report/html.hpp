#pragma once
#include <string>

#include "shoal/report/run_report.hpp"

namespace shoal {

/// The report as one HTML file that needs nothing else: styles, scripts, the chart library, pictures and numbers are in
/// it, and it asks no network for anything.
std::string report_html(const RunReport& report);

}  // namespace shoal
