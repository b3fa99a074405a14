#include "shoal/methods/cluster_spread.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

std::size_t size(Index n) {
  return static_cast<std::size_t>(n);
}

// Calls visit(row, values) with each of the rows [first, first + count) as floats.
template <class Visit>
void for_rows(const RowSource& rows, Index first, Index count, Visit visit) {
  std::vector<float> values(size(rows.width));
  for_panels(rows, first, count, [&](Index at, const RowView& panel) {
    for (Index i = 0; i < panel.count; ++i) {
      panel.to_floats(i, values.data());
      visit(at + i, values);
    }
  });
}

double largest_magnitude_of(const Communicator& comm, const RowSource& rows) {
  float largest = 0;
  for_rows(rows, 0, rows.count, [&](Index, const std::vector<float>& x) {
    for (const float v : x) largest = std::max(largest, std::abs(v));
  });
  return comm.max(double{largest});
}

// In a fixed order.
double squared_distance(const float* x, const double* mean, Index d) {
  double sum = 0;
  for (Index j = 0; j < d; ++j) {
    const double difference = double{x[j]} - mean[j];
    sum += difference * difference;
  }
  return sum;
}

}  // namespace

ClusterSpread cluster_spread(const Communicator& comm, const RowSource& rows, std::span<const std::int32_t> labels,
                             Index global_rows, Index k) {
  const Index d = rows.width, block_rows = RowBlocks::of(global_rows).block_rows;
  const auto blocks = my_blocks(comm, rows.count, global_rows);
  const double magnitude = largest_magnitude_of(comm, rows);
  const auto label = [&](Index row) { return Index{labels[size(row)]}; };

  ClusterSpread spread;
  spread.counts.assign(size(k), 0);
  ExactSum sums(k * d, bound_exponent_of(magnitude * static_cast<double>(block_rows)) + 1);
  MatrixD block_sums(k, d);
  for (const MyBlock& block : blocks) {
    block_sums.setZero();
    for_rows(rows, block.first, block.count, [&](Index row, const std::vector<float>& x) {
      double* sum = block_sums.row(label(row)).data();
      for (Index j = 0; j < d; ++j) sum[j] += double{x[size(j)]};
      ++spread.counts[size(label(row))];
    });
    sums.add(std::span<const double>(block_sums.data(), size(block_sums.size())));
  }
  sums.reduce(comm);
  comm.sum(spread.counts);
  spread.means = MatrixD::Zero(k, d);
  VectorD mean = VectorD::Zero(d);
  for (Index c = 0; c < k; ++c)
    for (Index j = 0; j < d; ++j) {
      mean[j] += sums[c * d + j] / static_cast<double>(global_rows);
      if (const auto count = spread.counts[size(c)]; count > 0)
        spread.means(c, j) = sums[c * d + j] / static_cast<double>(count);
    }

  // Distances below 2 sqrt(d) magnitude, one sum a cluster; behind them that of the squares.
  const double farthest = 4 * magnitude * magnitude * static_cast<double>(d);
  ExactSum distances(k + 1,
                     bound_exponent_of(std::max(farthest, std::sqrt(farthest)) * static_cast<double>(block_rows)) + 1);
  std::vector<double> block_distances(size(k + 1));
  for (const MyBlock& block : blocks) {
    std::fill(block_distances.begin(), block_distances.end(), 0.0);
    for_rows(rows, block.first, block.count, [&](Index row, const std::vector<float>& x) {
      const double squared = squared_distance(x.data(), spread.means.row(label(row)).data(), d);
      block_distances[size(label(row))] += std::sqrt(squared);
      block_distances.back() += squared;
    });
    distances.add(std::span<const double>(block_distances));
  }
  distances.reduce(comm);
  spread.mean_distances = VectorD::Zero(k);
  for (Index c = 0; c < k; ++c) {
    const auto count = static_cast<double>(spread.counts[size(c)]);
    if (count == 0) continue;
    spread.mean_distances[c] = distances[c] / count;
    spread.between += count * (spread.means.row(c).transpose() - mean).squaredNorm();
  }
  spread.within = distances[k];
  return spread;
}

}  // namespace shoal
