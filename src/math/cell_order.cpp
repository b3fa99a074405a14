#include "shoal/math/cell_order.hpp"

#include <algorithm>
#include <utility>

#include "shoal/math/lane_rows.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

CellOrder::CellOrder(Matrix centers, SearchFrame frame)
    : frame_(std::move(frame)), centers_(std::move(centers)), half_squares_(at(centers_.rows())) {
  for (Index c = 0; c < centers_.rows(); ++c) {
    float sum = 0;
    for (Index j = 0; j < centers_.cols(); ++j) {
      const float x = (centers_(c, j) - frame_.origin[at(j)]) * frame_.scale;
      centers_(c, j) = x;
      sum += x * x;
    }
    half_squares_[at(c)] = 0.5f * sum;
  }
}

/// |c|^2 / 2 - x c for all centres and 16 rows x: scores (cells).
void CellOrder::score(const Lanes* x, Lanes* scores) const {
  constexpr Index together = 8;
  const Index count = centers_.rows(), d = centers_.cols();
  for (Index first = 0; first < count; first += together) {
    const Index step = std::min(together, count - first);
    Lanes sums[together];
    const float* center[together];
    for (Index t = 0; t < together; ++t) {
      const Index c = first + std::min(t, step - 1);
      sums[t] = broadcast(half_squares_[at(c)]);
      center[t] = centers_.row(c).data();
    }
    for (Index j = 0; j < d; ++j)
#pragma GCC unroll 8
      for (Index t = 0; t < together; ++t) sums[t] -= x[j] * center[t][j];
    for (Index t = 0; t < step; ++t) scores[first + t] = sums[t];
  }
}

std::vector<std::int32_t> CellOrder::nearest(const float* rows, Index count, Index wanted) const {
  const Index d = centers_.cols(), cells = centers_.rows();
  std::vector<std::int32_t> nearest;
  nearest.reserve(at(count * wanted));
  AlignedVector<Lanes> group(at(d)), scores(at(cells));
  std::vector<std::pair<float, std::int32_t>> order(at(cells));
  for (Index first = 0; first < count; first += lane_count) {
    const Index here = std::min(lane_count, count - first);
    load_lane_rows(rows + first * d, here, d, group.data());
    for (Index j = 0; j < d; ++j) group[at(j)] = (group[at(j)] - frame_.origin[at(j)]) * frame_.scale;
    score(group.data(), scores.data());
    for (Index i = 0; i < here; ++i) {
      for (Index c = 0; c < cells; ++c)  // cast: clang hands no reference to one lane out
        order[at(c)] = {static_cast<float>(scores[at(c)][i]), static_cast<std::int32_t>(c)};
      std::nth_element(order.begin(), order.begin() + (wanted - 1), order.end());
      std::sort(order.begin(), order.begin() + wanted);
      for (Index c = 0; c < wanted; ++c) nearest.push_back(order[at(c)].second);
    }
  }
  return nearest;
}

}  // namespace shoal
