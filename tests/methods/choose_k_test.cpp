#include "shoal/methods/choose_k.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/methods/reference_rows.hpp"
#include "test_clusters.hpp"
#include "test_streamed.hpp"

namespace shoal {
namespace {

constexpr Index n = 301, d = 3, clouds = 3;
const KMeansOptions fits{.n_init = 3, .seed = 4};

Matrix rows_of(const Communicator& comm) {
  return test_clusters(RowBlocks::of(n).shard(comm.rank(), comm.size()), d, clouds, 8);
}

RowData bytes_of(const Matrix& rows) {
  RowData data{ElementType::float32, rows.rows(), rows.cols(), {}};
  const auto* from = reinterpret_cast<const std::byte*>(rows.data());
  data.bytes.assign(from, from + rows.size() * 4);
  return data;
}

void expect_same(const ChosenK& a, const ChosenK& b) {
  ASSERT_EQ(a.qualities.size(), b.qualities.size());
  EXPECT_TRUE(same_bits(a.qualities, b.qualities));
  EXPECT_EQ(a.chosen, b.chosen);
  EXPECT_TRUE(same_bits(elements(a.result.centers), elements(b.result.centers)));
}

TEST(ChooseK, every_criterion_finds_clouds_that_lie_apart) {
  const Matrix rows = rows_of(test_world());
  ChooseKOptions options{.first = 2, .last = 5, .silhouette_rows = 0};
  for (const auto criterion : {ClusterCriterion::silhouette, ClusterCriterion::davies_bouldin,
                               ClusterCriterion::calinski_harabasz, ClusterCriterion::gap}) {
    options.criterion = criterion;
    options.gap_sets = criterion == ClusterCriterion::gap ? 3 : 0;
    const ChosenK chosen = choose_k(test_world(), source_of(rows), n, fits, options);
    EXPECT_EQ(chosen.qualities[static_cast<std::size_t>(chosen.chosen)].k, clouds);
    EXPECT_EQ(chosen.result.centers.rows(), clouds);
    EXPECT_EQ(chosen.silhouette_rows, n);
    for (std::size_t i = 1; i < chosen.qualities.size(); ++i)
      EXPECT_LT(chosen.qualities[i].inertia, chosen.qualities[i - 1].inertia);
  }
}

TEST(ChooseK, has_the_same_bits_on_any_number_of_ranks_and_streamed) {
  const ChooseKOptions options{.first = 1, .last = 4, .silhouette_rows = 100, .gap_sets = 2};
  const Matrix mine = rows_of(test_world()), all = rows_of(test_alone());
  const RowData data = bytes_of(mine);
  const ChosenK here = choose_k(test_world(), source_of(mine), n, fits, options);
  const ChosenK alone = choose_k(test_alone(), source_of(all), n, fits, options);
  expect_same(here, alone);
  expect_same(choose_k(test_world(), streamed(data, 16), n, fits, options), alone);
  EXPECT_TRUE(std::isnan(here.qualities[0].silhouette));  // k = 1
  EXPECT_EQ(here.silhouette_rows, 100);
}

TEST(ChooseK, a_range_that_makes_no_sense_is_refused) {
  const Matrix rows = rows_of(test_world());
  for (const auto& options : {ChooseKOptions{.first = 5, .last = 4}, ChooseKOptions{.first = 0, .last = 4},
                              ChooseKOptions{.first = 2, .last = n + 1},
                              ChooseKOptions{.first = 2, .last = 3, .criterion = ClusterCriterion::gap}})
    EXPECT_THROW(choose_k(test_world(), source_of(rows), n, fits, options), Error);
}

TEST(UniformRows, lie_in_the_box_and_depend_on_the_row_alone) {
  const Matrix rows = rows_of(test_world());
  const Shard shard = RowBlocks::of(n).shard(test_world().rank(), test_world().size());
  const ColumnRanges box = column_ranges(test_world(), source_of(rows));
  const Matrix everything = rows_of(test_alone());
  for (Index j = 0; j < d; ++j) {
    EXPECT_EQ(box.low[static_cast<std::size_t>(j)], everything.col(j).minCoeff());
    EXPECT_EQ(box.high[static_cast<std::size_t>(j)], everything.col(j).maxCoeff());
  }
  const RowSource mine = uniform_rows(box, source_of(rows), shard.begin, 1, 2);
  const RowSource all = uniform_rows(box, source_of(everything), 0, 1, 2);
  for (Index i = 0; i < shard.size(); ++i) {
    const double x = mine.read(i, 1).at(0, 1);
    EXPECT_EQ(x, all.read(shard.begin + i, 1).at(0, 1));
    EXPECT_GE(x, box.low[1] - 1e-6);
    EXPECT_LE(x, box.high[1] + 1e-6);
  }
  EXPECT_NE(all.read(0, 1).at(0, 0), uniform_rows(box, source_of(everything), 0, 1, 3).read(0, 1).at(0, 0));
}

}  // namespace
}  // namespace shoal
