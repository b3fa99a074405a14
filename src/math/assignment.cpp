#include "shoal/math/assignment.hpp"

#include <limits>

namespace shoal {
namespace {

constexpr Index none = -1;

/// For each row its column, where there are at most as many rows as columns. One row after the other enters along the
/// cheapest augmenting path; `row_price` and `column_price` keep all reduced costs non-negative on the way.
std::vector<Index> match_every_row(const MatrixI& weights) {
  const Index r = weights.rows(), c = weights.cols();
  const auto at = [](Index i) { return static_cast<std::size_t>(i); };
  std::vector<std::int64_t> row_price(at(r), 0), column_price(at(c), 0);
  std::vector<Index> row_of(at(c), none);
  for (Index entering = 0; entering < r; ++entering) {
    std::vector<std::int64_t> slack(at(c), std::numeric_limits<std::int64_t>::max());
    std::vector<Index> previous(at(c), none);  // the column before this one on the path
    std::vector<bool> reached(at(c), false);
    Index row = entering, column = none;
    while (row != none) {
      Index cheapest = none;
      for (Index j = 0; j < c; ++j) {
        if (reached[at(j)]) continue;
        const std::int64_t reduced = -weights(row, j) - row_price[at(row)] - column_price[at(j)];
        if (reduced < slack[at(j)]) {
          slack[at(j)] = reduced;
          previous[at(j)] = column;
        }
        if (cheapest == none || slack[at(j)] < slack[at(cheapest)]) cheapest = j;
      }
      const std::int64_t step = slack[at(cheapest)];
      row_price[at(entering)] += step;
      for (Index j = 0; j < c; ++j) {
        if (reached[at(j)]) {
          row_price[at(row_of[at(j)])] += step;
          column_price[at(j)] -= step;
        } else {
          slack[at(j)] -= step;
        }
      }
      reached[at(cheapest)] = true;
      column = cheapest;
      row = row_of[at(column)];
    }
    for (; column != none; column = previous[at(column)])
      row_of[at(column)] = previous[at(column)] == none ? entering : row_of[at(previous[at(column)])];
  }
  std::vector<Index> column_of(at(r), none);
  for (Index j = 0; j < c; ++j)
    if (row_of[at(j)] != none) column_of[at(row_of[at(j)])] = j;
  return column_of;
}

}  // namespace

std::vector<Index> best_matching(const MatrixI& weights) {
  if (weights.rows() <= weights.cols()) return match_every_row(weights);
  const std::vector<Index> row_of = match_every_row(weights.transpose());
  std::vector<Index> column_of(static_cast<std::size_t>(weights.rows()), none);
  for (std::size_t j = 0; j < row_of.size(); ++j)
    column_of[static_cast<std::size_t>(row_of[j])] = static_cast<Index>(j);
  return column_of;
}

}  // namespace shoal
