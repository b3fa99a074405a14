#include "shoal/methods/kmeans_lloyd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/math/nearest_center.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Lloyd::Lloyd(const Communicator& comm, const Matrix& rows, Index global_rows, double magnitude, Index k)
    : comm_(comm),
      rows_(rows),
      magnitude_(magnitude),
      k_(k),
      shard_(my_shard(comm, global_rows)),
      block_rows_(RowBlocks::of(global_rows).block_rows),
      blocks_(my_blocks(comm, rows.rows(), global_rows)),
      labels_(at(rows.rows()), -1),
      squared_(at(rows.rows())),
      sizes_(at(k)),
      sums_(k * rows.cols(), bound_exponent_of(magnitude * static_cast<double>(block_rows_)) + 1),
      partial_(k, rows.cols()) {}

void Lloyd::assign(const MatrixD& centers) {
  const Index d = rows_.cols();
  const NearestCenter nearest(centers);
  double farthest = magnitude_;
  for (Index i = 0; i < centers.size(); ++i) farthest = std::max(farthest, magnitude_ + std::abs(centers.data()[i]));
  ExactSum inertia(1, bound_exponent_of(farthest * farthest * static_cast<double>(d * block_rows_)) + 1);
  std::vector<std::int32_t> found(at(block_rows_));
  std::vector<std::int64_t> counts(at(k_ + 1), 0), here(at(k_));  // the last count is that of changed labels
  sums_.clear();
  for (const MyBlock block : blocks_) {
    nearest.find(rows_.data() + block.first * d, block.count, std::span(found).first(at(block.count)));
    partial_.setZero();
    std::fill(here.begin(), here.end(), 0);
    double block_inertia = 0;
    for (Index i = 0; i < block.count; ++i) {
      const Index row = block.first + i, c = found[at(i)];
      const float* x = rows_.data() + row * d;
      squared_[at(row)] = squared_distance(x, centers.row(c).data(), d);
      block_inertia += squared_[at(row)];
      double* sum = partial_.row(c).data();
      for (Index j = 0; j < d; ++j) sum[j] += static_cast<double>(x[j]);
      ++here[at(c)];
      counts.back() += labels_[at(row)] != found[at(i)];
      labels_[at(row)] = found[at(i)];
    }
    inertia.add(std::span<const double>(&block_inertia, 1));
    for (Index c = 0; c < k_; ++c)
      if (here[at(c)] > 0) {
        sums_.add(std::span<const double>(partial_.row(c).data(), at(d)), c * d);
        counts[at(c)] += here[at(c)];
      }
  }
  sums_.reduce(comm_);
  inertia.reduce(comm_);
  comm_.sum(counts);
  inertia_ = inertia[0];
  changed_ = counts.back();
  std::copy_n(counts.begin(), k_, sizes_.begin());
}

MatrixD Lloyd::move_centers(const MatrixD& centers) {
  MatrixD sums(k_, rows_.cols());
  for (Index i = 0; i < sums.size(); ++i) sums.data()[i] = sums_[i];
  for (Index c = 0; c < k_; ++c)
    if (sizes_[at(c)] == 0) fill_empty_cluster(c, sums);
  for (Index c = 0; c < k_; ++c) {
    if (sizes_[at(c)] > 0)
      sums.row(c) /= static_cast<double>(sizes_[at(c)]);
    else
      sums.row(c) = centers.row(c);
  }
  return sums;
}

void Lloyd::fill_empty_cluster(Index empty, MatrixD& sums) {
  // A cluster must not give its last row: it would be empty in turn.
  const auto can_give = [&](Index i) { return sizes_[at(labels_[at(i)])] > 1; };
  double farthest = 0;
  for (Index i = 0; i < rows_.rows(); ++i)
    if (can_give(i)) farthest = std::max(farthest, squared_[at(i)]);
  farthest = comm_.max(farthest);
  if (farthest == 0) return;  // every row lies on its centre: fewer distinct rows than clusters
  Index mine = 0;
  while (mine < rows_.rows() && !(can_give(mine) && squared_[at(mine)] == farthest)) ++mine;
  const bool found = mine < rows_.rows();
  // Ranks hold rows in order, so the first rank that has such a row has the lowest one.
  std::vector<double> label_and_row;
  if (found) {
    label_and_row.push_back(labels_[at(mine)]);
    for (Index j = 0; j < rows_.cols(); ++j) label_and_row.push_back(static_cast<double>(rows_(mine, j)));
  }
  const Index first_rank = -comm_.max(found ? -std::int64_t{comm_.rank()} : std::numeric_limits<std::int64_t>::min());
  if (comm_.rank() != first_rank) label_and_row.clear();
  const std::vector<double> taken = comm_.concatenate(std::span<const double>(label_and_row));
  if (comm_.rank() == first_rank) squared_[at(mine)] = 0;  // not to be taken twice
  const auto giver = static_cast<Index>(taken[0]);
  for (Index j = 0; j < rows_.cols(); ++j) {
    sums(giver, j) -= taken[at(j + 1)];
    sums(empty, j) = taken[at(j + 1)];
  }
  --sizes_[at(giver)];
  sizes_[at(empty)] = 1;
  ++repairs_;
}

}  // namespace shoal
