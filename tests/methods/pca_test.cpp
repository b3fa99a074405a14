#include "shoal/methods/pca.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "reference/clustering_reference.hpp"
#include "shoal/core/error.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

Matrix reference_rows() {
  return test_matrix<Matrix>(reference::rows, reference::n, reference::d);
}

Pca fit(const Communicator& comm, const Matrix& all, const PcaOptions& options) {
  const Matrix mine = my_part(comm, all);
  return fit_pca(comm, source_of(mine), all.rows(), options);
}

void expect_same_bits(const Pca& a, const Pca& b) {
  EXPECT_TRUE(same_bits(elements(a.mean), elements(b.mean)));
  EXPECT_TRUE(same_bits(elements(a.components), elements(b.components)));
  EXPECT_TRUE(same_bits(elements(a.explained_variance), elements(b.explained_variance)));
  EXPECT_TRUE(same_bits(elements(a.explained_variance_ratio), elements(b.explained_variance_ratio)));
  EXPECT_TRUE(same_bits(elements(a.singular_values), elements(b.singular_values)));
  EXPECT_EQ(a.total_variance, b.total_variance);
  EXPECT_EQ(a.noise_variance, b.noise_variance);
}

template <class T>
void expect_near(const VectorD& values, const T& expected, double relative) {
  ASSERT_EQ(static_cast<std::size_t>(values.size()), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(values[static_cast<Index>(i)], expected[i], relative * std::abs(expected[i])) << i;
}

TEST(Pca, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n :
       {1000, 1024, 5001, 40, 3, 2})  // 4 ranks: with remainder, even, several panels a block, ranks without rows
    for (const Index d : {1, 7, 33}) {
      const Matrix all = test_clusters(n, d, 3);
      const PcaOptions options{.components = std::min<Index>({n, d, 4}), .whiten = d == 7};
      const Pca here = fit(comm, all, options), alone = fit(test_alone(), all, options);
      expect_same_bits(here, alone);
      const Matrix mine = my_part(comm, all), scores = transform(here, mine);
      EXPECT_TRUE(same_bits(elements(scores), elements(my_part(comm, transform(alone, all)))));
      EXPECT_TRUE(same_bits(elements(inverse_transform(here, scores)),
                            elements(my_part(comm, inverse_transform(alone, transform(alone, all))))));
    }
}

TEST(Pca, agrees_with_scikit_learn) {
  const Pca pca = fit(test_world(), reference_rows(), {.components = 3});
  expect_near(pca.mean, reference::pca_mean, 1e-10);
  expect_near(pca.explained_variance, reference::pca_explained_variance, 1e-10);
  expect_near(pca.explained_variance_ratio, reference::pca_explained_variance_ratio, 1e-10);
  expect_near(pca.singular_values, reference::pca_singular_values, 1e-10);
  EXPECT_NEAR(pca.noise_variance, reference::pca_noise_variance, 1e-9 * reference::pca_noise_variance);
  const auto components = test_matrix<MatrixD>(reference::pca_components, 3, reference::d);
  const auto scores = test_matrix<MatrixD>(reference::pca_scores_of_first_5, 5, 3);
  const auto whitened = test_matrix<MatrixD>(reference::pca_whitened_scores_of_first_5, 5, 3);
  Pca whitening = pca;
  whitening.whiten = true;
  const MatrixD our_scores = transform(pca, reference_rows().topRows(5)).cast<double>();
  const MatrixD our_whitened = transform(whitening, reference_rows().topRows(5)).cast<double>();
  for (Index i = 0; i < 3; ++i) {
    const double sign = components.row(i).dot(pca.components.row(i)) > 0 ? 1 : -1;
    EXPECT_LT((sign * components.row(i) - pca.components.row(i)).norm(), 1e-9);
    EXPECT_LT((sign * scores.col(i) - our_scores.col(i)).norm(), 1e-6 * scores.col(i).norm());
    EXPECT_LT((sign * whitened.col(i) - our_whitened.col(i)).norm(), 1e-6 * whitened.col(i).norm());
  }
}

TEST(Pca, agrees_with_scikit_learn_on_fewer_rows_than_features) {
  const Pca pca = fit(test_world(), reference_rows().topRows(5), {.components = 3});
  expect_near(pca.explained_variance, reference::pca_wide_explained_variance, 1e-9);
  EXPECT_NEAR(pca.noise_variance, reference::pca_wide_noise_variance, 1e-7 * reference::pca_wide_noise_variance);
}

TEST(Pca, a_fraction_of_variance_chooses_the_fewest_components) {
  const Pca pca = fit(test_world(), reference_rows(), {.variance_fraction = 0.95});
  EXPECT_EQ(pca.components.rows(), reference::pca_components_for_95_percent);
  EXPECT_GE(pca.explained_variance_ratio.sum(), 0.95);
  EXPECT_LT(pca.explained_variance_ratio.sum() - pca.explained_variance_ratio.tail(1)[0], 0.95);
  EXPECT_LE(fit(test_world(), reference_rows(), {.variance_fraction = 1}).components.rows(), reference::d);
}

TEST(Pca, components_are_orthonormal_and_their_scores_uncorrelated) {
  const Matrix all = test_clusters(500, 12, 3);
  const Pca pca = fit(test_world(), all, {.components = 12, .whiten = true});
  EXPECT_LT((pca.components * pca.components.transpose() - MatrixD::Identity(12, 12)).norm(), 1e-12);
  EXPECT_NEAR(pca.explained_variance_ratio.sum(), 1, 1e-12);
  EXPECT_EQ(pca.noise_variance, 0);
  const MatrixD scores = transform(pca, all).cast<double>();
  EXPECT_LT((scores.transpose() * scores / 499.0 - MatrixD::Identity(12, 12)).norm(), 1e-5);
}

TEST(Pca, all_components_give_the_rows_back) {
  const Matrix all = test_clusters(300, 9, 3);
  for (const bool whiten : {false, true}) {
    const Pca pca = fit(test_world(), all, {.components = 9, .whiten = whiten});
    EXPECT_LT((inverse_transform(pca, transform(pca, all)) - all).norm(), 1e-6 * all.norm());
  }
}

TEST(Pca, a_large_common_offset_costs_no_digits) {
  const Matrix spread = (test_clusters(2000, 5, 3).array() * 16).round() / 16;  // exact after the shift
  const Pca near = fit(test_world(), spread, {.components = 5}),
            far = fit(test_world(), spread.array() + 8192.0f, {.components = 5});
  EXPECT_LT((near.explained_variance - far.explained_variance).norm(), 1e-11 * near.explained_variance.norm());
}

TEST(Pca, one_row_has_no_variance) {
  for (const bool whiten : {false, true}) {
    const Matrix row = test_clusters(1, 4, 1);
    const Pca pca = fit(test_world(), row, {.components = 1, .whiten = whiten});
    EXPECT_EQ(pca.explained_variance[0], 0);
    EXPECT_EQ(pca.explained_variance_ratio[0], 0);
    EXPECT_EQ(pca.noise_variance, 0);
    EXPECT_EQ(transform(pca, row)(0, 0), 0);
    EXPECT_TRUE(same_bits(elements(inverse_transform(pca, transform(pca, row))), elements(row)));
  }
}

TEST(Pca, constant_columns_have_no_part_in_components) {
  Matrix all = test_clusters(200, 4, 3);
  all.col(2).setConstant(7.25f);
  const Pca pca = fit(test_world(), all, {.components = 4, .whiten = true});
  EXPECT_EQ(pca.mean[2], 7.25);
  EXPECT_NEAR(pca.components.topRows(3).col(2).norm(), 0, 1e-12);
  EXPECT_EQ(pca.explained_variance[3], 0);
  EXPECT_EQ(transform(pca, all).col(3).norm(), 0);
  const Pca constant = fit(test_world(), Matrix::Constant(50, 3, 0.1f), {.components = 2});
  EXPECT_LT(constant.total_variance, 1e-30);
}

TEST(Pca, bad_options_and_data_are_errors_on_all_ranks) {
  const auto comm = test_world();
  const Matrix all = test_clusters(20, 6, 2);
  try {
    fit(comm, all, {.components = 7});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::options);
    EXPECT_TRUE(e.on_all_ranks());
    EXPECT_EQ(std::string(e.what()) + " " + e.hint(),
              "PCA: 7 components are wanted of 20 rows with 6 features. Choose between 1 and 6.");
  }
  EXPECT_THROW(fit(comm, all, {.components = 0}), Error);
  EXPECT_THROW(fit(comm, all, {.variance_fraction = 1.5}), Error);
  EXPECT_THROW(fit(comm, Matrix(0, 6), {.components = 1}), Error);
  Matrix bad = all;
  bad(17, 4) = std::numeric_limits<float>::quiet_NaN();
  try {
    fit(comm, bad, {.components = 2});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::numerics);
    EXPECT_STREQ(e.what(), "PCA: row 17, column 4 is nan.");
  }
}

}  // namespace
}  // namespace shoal
