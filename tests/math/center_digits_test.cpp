#include "shoal/math/center_digits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "shoal/core/byte_tiles.hpp"
#include "shoal/core/random.hpp"

namespace shoal {
namespace {

struct Case {
  Index k, d;
  double offset;   // of all rows and centres, in units of their spread
  double outlier;  // the size of one element in a hundred
};

double number(Index i) {
  return Random(7, Stream::test, static_cast<std::uint64_t>(i)).uniform() - 0.5;
}

// Every score, of the two least ones, is as near to that of double arithmetic as is claimed.
template <class T>
void expect_claimed_scores(const Case& c, ElementType type, double unit) {
  const Index n = 75;  // three batches, the last of which is not full
  std::vector<T> x(static_cast<std::size_t>(n * c.d));
  double reach = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = number(static_cast<Index>(i)) * (i % 100 == 7 ? c.outlier : 1.0) + c.offset;
    x[i] = static_cast<T>(unit * v);
    reach = std::max(reach, std::abs(static_cast<double>(x[i])));
  }
  const RowView rows{type, n, c.d, reinterpret_cast<const std::byte*>(x.data())};
  MatrixD centers(c.k, c.d);
  for (Index i = 0; i < centers.size(); ++i) centers.data()[i] = unit * (0.7 * number(i + 1000000) + c.offset);
  const RowFrame frame = RowFrame::about(centers.colwise().mean().transpose(), reach);
  double bound = 0;
  for (const float o : frame.origin) bound = std::max(bound, reach * frame.scale + std::abs(static_cast<double>(o)));

  CenterDigits digits(centers, frame, bound);
  for (Index first = 0; first < n; first += CenterDigits::batch_rows) {
    const Index count = std::min(CenterDigits::batch_rows, n - first);
    digits.load(rows, first, count);
    NearestTwo best[2];
    digits.scan(best);
    for (Index i = 0; i < count; ++i) {
      const auto y = [&](Index j) {
        return static_cast<double>(x[static_cast<std::size_t>((first + i) * c.d + j)]) * frame.scale -
               static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
      };
      const auto place = [&](Index r, Index j) {
        return centers(r, j) * frame.scale - static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
      };
      double norm = 0;
      for (Index j = 0; j < c.d; ++j) norm += y(j) * y(j);
      std::vector<double> scores;
      for (Index r = 0; r < c.k; ++r) {
        double score = 0;
        for (Index j = 0; j < c.d; ++j) score += place(r, j) * (place(r, j) / 2 - y(j));
        scores.push_back(score);
      }
      const double error = static_cast<double>(digits.constant_error()) + std::sqrt(norm) * digits.norm_error();
      const NearestTwo& mine = best[i / lane_count];
      const auto lane = i % lane_count;
      const auto label = static_cast<std::size_t>(mine.center[lane]);
      ASSERT_LT(label, scores.size());
      EXPECT_NEAR(mine.first[lane], scores[label], error) << "row " << first + i;
      std::sort(scores.begin(), scores.end());
      EXPECT_NEAR(mine.first[lane], scores[0], error) << "row " << first + i;
      EXPECT_NEAR(mine.second[lane], scores[1], error) << "row " << first + i;
    }
  }
}

TEST(CenterDigits, scores_are_as_exact_as_is_claimed) {
  if (!has_byte_tiles()) GTEST_SKIP() << "this processor has no tiles of bytes";
  for (const Case& c : {Case{48, 16, 0, 1}, Case{49, 33, 0, 1}, Case{64, 64, 3, 1}, Case{100, 65, 100, 1},
                        Case{130, 200, 0, 1000}, Case{61, 784, 0.5, 1}})
    expect_claimed_scores<float>(c, ElementType::float32, c.d == 200 ? 1e20 : 1e-3);
  expect_claimed_scores<std::uint8_t>({50, 100, 0.5, 1}, ElementType::uint8, 255);
}

TEST(CenterDigits, errors_are_far_below_the_scores) {
  const Index k = 64, d = 128;
  MatrixD centers(k, d);
  for (Index i = 0; i < centers.size(); ++i) centers.data()[i] = number(i);
  const RowFrame frame = RowFrame::about(VectorD::Zero(d), 1);
  const CenterDigits digits(centers, frame, frame.scale);
  const double norm = std::sqrt(d / 12.0) * frame.scale;
  EXPECT_LT(digits.constant_error() + norm * digits.norm_error(), norm * norm / 500);
}

TEST(CenterDigits, pay_for_many_centers_only) {
  EXPECT_FALSE(CenterDigits::pays(10, 1000));
  EXPECT_FALSE(CenterDigits::pays(1000, 4));
  EXPECT_EQ(CenterDigits::pays(1000, 128), has_byte_tiles());
}

}  // namespace
}  // namespace shoal
