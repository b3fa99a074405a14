#pragma once
// What a scaling study asks for: jobs with their options, numbers of ranks, and how ranks are started.
#include <map>
#include <string>
#include <vector>

#include "job.hpp"

namespace shoal {

/// One job whose time is looked at over numbers of ranks.
struct ScalingCase {
  std::string name;       ///< of its section; letters, digits, '-' and '_', since figures of merit carry it
  std::string job;        ///< the section's name where it says nothing else
  bool weak = false;      ///< as many rows a rank, and as large a batch a rank, for any number of ranks
  Index rows_a_rank = 0;  ///< weak
  std::map<std::string, std::string> options;  ///< of the job
};

struct ScalingStudy {
  std::vector<std::string> launcher{"mpirun", "-n", "{ranks}"};
  std::vector<Index> ranks;  ///< ascending
  Index repeats = 3;
  std::vector<ScalingCase> cases;
};

/// Reads a study. Before the first section: `ranks`, `repeats`, `launcher`, and options of all jobs that know them;
/// each `[section]` is a case with options of its own, and `job`, `scaling` and `rows-per-rank`.
/// Errors: option_error with file and line.
ScalingStudy read_study(const std::string& path);

/// One start of a job. `size`: for how many ranks the data are made; in strong scaling 1, in weak scaling `ranks` but
/// for the runs that are there to compare bits only.
struct ScalingRun {
  const ScalingCase* study_case = nullptr;  ///< nothing: the network is measured
  Index ranks = 1, size = 1, repeat = 0;

  std::string name() const;  ///< "train-4-ranks-run-1": of its files
  bool is_timed() const { return !study_case || !study_case->weak || size == ranks; }
};

/// All runs: in each repeat all cases at all numbers of ranks and, on several ranks, the network, so that a machine
/// that changes its speed does so for all. Then, of weak scaling, one run each of the larger data on fewer ranks: the
/// same bits must come of it. The study must live longer.
std::vector<ScalingRun> runs_of(const ScalingStudy& study);

/// The number of ranks at which the bits of weak scaling's data for `size` ranks are compared: the one before it.
Index ranks_to_compare(const ScalingStudy& study, Index size);

}  // namespace shoal
