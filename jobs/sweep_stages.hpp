#pragma once
#include <set>
#include <string>
#include <vector>

#include "job.hpp"
#include "sweep_plan.hpp"

namespace shoal {

/// A stage of a sweep with all its options set, and where its result is kept: under a name made of all options that it
/// depends on, so that runs share what they have in common.
struct Stage {
  Job job;
  std::string path;
};

/// The options that a sweep's file may set: those of its stages, less what the sweep itself gives them.
std::set<std::string> sweep_options();

/// train, encode, pca, kmeans and, where there are labels, score for one row of a table; results in `folder`. Throws
/// option_error for a missing input or a value that a stage does not take.
std::vector<Stage> stages_of(const std::string& folder, const SweepOptions& row);

}  // namespace shoal
