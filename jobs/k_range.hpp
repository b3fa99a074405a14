#pragma once
// --k 2:10: k-means for a range of k, and the one that fits best.
#include "shoal/io/output_file.hpp"
#include "shoal/job/options.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/choose_k.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

void add_choice_options(OptionSet& set, ChooseKOptions& options);

/// Logs the work of the silhouettes and of the gap statistic, and warns where it is large. Collective.
void tell_choice_estimate(JobContext& job, Index rows, Index features, const ChooseKOptions& options);

/// Fits and measures all k of the range; logs a table of them and the choice. Collective.
ChosenK choose_stage(JobContext& job, const RowSource& rows, const Shard& shard, const KMeansOptions& kmeans,
                     const ChooseKOptions& options, const Checkpoints& checkpoints);

/// Writes the measures by k and the choice into a group. Collective.
void write_choice(OutputFile& file, const std::string& group, const ChosenK& chosen, const ChooseKOptions& options);

}  // namespace shoal
