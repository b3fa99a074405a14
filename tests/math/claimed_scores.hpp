#pragma once
// Scores of rows and centres, against double arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "shoal/core/random.hpp"
#include "shoal/math/center_tiles.hpp"

namespace shoal {

struct ScoreCase {
  Index k, d;
  double offset;   // of all rows and centres, in units of their spread
  double outlier;  // the size of one element in a hundred
};

inline double test_number(Index i) {
  return Random(7, Stream::test, static_cast<std::uint64_t>(i)).uniform() - 0.5;
}

/// What a score of a row with |y| <= norm may be off by.
template <class Centers>
double claimed_error(const Centers& centers, double norm) {
  const Lanes norms = broadcast(static_cast<float>(norm));
  return centers.errors(reinterpret_cast<const float*>(&norms))[0];
}

/// Rows and centres of a case, and what double arithmetic makes of them.
template <class T>
struct ScoredRows {
  static constexpr Index n = 75;  // three batches, the last of which is not full
  Index d;
  std::vector<T> x;
  RowView rows;
  MatrixD centers;
  RowFrame frame;
  double reach = 0;  // bounds |y_j|

  ScoredRows(const ScoreCase& c, ElementType type, double unit)
      : d(c.d), x(static_cast<std::size_t>(n * c.d)), centers(c.k, c.d) {
    double largest = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double v = test_number(static_cast<Index>(i)) * (i % 100 == 7 ? c.outlier : 1.0) + c.offset;
      x[i] = static_cast<T>(unit * v);
      largest = std::max(largest, std::abs(static_cast<double>(x[i])));
    }
    rows = {type, n, c.d, reinterpret_cast<const std::byte*>(x.data())};
    for (Index i = 0; i < centers.size(); ++i) centers.data()[i] = unit * (0.7 * test_number(i + 1000000) + c.offset);
    frame = RowFrame::about(centers.colwise().mean().transpose(), largest);
    for (const float o : frame.origin)
      reach = std::max(reach, largest * frame.scale + std::abs(static_cast<double>(o)));
  }

  double y(Index row, Index j) const {
    return static_cast<double>(x[static_cast<std::size_t>(row * d + j)]) * frame.scale -
           static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
  }

  double norm(Index row) const {
    double square = 0;
    for (Index j = 0; j < d; ++j) square += y(row, j) * y(row, j);
    return std::sqrt(square);
  }

  /// Every score, of the two least ones, is as near to that of double arithmetic as `scorer` claims.
  template <class Scorer>
  void expect_claimed(const Scorer& scorer, Index first, const NearestTwo (&best)[2]) const {
    for (Index i = first; i < std::min(n, first + CenterTiles::batch_rows); ++i) {
      std::vector<double> scores;
      for (Index r = 0; r < centers.rows(); ++r) {
        double score = 0;
        for (Index j = 0; j < d; ++j) {
          const double c = centers(r, j) * frame.scale - static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
          score += c * (c / 2 - y(i, j));
        }
        scores.push_back(score);
      }
      const double error = claimed_error(scorer, norm(i));
      const NearestTwo& mine = best[(i - first) / lane_count];
      const auto lane = (i - first) % lane_count;
      const auto label = static_cast<std::size_t>(mine.center[lane]);
      ASSERT_LT(label, scores.size());
      EXPECT_NEAR(mine.first[lane], scores[label], error) << "row " << i;
      std::sort(scores.begin(), scores.end());
      EXPECT_NEAR(mine.first[lane], scores[0], error) << "row " << i;
      if (scores.size() > 1) EXPECT_NEAR(mine.second[lane], scores[1], error) << "row " << i;
    }
  }
};

}  // namespace shoal
