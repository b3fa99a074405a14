#pragma once
#include <span>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/math/neighbor_search.hpp"

namespace shoal {

/// How many rows come before given ones in the order of nearness to a query; the rows come by in blocks, in any order.
///
/// The answer is that of double arithmetic (squared_distance), the lowest rows first among equals. Rows are compared in
/// float, 16 queries side by side, and only those too close to a mark for floats to tell are looked at in double.
class DistanceRanks {
 public:
  /// queries (count, d), row-major, which must stay. marks (count, k): for each query, rows and their distances from
  /// it. own (count): the queries' own numbers among the rows, since no row comes before itself.
  DistanceRanks(const float* queries, Index count, Index d, std::span<const Neighbor> marks,
                std::span<const Index> own);

  /// All queries look at rows (count, d) with the global numbers first_row, first_row + 1, ... No row may come twice.
  void visit(const float* rows, Index count, Index first_row);

  /// (count, k): how many of the rows that were seen come before each mark.
  const std::vector<std::int64_t>& before() const { return before_; }

 private:
  static constexpr Index tile = 4;

  void visit_group(Index first_query, const float* rows, Index count, Index first_row);
  void look_again(Index query, const float* row, Index number, float squared);
  std::size_t mark(Index query, Index m) const { return static_cast<std::size_t>(query * k_ + m); }

  const float* queries_;
  Index count_, d_, k_;
  std::vector<Neighbor> marks_;
  std::vector<Index> own_;
  std::vector<float> surely_below_, surely_above_;  // (count, k): what floats say beyond these is certain
  AlignedVector<Lanes> group_;                      // (d): the queries that are looking
  std::vector<std::int64_t> before_;
};

}  // namespace shoal
