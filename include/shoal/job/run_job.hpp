#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "shoal/core/timer.hpp"
#include "shoal/job/log.hpp"
#include "shoal/job/options.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// What run_job hands to a job.
struct JobContext {
  Communicator comm;
  Log& log;          ///< writes on the root only
  Timings& timings;  ///< this rank's phases; run_job prints their table over ranks at the end
  const OptionSet& options;
  std::string command_line;
  std::chrono::system_clock::time_point start;
  Stopwatch watch = {};  ///< since MPI and the options were ready
};

/// How run_job treats a job.
struct JobSettings {
  OptionScope scope;
  /// Whether the resolved options are printed before and the timing table after the job. Off for a job whose output is
  /// an answer, such as `shoal inspect`.
  bool announce = true;
};

/// Runs one job from argv to the exit status, and is the only place that catches exceptions. argv[0] is skipped, so
/// that main hands over argc - 1 and argv + 1 for `shoal train ...`.
///
/// Prints help without starting MPI; starts MPI; resolves the options on the root, so that its environment and files
/// count everywhere; runs body; ends MPI. Errors:
///  - an Error on all ranks (Error::on_all_ranks, or a world of one) is told once by the root, "shoal train: error:
///  ..."
///    with its hint, and all ranks return its exit code in order;
///  - any other exception is told at once by its rank, "shoal: rank 2 of 4 on node7: ...", and brings all ranks down:
///    the others may wait in a collective, for ever.
/// In both cases the process ends within a few seconds, whatever MPI does.
int run_job(int argc, char** argv, OptionSet& options, const JobSettings& settings,
            const std::function<void(JobContext&)>& body);

}  // namespace shoal
