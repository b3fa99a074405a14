#pragma once
// What `shoal embed` is asked for, and what it will cost.
#include <string>

#include "option_groups.hpp"
#include "run_checkpoints.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/methods/tsne.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {

/// How a map is drawn.
struct MapOptions {
  std::string method = "tsne";
  std::string neighbors = "auto";
  TsneOptions tsne;
};

struct EmbedOptions {
  DataOptions data;
  std::string labels, apply, fitted;
  std::string gradient = "auto", start = "pca";
  MapOptions map;
  CheckpointOptions checkpoints;
  OutputOptions output;
};

void add_embed_options(OptionSet& set, EmbedOptions& options);

/// Memory a rank and time on machines like those of docs/benchmarks.md.
struct EmbedCost {
  double bytes = 0, neighbor_seconds = 0, map_seconds = 0;
};
EmbedCost embed_cost(const MapOptions& options, Index n, Index d, int ranks);

/// Whether neighbours are looked for in cells (methods/cell_neighbors.hpp) instead of among all rows.
bool in_cells(const MapOptions& options, Index n);

/// Logs the cost and refuses what this machine's memory cannot hold. Collective; option errors on all ranks.
void tell_embed_cost(JobContext& job, const EmbedCost& cost);

}  // namespace shoal
