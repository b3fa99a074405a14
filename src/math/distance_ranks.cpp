#include "shoal/math/distance_ranks.hpp"

#include <algorithm>
#include <limits>

#include "nearest_lanes.hpp"
#include "shoal/math/lane_rows.hpp"
#include "shoal/math/row_distance.hpp"

namespace shoal {
namespace {

constexpr double smallest = 0x1p-100;  // above what underflow can take from a sum of squares

float as_float(double value) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  return value > double{std::numeric_limits<float>::max()} ? infinity : static_cast<float>(value);
}

/// sums[t] = |x - rows_t|^2 of 16 queries x (d) and four rows.
template <Index tile>
void square_distances(const Lanes* x, const float* const (&rows)[tile], Index d, Lanes (&sums)[tile]) {
  Lanes s[tile]{};
  for (Index j = 0; j < d; ++j)
#pragma GCC unroll 4
    for (Index t = 0; t < tile; ++t) {
      const Lanes difference = x[j] - rows[t][j];
      s[t] += difference * difference;
    }
  std::copy_n(s, tile, sums);
}

}  // namespace

DistanceRanks::DistanceRanks(const float* queries, Index count, Index d, std::span<const Neighbor> marks,
                             std::span<const Index> own)
    : queries_(queries),
      count_(count),
      d_(d),
      k_(count > 0 ? std::ssize(marks) / count : 0),
      marks_(marks.begin(), marks.end()),
      own_(own.begin(), own.end()),
      group_(static_cast<std::size_t>(d)),
      before_(marks.size(), 0) {
  // A difference of floats errs by u = 2^-24 of itself, its square by 3 u, a sum of d of them by d u more: all terms
  // are positive. Four times that and more.
  const double margin = static_cast<double>(d + 8) * 0x1p-22;
  for (const Neighbor& m : marks_) {
    surely_below_.push_back(as_float(m.squared_distance * (1 - margin) - smallest));
    surely_above_.push_back(as_float(m.squared_distance * (1 + margin) + smallest));
  }
}

void DistanceRanks::visit(const float* rows, Index count, Index first_row) {
  // As many rows at a time as stay in the second-level cache while all groups of queries look at them.
  const Index piece = std::max<Index>(tile, (Index{1} << 17) / d_);
  for (Index begin = 0; begin < count; begin += piece)
    for (Index q = 0; q < count_; q += lane_count)
      visit_group(q, rows + begin * d_, std::min(piece, count - begin), first_row + begin);
}

void DistanceRanks::visit_group(Index first_query, const float* rows, Index count, Index first_row) {
  const Index queries = std::min(lane_count, count_ - first_query);
  load_lane_rows(queries_ + first_query * d_, queries, d_, group_.data());
  // Lanes without a query find nothing below and nothing doubtful.
  AlignedVector<Lanes> below(static_cast<std::size_t>(k_), broadcast(-1)), above = below;
  AlignedVector<LaneNumbers> found(static_cast<std::size_t>(k_), LaneNumbers{});
  for (Index m = 0; m < k_; ++m)
    for (Index i = 0; i < queries; ++i) {
      below[static_cast<std::size_t>(m)][i] = surely_below_[mark(first_query + i, m)];
      above[static_cast<std::size_t>(m)][i] = surely_above_[mark(first_query + i, m)];
    }
  for (Index j = 0; j < count; j += tile) {
    const float* four[tile];
    for (Index t = 0; t < tile; ++t) four[t] = rows + std::min(j + t, count - 1) * d_;
    Lanes squared[tile];
    square_distances(group_.data(), four, d_, squared);
    for (Index t = 0; t < std::min(tile, count - j); ++t) {
      const Lanes s = squared[t];
      LaneNumbers doubtful{};
      for (std::size_t m = 0; m < below.size(); ++m) {
        const LaneNumbers surely = s < below[m];
        found[m] -= surely;
        doubtful |= ~surely & (s <= above[m]);
      }
      if (!any_lane(doubtful)) continue;
      for (Index i = 0; i < queries; ++i)
        if (doubtful[i]) look_again(first_query + i, four[t], first_row + j + t, s[i]);
    }
  }
  for (Index i = 0; i < queries; ++i) {
    const Index own = own_[static_cast<std::size_t>(first_query + i)];
    const bool seen_itself = own >= first_row && own < first_row + count;
    for (Index m = 0; m < k_; ++m) {
      const bool counted_itself = seen_itself && 0 < surely_below_[mark(first_query + i, m)];
      before_[mark(first_query + i, m)] += found[static_cast<std::size_t>(m)][i] - counted_itself;
    }
  }
}

void DistanceRanks::look_again(Index query, const float* row, Index number, float squared) {
  if (number == own_[static_cast<std::size_t>(query)]) return;
  const Neighbor here{squared_distance(queries_ + query * d_, row, d_), static_cast<std::int32_t>(number)};
  for (Index m = 0; m < k_; ++m) {
    const std::size_t at = mark(query, m);
    if (squared >= surely_below_[at] && squared <= surely_above_[at]) before_[at] += here < marks_[at];
  }
}

}  // namespace shoal
