#pragma once
// What `shoal embed` is asked for, and what it will cost.
#include <string>

#include "option_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/tsne.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

struct EmbedOptions {
  DataOptions data;
  std::string labels, apply, fitted;
  std::string method = "tsne", gradient = "auto", start = "pca";
  TsneOptions tsne;
  CheckpointOptions checkpoints;
  OutputOptions output;
};

void add_embed_options(OptionSet& set, EmbedOptions& options);

/// Memory a rank and time on machines like those of docs/benchmarks.md.
struct EmbedCost {
  double bytes = 0, neighbor_seconds = 0, map_seconds = 0;
};
EmbedCost embed_cost(const TsneOptions& options, Index n, Index d, int ranks);

/// Logs the cost and refuses what this machine's memory cannot hold. Collective; option errors on all ranks.
void tell_embed_cost(JobContext& job, const EmbedCost& cost);

}  // namespace shoal
