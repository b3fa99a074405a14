#pragma once
// What keeps a long job from being lost: checkpoints beside its output, and stopping in time.
#include <chrono>
#include <string>
#include <vector>

#include "shoal/core/snapshot.hpp"
#include "shoal/job/options.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/checkpoints.hpp"

namespace shoal {

struct CheckpointOptions {
  double minutes = 10;  ///< between checkpoints; 0: only before a stop
  double max_wall = 0;  ///< minutes after the job's start at which it saves its state and stops; 0: never
};

void add_checkpoint_options(OptionSet& set, CheckpointOptions& options);

/// Until --max-wall or, with 30 s to spare, Slurm's end of the job. Local.
double seconds_left(const JobContext& job, const CheckpointOptions& options);

/// The checkpoint of one run: OUTPUT.checkpoint, a file that knows no ranks. It holds the options, a fingerprint of the
/// data and the state of each stage that is finished or under way; one of other options or other data is refused, so
/// that nothing goes on from what it did not come from. A run that has to stop where it began ends with
/// ExitCode::standstill in place of interrupted: starting it again would not help.
class RunCheckpoints {
 public:
  /// Looks for a checkpoint of this job on these `inputs` (datasets; empty names are left out). The job has called
  /// heed_signals() at its beginning. Collective; input errors on all ranks.
  RunCheckpoints(JobContext& job, const std::vector<std::string>& inputs, const std::string& output,
                 const CheckpointOptions& options);

  /// For a stage of the job: begins where the checkpoint says, and is saved and stopped in time. Good until the next
  /// stage. Local.
  Checkpoints stage(const std::string& name);

  /// Between stages, and behind work that has no state of its own: saves what is finished where that is due, and leaves
  /// by an Error (ExitCode::interrupted) where the job is to stop. Collective.
  void pause();

  /// The output is there: no checkpoint is needed any more. Collective.
  void remove();

 private:
  Pause due(Place place);
  void save();

  JobContext& job_;
  CheckpointOptions options_;
  std::string path_;
  Snapshot whole_;        // identity and command, then the last states of the stages
  Snapshot begin_;        // of the present stage
  std::string begun_at_;  // the progress of the checkpoint that was found, on the root
  std::string stage_;
  Stopwatch since_save_, since_poll_;
  bool stopping_ = false;
  double write_seconds_ = 0, longest_unseen_ = 0;  // the latter: between looks at the clock, in this stage
  std::int64_t calls_ = 0, calls_to_poll_ = 1;
};

/// The arguments, job first, with which the run whose checkpoint is at OUTPUT.checkpoint was started, but with
/// `further` ones in place of those of the same name, and with this OUTPUT. Local; input errors.
std::vector<std::string> arguments_of_run(const std::string& output, const std::vector<std::string>& further);

}  // namespace shoal
