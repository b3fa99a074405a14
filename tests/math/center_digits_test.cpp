#include "shoal/math/center_digits.hpp"

#include <gtest/gtest.h>

#include "claimed_scores.hpp"
#include "shoal/core/byte_tiles.hpp"

namespace shoal {
namespace {

template <class T>
void expect_claimed_scores(const ScoreCase& c, ElementType type, double unit) {
  const ScoredRows<T> scored(c, type, unit);
  CenterDigits digits(scored.centers, scored.frame, scored.reach);
  for (Index first = 0; first < scored.n; first += CenterDigits::batch_rows) {
    digits.load(scored.rows, first, std::min(CenterDigits::batch_rows, scored.n - first));
    NearestTwo best[2];
    digits.scan(best);
    scored.expect_claimed(digits, first, best);
  }
}

TEST(CenterDigits, scores_are_as_exact_as_is_claimed) {
  if (!has_byte_tiles()) GTEST_SKIP() << "this processor has no tiles of bytes";
  for (const ScoreCase& c : {ScoreCase{48, 16, 0, 1}, ScoreCase{49, 33, 0, 1}, ScoreCase{64, 64, 3, 1},
                             ScoreCase{100, 65, 100, 1}, ScoreCase{130, 200, 0, 1000}, ScoreCase{61, 784, 0.5, 1}})
    expect_claimed_scores<float>(c, ElementType::float32, c.d == 200 ? 1e20 : 1e-3);
  expect_claimed_scores<std::uint8_t>({50, 100, 0.5, 1}, ElementType::uint8, 255);
}

TEST(CenterDigits, errors_are_far_below_the_scores) {
  const Index k = 64, d = 128;
  MatrixD centers(k, d);
  for (Index i = 0; i < centers.size(); ++i) centers.data()[i] = test_number(i);
  const RowFrame frame = RowFrame::about(VectorD::Zero(d), 1);
  const CenterDigits digits(centers, frame, frame.scale);
  const double norm = std::sqrt(d / 12.0) * frame.scale;
  EXPECT_LT(claimed_error(digits, norm), norm * norm / 500);
}

TEST(CenterDigits, pay_for_many_centers_only) {
  EXPECT_FALSE(CenterDigits::pays(10, 1000));
  EXPECT_FALSE(CenterDigits::pays(1000, 4));
  EXPECT_EQ(CenterDigits::pays(1000, 128), has_byte_tiles());
}

}  // namespace
}  // namespace shoal
