#pragma once
#include <cstdint>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/matrix.hpp"

namespace shoal {

/// A row near another one.
struct Neighbor {
  double squared_distance = 0;
  std::int32_t row = 0;  ///< its global number

  /// Nearer first; the lowest row among equals.
  friend bool operator<(const Neighbor& a, const Neighbor& b) {
    return a.squared_distance < b.squared_distance || (a.squared_distance == b.squared_distance && a.row < b.row);
  }
};

/// The k nearest of many rows to each of a set of queries; the rows come by in blocks, in any order.
///
/// The answer is that of double arithmetic (squared_distance), the lowest rows among equals; hence it depends neither
/// on the order of the blocks nor on the queries' company. Rows are sifted in float by |c|^2 - 2 x c, 32 queries and 8
/// rows at once, with a margin for its rounding errors; only those that may be among the k nearest are looked at in
/// double.
class NeighborSearch {
 public:
  /// queries (count, d), row-major, which must stay. k >= 1. origin (d): near the middle of the rows, so that a large
  /// common offset costs no digits; scale: a power of two by which all |x - origin| stay below 1. Query i is the row
  /// first_row + i and no neighbour of itself; first_row < 0: the queries are not among the rows.
  NeighborSearch(const float* queries, Index count, Index d, Index k, const std::vector<float>& origin, float scale,
                 Index first_row);

  /// Looks at rows (count, d) with the global numbers first_row, first_row + 1, ...
  void visit(const float* rows, Index count, Index first_row);

  /// The neighbours of each query, nearest first: (count, min(k, rows seen)). Ends the search.
  std::vector<Neighbor> take();

 private:
  void pack(const float* rows, Index count);
  void sift(Index pair, const float* rows, Index count, Index first_row);
  void keep(Index query, const Neighbor& found);
  void shrink(Index query);

  const float* queries_;
  Index count_, d_, k_, capacity_, first_row_, seen_ = 0;
  std::vector<float> origin_;
  float scale_, margin_;
  AlignedVector<Lanes> groups_;          // (pairs, 2, d): -2 scale (x - origin), 16 queries side by side
  AlignedVector<float> least_norms_;     // (pairs 32): (1 - margin) |x|^2, scaled
  AlignedVector<float> thresholds_;      // (pairs 32): what |c|^2 - 2 x c must stay below
  AlignedVector<float> packed_, norms_;  // of the block that is looked at: (tiles, d, 8), (tiles, 8)
  std::vector<Neighbor> kept_;           // (count, capacity)
  std::vector<std::int32_t> sizes_;      // how many of each query's are in use
};

}  // namespace shoal
