#include "shoal/math/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "shoal/core/random.hpp"

namespace shoal {
namespace {

std::int64_t weight_of(const MatrixI& weights, const std::vector<Index>& column_of) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < column_of.size(); ++i)
    if (column_of[i] >= 0) sum += weights(static_cast<Index>(i), column_of[i]);
  return sum;
}

std::int64_t best_of_all_permutations(const MatrixI& weights) {
  const MatrixI w = weights.rows() <= weights.cols() ? weights : MatrixI(weights.transpose());
  std::vector<Index> columns(static_cast<std::size_t>(w.cols()));
  std::iota(columns.begin(), columns.end(), 0);
  std::int64_t best = 0;
  do {
    std::int64_t sum = 0;
    for (Index i = 0; i < w.rows(); ++i) sum += w(i, columns[static_cast<std::size_t>(i)]);
    best = std::max(best, sum);
  } while (std::next_permutation(columns.begin(), columns.end()));
  return best;
}

TEST(BestMatching, is_as_good_as_the_best_of_all_permutations) {
  Random random(4, Stream::test);
  for (int trial = 0; trial < 300; ++trial) {
    const Index r = 1 + random.below(6), c = 1 + random.below(6), largest = 1 + random.below(20);
    MatrixI weights(r, c);
    for (Index i = 0; i < weights.size(); ++i) weights.data()[i] = random.below(largest);
    const std::vector<Index> columns = best_matching(weights);
    ASSERT_EQ(columns.size(), static_cast<std::size_t>(r));
    std::set<Index> used;
    for (const Index j : columns) EXPECT_TRUE(j == -1 || (j < c && used.insert(j).second));
    EXPECT_EQ(static_cast<Index>(used.size()), std::min(r, c));
    EXPECT_EQ(weight_of(weights, columns), best_of_all_permutations(weights)) << weights;
  }
}

TEST(BestMatching, takes_the_better_sum_over_the_largest_entry) {
  MatrixI weights(2, 2);
  weights << 10, 9, 9, 1;
  EXPECT_EQ(best_matching(weights), (std::vector<Index>{1, 0}));
}

TEST(BestMatching, of_nothing_is_nothing) {
  EXPECT_TRUE(best_matching(MatrixI(0, 3)).empty());
  EXPECT_EQ(best_matching(MatrixI(2, 0)), (std::vector<Index>{-1, -1}));
}

}  // namespace
}  // namespace shoal
