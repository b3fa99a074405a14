#include <gtest/gtest.h>

#include "reference/clustering_reference.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/random.hpp"
#include "shoal/methods/pca.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

constexpr std::array all_solvers{PcaSolver::covariance, PcaSolver::randomized, PcaSolver::tsqr};

Pca fit(const Communicator& comm, const Matrix& all, const PcaOptions& options) {
  const Matrix mine = my_part(comm, all);
  return fit_pca(comm, source_of(mine), all.rows(), options);
}

TEST(PcaSolvers, have_the_same_bits_for_any_number_of_ranks) {
  for (const PcaSolver solver : all_solvers)
    for (const Index n : {5001, 4096, 700, 33, 3, 1})
      for (const Index d : {1, 7, 40}) {
        const Matrix all = test_clusters(n, d, 3);
        const PcaOptions options{.components = std::min<Index>({n, d, 4}), .solver = solver};
        const Pca here = fit(test_world(), all, options), alone = fit(test_alone(), all, options);
        EXPECT_EQ(here.solver, solver);
        EXPECT_TRUE(same_bits(elements(here.components), elements(alone.components))) << n << " " << d;
        EXPECT_TRUE(same_bits(elements(here.explained_variance), elements(alone.explained_variance)));
        EXPECT_EQ(here.total_variance, alone.total_variance);
      }
}

TEST(PcaSolvers, agree_with_each_other_and_are_orthonormal) {
  const Matrix all = test_clusters(3000, 30, 5);
  const Pca reference = fit(test_world(), all, {.components = 3, .solver = PcaSolver::covariance});
  for (const PcaSolver solver : {PcaSolver::randomized, PcaSolver::tsqr}) {
    const Pca pca = fit(test_world(), all, {.components = 3, .solver = solver, .power_iterations = 12});
    EXPECT_LT((pca.explained_variance - reference.explained_variance).norm(), 1e-9 * reference.total_variance);
    EXPECT_LT((pca.components - reference.components).norm(), 1e-6);
    EXPECT_LT((pca.components * pca.components.transpose() - MatrixD::Identity(3, 3)).norm(), 1e-12);
    EXPECT_NEAR(pca.total_variance, reference.total_variance, 1e-11 * reference.total_variance);
    EXPECT_NEAR(pca.noise_variance, reference.noise_variance, 1e-9 * reference.noise_variance);
  }
}

TEST(PcaSolvers, tsqr_agrees_with_scikit_learn) {
  const auto rows = test_matrix<Matrix>(reference::rows, reference::n, reference::d);
  const Pca pca = fit(test_world(), rows, {.components = 3, .solver = PcaSolver::tsqr});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(pca.singular_values[static_cast<Index>(i)], reference::pca_singular_values[i],
                1e-11 * reference::pca_singular_values[i]);
}

/// Independent columns of variance 1, 2^-24, 2^-48, exact in float after any rotation by powers of two.
Matrix badly_conditioned(Index n) {
  Matrix rows = test_clusters(n, 3, 1, 0);
  rows.col(1) *= 0x1p-12f;
  rows.col(2) *= 0x1p-24f;
  return rows;
}

TEST(PcaSolvers, tsqr_tells_small_variances_from_none) {
  const Matrix all = badly_conditioned(4000);
  const Pca found = fit(test_world(), all, {.components = 3, .solver = PcaSolver::tsqr});
  const VectorD column = all.col(2).cast<double>();
  const double variance = (column.array() - column.mean()).square().sum() / 3999;
  EXPECT_NEAR(found.explained_variance[2], variance, 1e-2 * variance);
  EXPECT_EQ(fit(test_world(), all, {.components = 3}).solver, PcaSolver::tsqr);  // automatic finds out
}

TEST(PcaSolvers, automatic_takes_the_covariance_of_ordinary_rows) {
  const Pca pca = fit(test_world(), test_clusters(2000, 12, 3), {.components = 5});
  EXPECT_EQ(pca.solver, PcaSolver::covariance);
  EXPECT_NE(pca.reason.find("doubles"), std::string::npos);
}

TEST(PcaSolvers, automatic_needs_no_matrix_of_many_features) {
  EXPECT_EQ(first_solver({.components = 32}, 3072), PcaSolver::covariance);
  EXPECT_EQ(first_solver({.components = 32}, 20000), PcaSolver::randomized);
  EXPECT_EQ(first_solver({.components = 5000}, 20000), PcaSolver::covariance);
  EXPECT_EQ(first_solver({.variance_fraction = 0.9}, 20000), PcaSolver::covariance);
  EXPECT_EQ(first_solver({.components = 3, .solver = PcaSolver::tsqr}, 20000), PcaSolver::tsqr);
}

TEST(PcaSolvers, fewer_rows_than_features) {
  const Matrix all = test_clusters(10, 60, 3);
  const Pca reference = fit(test_world(), all, {.components = 10, .solver = PcaSolver::covariance});
  for (const PcaSolver solver : {PcaSolver::randomized, PcaSolver::tsqr}) {
    const Pca pca = fit(test_world(), all, {.components = 10, .solver = solver});
    EXPECT_LT((pca.explained_variance - reference.explained_variance).norm(), 1e-9 * reference.total_variance);
    EXPECT_EQ(pca.explained_variance[9], 0);  // nine directions hold ten rows
  }
}

TEST(PcaSolvers, a_fraction_cannot_be_had_at_random) {
  EXPECT_THROW(fit(test_world(), test_clusters(20, 6, 2), {.variance_fraction = 0.9, .solver = PcaSolver::randomized}),
               Error);
}

TEST(PcaProjection, tells_what_is_lost) {
  const auto comm = test_world();
  const Matrix all = test_clusters(2100, 9, 3), mine = my_part(comm, all);
  for (const bool whiten : {false, true}) {
    const Pca pca = fit(comm, all, {.components = 4, .whiten = whiten});
    const Projection here = project(comm, pca, source_of(mine), all.rows());
    const Projection alone = project(test_alone(), pca, source_of(all), all.rows());
    EXPECT_EQ(here.mean_reconstruction_error, alone.mean_reconstruction_error);
    EXPECT_TRUE(same_bits(elements(here.scores), elements(transform(pca, mine))));
    const Matrix lost = mine - inverse_transform(pca, here.scores);
    for (Index i = 0; i < mine.rows(); ++i)
      EXPECT_NEAR(here.reconstruction_error[static_cast<std::size_t>(i)], lost.row(i).squaredNorm() / 9, 1e-5);
    // What is lost is the variance left out.
    EXPECT_NEAR(here.mean_reconstruction_error * 9 * 2100 / 2099, pca.total_variance - pca.explained_variance.sum(),
                1e-4 * pca.total_variance);
    EXPECT_LT((loadings(pca) - pca.components.transpose() * pca.explained_variance.cwiseSqrt().asDiagonal()).norm(),
              1e-14);
  }
}

}  // namespace
}  // namespace shoal
