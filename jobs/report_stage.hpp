#pragma once
// From a result file to its report: for the job `report`, and for the end of `pipeline`.
#include <string>

#include "shoal/job/run_job.hpp"

namespace shoal {

struct ReportOptions {
  std::string run;              ///< the result file
  std::string data, labels;     ///< empty: those that the run was given, where they can still be found
  std::string layout;           ///< empty: the run's
  std::string figures;          ///< directory for PNG files; empty: none
  std::string output;           ///< the HTML file; empty: the run's name with .html in place of .h5
  Index most_points = 1000000;  ///< in the maps
};

/// "result.html" for "result.h5".
std::string report_path(const std::string& run);

/// Reads a result file and its data on the root and writes the report, and the figures if they are asked for.
/// Collective; input and output errors on all ranks.
void write_report(JobContext& job, const ReportOptions& options);

}  // namespace shoal
