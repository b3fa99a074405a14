#pragma once
// The results of a sweep, with mean and spread over seeds, in the forms that people and programs read.
#include <string>
#include <vector>

#include "shoal/io/output_file.hpp"
#include "sweep_plan.hpp"

namespace shoal {

/// What was measured of a run, in the order of `measures`; NaN where there is none.
using Measured = std::vector<double>;

inline const std::vector<std::string> sweep_measures{
    "held_out_loss", "reconstruction_error", "inertia", "accuracy", "purity", "nmi", "ari"};

/// Runs that differ in nothing but the seed.
struct SweepGroup {
  SweepOptions options;
  Index runs = 0;
  Measured mean, spread;  ///< spread: the standard deviation over seeds (n - 1), 0 of a single run
};

struct SweepResult {
  SweepTable table;
  std::vector<Measured> measured;  ///< of each row of the table
  std::vector<SweepGroup> groups;
  std::size_t best = 0;  ///< the group of the highest mean accuracy, without labels of the lowest reconstruction error
};

SweepResult summarized(const SweepTable& table, const std::vector<Measured>& measured);

/// For the terminal: one line a group, the best marked by a star.
std::string text_of(const SweepResult& result);
/// One line a run.
std::string csv_of(const std::vector<SweepResult>& results);
std::string html_of(const std::vector<SweepResult>& results, const std::string& title);
/// One group a table. Collective.
void write_sweep(OutputFile& file, const SweepResult& result);

}  // namespace shoal
