#include "shoal/methods/map_quality.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "shoal/math/distance_ranks.hpp"
#include "shoal/math/row_distance.hpp"
#include "shoal/methods/kmeans.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/neighbors.hpp"
#include "shoal/methods/row_sample.hpp"
#include "shoal/methods/score.hpp"

namespace shoal {
namespace {

constexpr Index most_exact = 5000, sample_size = 2000, most_neighbors = 15;

/// The k nearest of each sampled row in the map: (sample, k), nearest first. The ranks share the work. Collective.
std::vector<std::int64_t> nearest_in_map(const Communicator& comm, const std::vector<Index>& sample,
                                         const std::vector<float>& map, const SearchFrame& frame, Index k) {
  const Shard part = Shard::of(static_cast<Index>(sample.size()), comm.rank(), comm.size());
  std::vector<float> queries;
  std::vector<std::int32_t> own;
  for (const Index row :
       std::span(sample).subspan(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.size()))) {
    own.push_back(static_cast<std::int32_t>(row));
    queries.insert(queries.end(), &map[static_cast<std::size_t>(2 * row)], &map[static_cast<std::size_t>(2 * row)] + 2);
  }
  std::vector<std::int64_t> mine;
  if (!own.empty()) {
    NeighborSearch search(queries.data(), std::ssize(own), 2, k, frame, own);
    search.visit(map.data(), std::ssize(map) / 2, 0);
    for (const Neighbor& found : search.take()) mine.push_back(found.row);
  }
  return comm.concatenate(mine);
}

/// The rank of each of `near` (sample, k) among the neighbours of its sampled row in the data, from 1: how many rows
/// are nearer, the lower among equals. Collective.
std::vector<std::int64_t> ranks_in_data(const Communicator& comm, const Matrix& rows, const Shard& shard,
                                        const std::vector<Index>& sample, const std::vector<std::int64_t>& near,
                                        Index k) {
  const Index d = rows.cols();
  std::vector<float> mine;
  for (const Index row : sample)
    if (shard.owns(row))
      mine.insert(mine.end(), rows.row(row - shard.begin).begin(), rows.row(row - shard.begin).end());
  const std::vector<float> sampled = comm.concatenate(mine);

  std::vector<double> distances(near.size(), 0);
  for (std::size_t e = 0; e < near.size(); ++e)
    if (shard.owns(near[e]))
      distances[e] =
          squared_distance(sampled.data() + static_cast<Index>(e) / k * d, rows.row(near[e] - shard.begin).data(), d);
  comm.max(distances);
  std::vector<Neighbor> marks;
  for (std::size_t e = 0; e < near.size(); ++e) marks.push_back({distances[e], static_cast<std::int32_t>(near[e])});

  DistanceRanks nearer(sampled.data(), std::ssize(sample), d, marks, sample);
  nearer.visit(rows.data(), rows.rows(), shard.begin);
  std::vector<std::int64_t> ranks = nearer.before();
  comm.sum(ranks);
  for (std::int64_t& rank : ranks) ++rank;
  return ranks;
}

}  // namespace

MapQuality measure_map(const Communicator& comm, const Matrix& rows, Index global_rows, const Matrix& embedding,
                       std::span<const std::int64_t> labels, std::uint64_t seed) {
  const Index n = global_rows;
  const Shard shard = my_shard(comm, n);
  MapQuality quality;
  quality.neighbors = std::clamp<Index>((n - 1) / 2, 1, most_neighbors);
  const std::vector<Index> sample = sampled_rows(n, n <= most_exact ? n : sample_size, seed, Stream::quality_sample);
  quality.sample = static_cast<Index>(sample.size());
  const std::vector<float> map =
      comm.concatenate(std::span<const float>(embedding.data(), static_cast<std::size_t>(embedding.size())));
  const auto near = nearest_in_map(comm, sample, map, search_frame(comm, embedding, n), quality.neighbors);
  const auto ranks = ranks_in_data(comm, rows, shard, sample, near, quality.neighbors);

  std::int64_t strangeness = 0, kept = 0;
  for (const auto rank : ranks) {
    strangeness += std::max<std::int64_t>(0, rank - quality.neighbors);
    kept += rank <= quality.neighbors;
  }
  const auto pairs = static_cast<double>(ranks.size());
  const auto most = static_cast<double>(std::max<Index>(1, 2 * n - 3 * quality.neighbors - 1));
  quality.trustworthiness = 1 - 2 * static_cast<double>(strangeness) / (pairs * most);
  quality.preservation = static_cast<double>(kept) / pairs;

  quality.nearest_accuracy = quality.kmeans_accuracy = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::int64_t> all_labels = comm.concatenate(labels);
  if (all_labels.empty()) return quality;
  Index right = 0;
  for (std::size_t t = 0; t < sample.size(); ++t)
    right += all_labels[static_cast<std::size_t>(sample[t])] ==
             all_labels[static_cast<std::size_t>(near[t * static_cast<std::size_t>(quality.neighbors)])];
  quality.nearest_accuracy = static_cast<double>(right) / static_cast<double>(sample.size());
  const auto classes = static_cast<Index>(std::set(all_labels.begin(), all_labels.end()).size());
  const KMeansResult clusters = fit_kmeans(comm, source_of(embedding), n, {.k = std::min(classes, n), .seed = seed});
  quality.kmeans_accuracy = score_clusters(comm, labels, clusters.labels, clusters.centers.rows()).accuracy;
  return quality;
}

}  // namespace shoal
