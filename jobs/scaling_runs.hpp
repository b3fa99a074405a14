#pragma once
// The runs of a scaling study: each a program of its own, and what is kept of it.
#include <optional>

#include "scaling_plan.hpp"
#include "shoal/job/run_record.hpp"

namespace shoal {

/// What is kept of a run, in DIR/runs/NAME.json.
struct ScalingRecord {
  ScalingRun run;
  RunRecord told;            ///< by its sidecar
  double start_seconds = 0;  ///< what the whole program took beyond the job: the launcher, MPI's start and end
  Index rows = 0;            ///< of its input; 0 where it has none
  std::map<std::string, std::string> digests;          ///< of its result
  std::vector<double> message_bytes, message_seconds;  ///< where the network was measured
};

/// Makes runs, or finds that they were made before with the same command.
class ScalingRuns {
 public:
  /// `environment`: that of before MPI was started (present_environment).
  ScalingRuns(JobContext& job, const ScalingStudy& study, std::string folder, std::vector<std::string> environment);

  std::optional<ScalingRecord> find(const ScalingRun& run) const;

  /// Starts the job and waits for its end. Errors: with the job's own exit code and the last lines of what it said;
  /// interrupted when a signal ended it (standstill when it was the first run made here).
  ScalingRecord make(const ScalingRun& run);

 private:
  std::vector<std::string> command(const ScalingRun& run) const;
  std::string data_for(const ScalingRun& run) const;
  void make_data(const ScalingRun& run) const;
  std::string path(const ScalingRun& run, const char* ending) const;
  ScalingRecord read(const ScalingRun& run) const;
  void leave_if_told(const ScalingRun& run) const;

  JobContext& job_;
  const ScalingStudy& study_;
  std::string folder_;
  std::vector<std::string> environment_;
  Index made_ = 0;
};

/// Throws the error of exit code 6, which names datasets, when two runs of the same job and data gave other bits.
void require_same_bits(const std::vector<ScalingRecord>& records);

}  // namespace shoal
