#include "shoal/methods/kmeans_lloyd.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/math/nearest_center.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

void scale_to_unit(MatrixD& centers, const MatrixD& before) {
  for (Index c = 0; c < centers.rows(); ++c) {
    const double length = centers.row(c).norm();
    if (length > 0)
      centers.row(c) /= length;
    else
      centers.row(c) = before.row(c);
  }
}

Lloyd::Lloyd(const Communicator& comm, const KMeansRows& rows, Index k, double all_above, bool unit)
    : comm_(comm),
      rows_(rows),
      k_(k),
      all_above_(all_above),
      unit_(unit),
      labels_(at(rows.source.count), -1),
      sums_(rows.sums(k)),
      changed_(rows.global) {}

void Lloyd::start_over() {
  std::fill(labels_.begin(), labels_.end(), -1);
  sums_.clear();
  bounded_.reset();
  changed_ = rows_.global;
}

void Lloyd::assign(const MatrixD& centers) {
  std::int64_t changed = 0;
  const OnLabelChanges follow = [&](const RowView& piece, Index first, std::span<const RowMove> changes) {
    sums_.move(piece, changes, rows_.weights_from(first));
    changed += std::ssize(changes);
  };
  if (static_cast<double>(changed_) < all_above_ * static_cast<double>(rows_.global) && !bounded_)
    bounded_.emplace(rows_);
  const std::vector<std::int64_t> words = sum_agreed(comm_, sums_.words().size() + 1, [&] {
    if (bounded_)
      bounded_->search(centers, labels_, follow);
    else
      search(centers, follow);
    std::vector<std::int64_t> mine(sums_.words().begin(), sums_.words().end());
    mine.push_back(changed);
    return mine;
  });
  changed_ = words.back();
  totals_ = sums_.totals(words);
  inertia_ = inertia_about(centers);
}

// What it finds does not depend on the copy, which pays where pieces of rows need not be made before it is looked at.
void Lloyd::search(const MatrixD& centers, const OnLabelChanges& follow) {
  const RowSource& source = rows_.source;
  const auto pays = [&] {
    return source.type == ElementType::float32 && !CenterDigits::pays(k_, source.width) && lies_in_place(source);
  };
  if (++searches_ == 2 && pays()) compact_.emplace(compact_copy(rows_));
  const Index looked_at = search_all(rows_, centers, labels_, follow, compact_ ? &*compact_ : nullptr);
  if (compact_ && looked_at > source.count / 8) compact_.reset();  // 16 bits are too few for such rows
}

double Lloyd::inertia_about(const MatrixD& centers) const {
  long double total = rows_.total_square;
  for (Index c = 0; c < k_; ++c) {
    const long double weight = totals_.weights[at(c)];
    long double sum = 0;
    for (Index j = 0; j < centers.cols(); ++j) {
      const long double center = static_cast<long double>(centers(c, j)) - rows_.origin[j];
      const long double rows = totals_.sums(c, j) - weight * rows_.origin[j];
      sum += center * (weight * center - 2 * rows);
    }
    total += sum;
  }
  return std::max(0.0, static_cast<double>(total));
}

MatrixD Lloyd::move_centers(const MatrixD& centers) {
  ClusterSums::Totals totals = totals_;
  fill_empty_clusters(centers, totals);
  for (Index c = 0; c < k_; ++c) {
    if (totals.weights[at(c)] > 0)
      totals.sums.row(c) /= totals.weights[at(c)];
    else
      totals.sums.row(c) = centers.row(c);
  }
  if (unit_) scale_to_unit(totals.sums, centers);
  return std::move(totals.sums);
}

std::vector<double> Lloyd::squared_distances(const MatrixD& centers) const {
  std::vector<double> squared(labels_.size());
  RowPieces pieces(rows_.source);
  const Index n = rows_.source.count;
  for (Index first = 0; first < n; first += pieces.piece_rows()) {
    const RowView piece = pieces.read(first, std::min(pieces.piece_rows(), n - first));
    for (Index i = 0; i < piece.count; ++i)
      squared[at(first + i)] = squared_distance(piece, i, centers.row(labels_[at(first + i)]).data());
  }
  return squared;
}

void Lloyd::fill_empty_clusters(const MatrixD& centers, ClusterSums::Totals& totals) {
  const auto empty = [&](Index c) { return !(totals.weights[at(c)] > 0); };
  std::vector<double> squared;
  for (Index c = 0, first = true; c < k_; ++c)
    if (empty(c)) {
      if (first) squared = agree(comm_, [&] { return squared_distances(centers); });
      first = false;
      if (!fill_empty_cluster(c, squared, totals)) return;
    }
}

/// False when every row that could be taken lies on its centre: there are fewer distinct rows than clusters.
bool Lloyd::fill_empty_cluster(Index empty, std::vector<double>& squared, ClusterSums::Totals& totals) {
  // A cluster must not give its last row: it would be empty in turn.
  const auto can_give = [&](Index i) { return totals.sizes[at(labels_[at(i)])] > 1 && rows_.weight(i) > 0; };
  const Index n = rows_.source.count, d = rows_.source.width;
  double farthest = 0;
  for (Index i = 0; i < n; ++i)
    if (can_give(i)) farthest = std::max(farthest, squared[at(i)]);
  farthest = comm_.max(farthest);
  if (farthest <= sums_.squared_resolution()) return false;
  Index mine = 0;
  while (mine < n && !(can_give(mine) && squared[at(mine)] == farthest)) ++mine;
  const bool found = mine < n;
  // Ranks hold rows in order, so the first rank that has such a row has the lowest one.
  std::vector<double> taken_row;  // label, weight, row
  agree(comm_, [&] {
    if (!found) return;
    const RowView row = rows_.source.read(mine, 1);
    taken_row.push_back(labels_[at(mine)]);
    taken_row.push_back(rows_.weight(mine));
    for (Index j = 0; j < d; ++j) taken_row.push_back(static_cast<float>(row.at(0, j)));
  });
  const Index first_rank = -comm_.max(found ? -std::int64_t{comm_.rank()} : std::numeric_limits<std::int64_t>::min());
  if (comm_.rank() != first_rank) taken_row.clear();
  const std::vector<double> taken = comm_.concatenate(std::span<const double>(taken_row));
  if (comm_.rank() == first_rank) squared[at(mine)] = 0;  // not to be taken twice
  const auto giver = static_cast<Index>(taken[0]);
  const auto weight = static_cast<float>(taken[1]);
  for (Index j = 0; j < d; ++j) {
    totals.sums(giver, j) -= sums_.term(weight, taken[at(j + 2)], j);
    totals.sums(empty, j) = weight * taken[at(j + 2)];
  }
  totals.weights[at(giver)] -= weight;
  totals.weights[at(empty)] = weight;
  --totals.sizes[at(giver)];
  totals.sizes[at(empty)] = 1;
  ++repairs_;
  return true;
}

}  // namespace shoal
