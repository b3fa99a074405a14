#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shoal/report/run_report.hpp"

namespace shoal {

/// Reads what a result file (docs/files.md) has for a report, whichever jobs wrote it, and its sidecar where there is
/// one beside it. Of more than `most_points` rows every so manieth becomes a point. Reads rows in pieces: memory grows
/// with the points, not with the width of the codes. Pictures are left to the caller. Local. Errors: input_error where
/// the file cannot be read or has nothing that a report shows.
RunReport read_run(const std::string& path, Index most_points);

/// The classes of all rows: colours, and a contingency table where the file has none.
/// `labels`: one a row; `clusters`: the same rows' clusters, or empty.
void add_classes(RunReport& report, std::span<const std::int64_t> labels, std::span<const std::int64_t> clusters);

/// The stored options of a run, a JSON object, as its configuration. A text that is none adds nothing.
void add_options(RunReport& report, const std::string& json);

/// A stored option of the run ("input", "labels"); empty where it has none.
std::string option_of_run(const std::string& path, const std::string& option);

/// Facts of the sidecar: ranks, hosts, versions, and the seconds of each phase. A text that is no sidecar adds nothing.
void add_sidecar(RunReport& report, const std::string& text);

}  // namespace shoal
