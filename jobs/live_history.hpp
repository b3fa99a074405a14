#pragma once
// How far a training is, in a small file beside the output: `shoal report` shows it while the run is still going.
#include <string>

#include "shoal/job/run_job.hpp"
#include "shoal/methods/train.hpp"
#include "shoal/report/run_under_way.hpp"

namespace shoal {

/// OUTPUT.running.json, written by the root after each epoch. It is news, not a result: where it cannot be written, a
/// warning is all. It stays when the run fails or is stopped, and a run that goes on takes up its earlier epochs.
/// Members are local and do something on the root alone.
class LiveHistory {
 public:
  LiveHistory(JobContext& job, const std::string& output, const TrainOptions& options);

  /// After an epoch over `rows`; `communication`: this rank's share of the training's time.
  void add(const EpochStatistics& epoch, Index rows, double communication);

  /// The output is there.
  void remove();

 private:
  JobContext& job_;
  std::string path_;
  RunUnderWay run_;
  bool warned_ = false;
};

}  // namespace shoal
