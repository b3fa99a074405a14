#pragma once
#include <cstdint>
#include <span>
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

/// Where the float arithmetic of a search stands: near the middle of the rows, so that a large common offset costs no
/// digits, and scaled by a power of two by which all |x - origin| stay below 1.
struct SearchFrame {
  std::vector<float> origin;  ///< (d)
  float scale = 1;
};

/// The k nearest of many rows to each of a set of queries; the rows come by in blocks, in any order.
///
/// The answer is that of double arithmetic (squared_distance), the lowest rows among equals; hence it depends neither
/// on the order of the blocks nor on the queries' company. Rows are sifted in float by |c|^2 - 2 x c, 32 queries and 8
/// rows at once, with a margin for its rounding errors; only those that may be among the k nearest are looked at in
/// double.
class NeighborSearch {
 public:
  /// queries (count, d), row-major, which must stay. k >= 1. own (count): the queries' own numbers among the rows,
  /// since no row is its own neighbour; empty: they are not among the rows.
  NeighborSearch(const float* queries, Index count, Index d, Index k, SearchFrame frame, std::vector<std::int32_t> own);

  /// All queries look at rows (count, d) with the global numbers first_row, first_row + 1, ...
  void visit(const float* rows, Index count, Index first_row);

  /// The `chosen` queries look at rows (numbers.size(), d) with these global numbers. No query may see a row twice.
  void visit(const float* rows, std::span<const std::int32_t> numbers, std::span<const std::int32_t> chosen);

  /// The neighbours of each query, nearest first: (count, k). Ends the search. Every query must have seen k other rows.
  std::vector<Neighbor> take();

 private:
  static constexpr Index tile = 8, pair = 2 * lane_count;

  void pack_queries(const std::int32_t* chosen, Index count, Lanes* groups) const;
  void pack_rows(const float* rows, Index count);
  void sift(const Lanes* groups, const std::int32_t* chosen, Index queries, const float* rows,
            std::span<const std::int32_t> numbers);
  void keep(std::size_t query, const Neighbor& found);
  void shrink(std::size_t query);

  const float* queries_;
  Index count_, d_, k_, capacity_;
  SearchFrame frame_;
  std::vector<std::int32_t> own_;
  float margin_;
  AlignedVector<Lanes> groups_;          // (pairs, 2, d): all queries, packed when all are to look at rows
  std::vector<float> least_norms_;       // (count): (1 - margin) |x|^2, scaled
  std::vector<float> thresholds_;        // (count): what |c|^2 - 2 x c must stay below
  AlignedVector<float> packed_, norms_;  // of the rows that are looked at: (tiles, d, 8), (tiles, 8)
  AlignedVector<Lanes> chosen_groups_;   // (2, d)
  std::vector<Neighbor> kept_;           // (count, capacity)
  std::vector<std::int32_t> sizes_;      // how many of each query's are in use
};

}  // namespace shoal
