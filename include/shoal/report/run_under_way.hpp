#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/report/run_report.hpp"

namespace shoal {

/// How far a training is that has not ended: what OUTPUT.running.json says, anew after each epoch.
struct RunUnderWay {
  struct Epoch {
    std::int64_t epoch = 0;
    double training_loss = 0, held_out_loss = 0, learning_rate = 0, seconds = 0;  ///< NaN where there is none
  };
  std::string job, options, loss;  ///< options: as JSON
  std::string start, last;         ///< UTC: of the job, and of the last epoch's end
  std::int64_t ranks = 1, epochs_in_all = 0;
  double rows_an_epoch = 0;
  double communication = 0;  ///< share of the training's time, of the root
  std::vector<Epoch> epochs;
};

/// "result.h5.running.json"
std::string under_way_path(const std::string& output);

/// One epoch more. Where 1000 are there, every second of them goes before: the file stays small and quickly written
/// however long the run is, and its curves are the finer the newer.
void add_epoch(RunUnderWay& run, const RunUnderWay::Epoch& epoch);

std::string text_of(const RunUnderWay& run);

/// Local. Errors: input_error where the file cannot be read or is none of these.
RunUnderWay read_under_way(const std::string& path);

/// What there is to show of it: how far it is, losses, configuration.
RunReport report_of(const RunUnderWay& run, const std::string& path);

}  // namespace shoal
