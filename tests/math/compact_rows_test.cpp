#include "shoal/math/compact_rows.hpp"

#include <gtest/gtest.h>

#include "claimed_scores.hpp"

namespace shoal {
namespace {

template <class T>
CompactRows compact(const ScoredRows<T>& scored) {
  VectorD reach = VectorD::Zero(scored.d);
  double farthest = 0;
  for (Index i = 0; i < scored.n; ++i) {
    farthest = std::max(farthest, scored.norm(i));
    for (Index j = 0; j < scored.d; ++j) reach[j] = std::max(reach[j], std::abs(scored.y(i, j)));
  }
  CompactRows rows(scored.frame, scored.n, reach, farthest);
  rows.take(scored.rows.part(0, 48), 0);
  rows.take(scored.rows.part(48, scored.n - 48), 48);
  return rows;
}

template <class T>
void expect_claimed_scores(const ScoreCase& c, ElementType type, double unit) {
  const ScoredRows<T> scored(c, type, unit);
  const CompactRows rows = compact(scored);
  const CompactCenters centers(scored.centers, scored.frame, rows);
  for (Index first = 0; first < scored.n; first += CompactCenters::batch_rows) {
    NearestTwo best[2];
    centers.scan(first, scored.n - first > lane_count, best);
    scored.expect_claimed(centers, first, best);
  }
}

TEST(CompactRows, scores_are_as_exact_as_is_claimed) {
  for (const ScoreCase& c : {ScoreCase{1, 1, 0, 1}, ScoreCase{2, 8, 0, 1}, ScoreCase{7, 3, 1000, 1},
                             ScoreCase{10, 32, 0, 1}, ScoreCase{11, 33, 0, 1000}, ScoreCase{40, 65, 100, 1}})
    for (const double unit : {1e-3, 1e30, 1e-30}) expect_claimed_scores<float>(c, ElementType::float32, unit);
  expect_claimed_scores<std::uint8_t>({10, 100, 0.5, 1}, ElementType::uint8, 255);
}

TEST(CompactRows, constant_columns_cost_no_digits) {
  ScoredRows<float> scored({3, 5, 0, 1}, ElementType::float32, 1);
  for (Index i = 0; i < ScoredRows<float>::n; ++i) scored.x[static_cast<std::size_t>(i * 5 + 2)] = 4096;
  scored.frame.origin[2] = static_cast<float>(4096 * scored.frame.scale);
  EXPECT_LT(compact(scored).error(), 1e-4 * scored.frame.scale);
}

TEST(CompactRows, errors_are_far_below_the_scores) {
  const ScoredRows<float> scored({10, 32, 0, 1}, ElementType::float32, 1);
  const CompactRows rows = compact(scored);
  const double norm = scored.norm(0);
  EXPECT_LT(claimed_error(CompactCenters(scored.centers, scored.frame, rows), norm), norm * norm / 5000);
}

}  // namespace
}  // namespace shoal
