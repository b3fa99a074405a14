#pragma once
#include <ctime>
#include <string>
#include <vector>

#include "shoal/job/build_info.hpp"
#include "shoal/job/run_job.hpp"

namespace shoal {

/// How a result came about, as JSON: job, command line, start and end (UTC), seconds in all, ranks, their hosts and
/// cores, all options with their sources, each phase's seconds and communication by rank, peak memory of each rank,
/// versions (docs/files.md). It differs from run to run and therefore stands beside the result, not in it. Collective;
/// every rank gets the same text.
std::string provenance_json(const JobContext& job, const BuildInfo& build);

/// The largest resident memory of this process so far, in bytes.
Index peak_memory_bytes();

/// "2026-11-22T13:03:07Z".
std::string format_utc_time(std::time_t time);

}  // namespace shoal
