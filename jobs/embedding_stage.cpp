#include "embedding_stage.hpp"

#include <cmath>

#include "embedding_groups.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/progress.hpp"
#include "shoal/methods/affinities.hpp"
#include "shoal/methods/cell_neighbors.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

constexpr PcaOptions plane{.components = 2};

Neighbors neighbors_stage(JobContext& job, const Matrix& rows, const Shard& shard, const MapOptions& options,
                          NeighborFacts& facts) {
  const Index k = neighbors_for(options.tsne.perplexity, shard.global);
  Progress searching(job.log, "neighbours", shard.global, "rows");
  const auto tell = [&](Index done, Index) { searching.set(done); };
  facts.exact = !in_cells(options, shard.global);
  if (facts.exact) {
    Neighbors near =
        job.timings.measure("neighbours", [&] { return exact_neighbors(job.comm, rows, shard.global, k, tell); });
    searching.finish();
    return near;
  }
  CellNeighbors found = job.timings.measure(
      "neighbours", [&] { return cell_neighbors(job.comm, rows, shard.global, k, options.tsne.seed, tell); });
  searching.finish();
  facts.recall = found.recall;
  job.log.info("neighbours: looked for in " + format_count(found.visited) + " of " + format_count(found.cells) +
               " cells, recall " + format_number(found.recall) + " of " + format_count(k) + " (" +
               format_count(found.sample) + " rows)");
  return std::move(found.near);
}

TsneResult tsne_stage(JobContext& job, const Matrix& rows, const Shard& shard, const MapOptions& options,
                      NeighborFacts& facts, const Checkpoints& checkpoints) {
  // What approximate neighbours were worth is not in the checkpoint: they are looked for once more.
  if (!in_cells(options, shard.global))
    if (auto finished = finished_map(job.comm, shard.global, options.tsne, checkpoints.begin))
      return *std::move(finished);
  Neighbors near = neighbors_stage(job, rows, shard, options, facts);
  const SparseRows affinities = job.timings.measure(
      "affinities", [&] { return joint_affinities(job.comm, near, shard.global, options.tsne.perplexity); });
  near = {};
  Progress mapping(job.log, "t-SNE", options.tsne.iterations, "iterations");
  TsneResult result = job.timings.measure("map", [&] {
    const auto tell = [&](const TsneProgress& p) {
      mapping.set(p.iteration, "KL divergence " + format_number(p.divergence));
    };
    return fit_tsne(job.comm, rows, shard.global, affinities, options.tsne, tell, checkpoints);
  });
  mapping.finish();
  job.log.info("t-SNE: KL divergence " + format_number(result.divergence, 5) + " nats after " +
               format_count(result.n_iter) + " iterations" + (result.stopped_early ? ", no longer falling" : ""));
  return result;
}

MapQuality quality_stage(JobContext& job, const std::string& title, const Matrix& rows, const Shard& shard,
                         const Matrix& points, std::span<const std::int64_t> labels) {
  const MapQuality quality =
      job.timings.measure("quality", [&] { return measure_map(job.comm, rows, shard.global, points, labels); });
  job.log.info(title + ": trustworthiness " + format_number(quality.trustworthiness) + ", neighbourhood preservation " +
               format_number(quality.preservation) + " (k = " + std::to_string(quality.neighbors) + ", " +
               format_count(quality.sample) + " rows)");
  if (std::isfinite(quality.nearest_accuracy))
    job.log.info(title + ": accuracy of the nearest neighbour " + format_number(quality.nearest_accuracy) +
                 ", of k-means " + format_number(quality.kmeans_accuracy));
  return quality;
}

}  // namespace

void require_map(JobContext& job, const MapOptions& options, Index n, Index d) {
  if (options.method == "pca") {
    require_components(plane, n, d);
    job.log.info("estimate: " + format_bytes(static_cast<double>(my_shard(job.comm, n).size() * d) * sizeof(float)) +
                 " of rows a rank");
    return;
  }
  require_tsne(options.tsne, n);
  tell_embed_cost(job, embed_cost(options, n, d, job.comm.size()));
}

RowMap map_stage(JobContext& job, const Matrix& rows, const Shard& shard, const MapOptions& options,
                 std::span<const std::int64_t> labels, const Checkpoints& checkpoints) {
  RowMap map{.method = options.method, .perplexity = options.tsne.perplexity};
  const auto components = [&](const Checkpoints& begin) {
    return transform(pca_stage(job, source_of(rows), shard, plane, begin), rows);
  };
  if (options.method == "pca") {
    map.points = components(checkpoints);
  } else {
    map.tsne = tsne_stage(job, rows, shard, options, map.neighbors, checkpoints);
    map.points = map.tsne->embedding;
    if (job.comm.any(!labels.empty()) && rows.cols() >= plane.components) {
      map.components = components({});
      map.components_quality = quality_stage(job, "PCA, to compare with", rows, shard, map.components, labels);
    }
  }
  map.quality = quality_stage(job, "map", rows, shard, map.points, labels);
  return map;
}

void write_row_map(OutputFile& file, const std::string& group, const RowMap& map, const Shard& shard) {
  write_map(file, group, map.points, shard, map.method);
  write_quality(file, group, map.quality);
  if (!map.tsne) return;
  write_tsne(file, group, *map.tsne, map.perplexity);
  file.attribute(group, "neighbors", std::string(map.neighbors.exact ? "exact" : "approximate"));
  file.attribute(group, "neighbor_recall", map.neighbors.recall);
  if (map.components.cols() == 0) return;
  write_map(file, group + "/pca", map.components, shard, "pca");
  write_quality(file, group + "/pca", map.components_quality);
}

}  // namespace shoal
