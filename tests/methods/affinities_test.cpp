#include "shoal/methods/affinities.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "reference/tsne_reference.hpp"
#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

SparseRows affinities_of(const Communicator& comm, const Matrix& all, Index k, double perplexity) {
  const Neighbors near = exact_neighbors(comm, my_part(comm, all), all.rows(), k);
  return joint_affinities(comm, near, all.rows(), perplexity);
}

double total(const Communicator& comm, const SparseRows& affinities) {
  double sum = 0;
  for (const float v : affinities.values) sum += static_cast<double>(v);
  double all = 0;
  for (const double part : comm.gather(sum)) all += part;
  return all;
}

TEST(Neighbors, have_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {1000, 33, 5, 2})
    for (const Index d : {2, 20}) {
      const Matrix all = test_clusters(n, d, 4);
      const Index k = std::min<Index>(n - 1, 17);
      const Neighbors here = exact_neighbors(comm, my_part(comm, all), n, k),
                      alone = exact_neighbors(test_alone(), all, n, k);
      const Shard shard = RowBlocks::of(n).shard(comm.rank(), comm.size());
      ASSERT_EQ(static_cast<Index>(here.found.size()), shard.size() * k);
      for (Index i = 0; i < shard.size(); ++i)
        for (Index j = 0; j < k; ++j) {
          EXPECT_EQ(here.of(i)[j].row, alone.of(shard.begin + i)[j].row);
          EXPECT_EQ(here.of(i)[j].squared_distance, alone.of(shard.begin + i)[j].squared_distance);
        }
    }
}

TEST(Neighbors, of_new_rows_are_found_among_the_old) {
  const auto comm = test_world();
  const Matrix all = test_clusters(200, 6, 4);
  const Matrix queries = all.middleRows(comm.rank() * 7, 5);  // other ones on each rank
  const Neighbors near = neighbors_among(comm, queries, my_part(comm, all), 200, 3);
  for (Index i = 0; i < 5; ++i) EXPECT_EQ(near.of(i)[0].row, comm.rank() * 7 + i);
}

TEST(Neighbors, too_many_and_bad_numbers_are_errors_on_all_ranks) {
  const auto comm = test_world();
  Matrix all = test_clusters(20, 3, 2);
  EXPECT_THROW(exact_neighbors(comm, my_part(comm, all), 20, 20), Error);
  EXPECT_THROW(exact_neighbors(comm, my_part(comm, all), 20, 0), Error);
  all(11, 1) = std::numeric_limits<float>::infinity();
  EXPECT_THROW(exact_neighbors(comm, my_part(comm, all), 20, 3), Error);
}

TEST(Affinities, have_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {700, 40, 4}) {
    const Matrix all = test_clusters(n, 8, 4);
    const double perplexity = n == 4 ? 1.2 : 10;
    const Index k = neighbors_for(perplexity, n);
    const SparseRows here = affinities_of(comm, all, k, perplexity),
                     alone = affinities_of(test_alone(), all, k, perplexity);
    const Shard shard = RowBlocks::of(n).shard(comm.rank(), comm.size());
    ASSERT_EQ(here.rows(), shard.size());
    EXPECT_EQ(here.first_row, shard.begin);
    const auto part = [&](const auto& values) {
      const Index begin = alone.begins[static_cast<std::size_t>(shard.begin)],
                  end = alone.begins[static_cast<std::size_t>(shard.end)];
      return std::span(values).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
    };
    EXPECT_TRUE(same_bits(here.columns, part(alone.columns)));
    EXPECT_TRUE(same_bits(here.values, part(alone.values)));
  }
}

TEST(Affinities, sum_to_1_and_are_symmetric) {
  const auto comm = test_world();
  const Index n = 500;
  const Matrix all = test_clusters(n, 8, 4);
  EXPECT_NEAR(total(comm, affinities_of(comm, all, 60, 20)), 1, 1e-6);
  const SparseRows p = affinities_of(test_alone(), all, 60, 20);
  MatrixD dense = MatrixD::Zero(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index e = p.begins[static_cast<std::size_t>(i)]; e < p.begins[static_cast<std::size_t>(i) + 1]; ++e)
      dense(i, p.columns[static_cast<std::size_t>(e)]) += static_cast<double>(p.values[static_cast<std::size_t>(e)]);
  EXPECT_EQ((dense - dense.transpose()).norm(), 0);
  EXPECT_EQ(dense.diagonal().norm(), 0);
}

TEST(Affinities, agree_with_the_reference) {
  const auto all = test_matrix<Matrix>(tsne_reference::rows, tsne_reference::n, tsne_reference::d);
  const SparseRows p = affinities_of(test_alone(), all, tsne_reference::n - 1, tsne_reference::perplexity);
  for (Index e = 0; e < p.begins[1]; ++e) {
    const double wanted =
        tsne_reference::first_row_of_affinities[static_cast<std::size_t>(p.columns[static_cast<std::size_t>(e)])];
    EXPECT_NEAR(p.values[static_cast<std::size_t>(e)], wanted, 1e-7 * wanted + 1e-12);
  }
}

TEST(Affinities, of_constant_rows_are_equal) {
  const auto comm = test_world();
  const SparseRows p = affinities_of(comm, Matrix::Constant(50, 3, 2.5f), 15, 5);
  EXPECT_NEAR(total(comm, p), 1, 1e-6);
}

TEST(Affinities, a_perplexity_of_a_third_of_the_rows_is_refused) {
  require_perplexity(33.3, 100);
  try {
    require_perplexity(34, 100);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::options);
    EXPECT_TRUE(e.on_all_ranks());
    EXPECT_STREQ(e.what(), "a perplexity of 34 is wanted for 100 rows.");
  }
  EXPECT_THROW(require_perplexity(1, 100), Error);
  EXPECT_THROW(require_perplexity(1.2, 3), Error);
}

}  // namespace
}  // namespace shoal
