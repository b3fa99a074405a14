#pragma once
#include <string>
#include <vector>

#include "shoal/report/run_report.hpp"

namespace shoal {

/// Writes each picture of a report as a PNG file into `directory`, which is made where it is missing, for papers and
/// slides: white ground, colours that people with any colour vision can tell apart. Returns the files' names. Local.
/// Errors: output_error where a file cannot be written; then all are as they were.
std::vector<std::string> write_figures(const RunReport& report, const std::string& directory);

}  // namespace shoal
