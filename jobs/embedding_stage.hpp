#pragma once
// From rows to a map of them: for the job `embed`, and for `pipeline --embed`.
#include <optional>
#include <span>
#include <string>

#include "embed_options.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/methods/map_quality.hpp"
#include "shoal/methods/tsne.hpp"

namespace shoal {

/// How the neighbours of a map were found.
struct NeighborFacts {
  bool exact = true;
  double recall = 1;
};

/// A map of this rank's rows and what is known of it.
struct RowMap {
  std::string method;
  Matrix points;  ///< (.., 2)
  MapQuality quality;
  std::optional<TsneResult> tsne;
  double perplexity = 0;    ///< of t-SNE, like what follows
  NeighborFacts neighbors;  ///< likewise
  Matrix components;        ///< (.., 2): the first two, to compare with, where there are labels
  MapQuality components_quality;
};

/// Logs what the map of n rows of d features will cost, and throws option errors on all ranks where it makes no sense
/// or does not fit. Collective.
void require_map(JobContext& job, const MapOptions& options, Index n, Index d);

/// Draws the map and judges it; labels of this rank's rows, or none. `checkpoints`: of this stage. Collective.
RowMap map_stage(JobContext& job, const Matrix& rows, const Shard& shard, const MapOptions& options,
                 std::span<const std::int64_t> labels, const Checkpoints& checkpoints);

/// All of it, as docs/files.md has it. Collective.
void write_row_map(OutputFile& file, const std::string& group, const RowMap& map, const Shard& shard);

}  // namespace shoal
