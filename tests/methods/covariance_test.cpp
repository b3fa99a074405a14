#include "shoal/methods/covariance.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/core/random.hpp"
#include "test_clusters.hpp"

namespace shoal {
namespace {

Covariance fit(const Communicator& comm, const Matrix& all, ProductSums sums) {
  const Matrix mine = my_part(comm, all);
  return covariance_of(comm, source_of(mine), all.rows(), "PCA", sums);
}

/// Mean and covariance by plain sums in long doubles.
Covariance plain(const Matrix& all) {
  const Index n = all.rows(), d = all.cols();
  Covariance result{VectorD::Zero(d), MatrixD::Zero(d, d), ""};
  std::vector<long double> mean(static_cast<std::size_t>(d));
  for (Index j = 0; j < d; ++j) {
    for (Index i = 0; i < n; ++i) mean[static_cast<std::size_t>(j)] += static_cast<long double>(all(i, j));
    mean[static_cast<std::size_t>(j)] /= static_cast<long double>(n);
    result.mean[j] = static_cast<double>(mean[static_cast<std::size_t>(j)]);
  }
  for (Index i = 0; i < d; ++i)
    for (Index j = i; j < d; ++j) {
      long double sum = 0;
      for (Index r = 0; r < n; ++r)
        sum += (all(r, i) - mean[static_cast<std::size_t>(i)]) * (all(r, j) - mean[static_cast<std::size_t>(j)]);
      result.matrix(i, j) = static_cast<double>(sum / static_cast<long double>(std::max<Index>(1, n - 1)));
    }
  return result;
}

/// Each element within `relative` of the deviations of its row and column.
void expect_close(const Covariance& found, const Covariance& expected, double relative) {
  for (Index i = 0; i < found.matrix.rows(); ++i) {
    const double deviation = std::sqrt(expected.matrix(i, i));
    EXPECT_NEAR(found.mean[i], expected.mean[i], relative * deviation + 1e-15 * std::abs(expected.mean[i])) << i;
    for (Index j = i; j < found.matrix.cols(); ++j)
      EXPECT_NEAR(found.matrix(i, j), expected.matrix(i, j), relative * deviation * std::sqrt(expected.matrix(j, j)))
          << i << " " << j;
  }
}

void expect_same_bits(const Covariance& a, const Covariance& b) {
  EXPECT_TRUE(same_bits(elements(a.mean), elements(b.mean)));
  EXPECT_TRUE(same_bits(elements(a.matrix), elements(b.matrix)));
}

RowData bytes_of(const Matrix& all) {
  RowData rows{ElementType::uint8, all.rows(), all.cols(), {}};
  for (const float x : all.reshaped<Eigen::RowMajor>())
    rows.bytes.push_back(static_cast<std::byte>(std::clamp(std::lround(128 + 20 * x), 0l, 255l)));
  return rows;
}

TEST(Covariance, has_the_same_bits_for_any_number_of_ranks) {
  const auto comm = test_world();
  for (const Index n : {70000, 5001, 40, 3, 1})
    for (const Index d : {1, 7, 50}) {
      const Matrix all = test_clusters(n, d, 3);
      for (const ProductSums sums : {ProductSums::doubles, ProductSums::floats})
        expect_same_bits(fit(comm, all, sums), fit(test_alone(), all, sums));
      const RowData bytes = bytes_of(all);
      const Shard shard = RowBlocks::of(n).shard(comm.rank(), comm.size());
      const RowView mine = bytes.view().part(shard.begin, shard.size());
      const RowSource source{ElementType::uint8, mine.count, d,
                             [&](Index first, Index count) { return mine.part(first, count); }};
      expect_same_bits(covariance_of(comm, source, n, "PCA"), covariance_of(test_alone(), source_of(bytes), n, "PCA",
                                                                            ProductSums::automatic, BytePath::floats));
    }
}

TEST(Covariance, of_bytes_is_exact) {
  const Index n = 3001, d = 9;
  const RowData bytes = bytes_of(test_clusters(n, d, 3));
  for (const BytePath path : {BytePath::amx, BytePath::vnni, BytePath::floats}) {
    if (!is_available(path)) continue;
    const Covariance found = covariance_of(test_alone(), source_of(bytes), n, "PCA", ProductSums::automatic, path);
    for (Index i = 0; i < d; ++i)
      for (Index j = i; j < d; ++j) {
        std::int64_t product = 0, left = 0, right = 0;
        for (Index r = 0; r < n; ++r) {
          const auto x = static_cast<std::int64_t>(bytes.at(r, i)), y = static_cast<std::int64_t>(bytes.at(r, j));
          product += x * y;
          left += x;
          right += y;
        }
        EXPECT_EQ(found.matrix(i, j), static_cast<double>(n * product - left * right) / (3001.0 * 3000.0));
        EXPECT_EQ(found.mean[i], static_cast<double>(left) / 3001.0);
      }
  }
}

TEST(Covariance, of_floats_is_that_of_long_doubles) {
  const Matrix all = test_clusters(9000, 20, 4);
  expect_close(fit(test_world(), all, ProductSums::doubles), plain(all), 1e-12);
  expect_close(fit(test_world(), all, ProductSums::floats), plain(all), 1e-7);
}

TEST(Covariance, a_mean_of_a_thousand_spreads_costs_no_digits) {
  const Matrix all = test_clusters(9000, 10, 4).array() + 4000.0f;
  expect_close(fit(test_world(), all, ProductSums::floats), plain(all), 1e-7);
}

TEST(Covariance, columns_of_any_size_are_equally_good) {
  Matrix all = test_clusters(6000, 6, 4);
  const std::array<float, 6> sizes{1e-41f, 1e-30f, 1e-6f, 1.0f, 1e15f, 1e36f};
  for (Index j = 0; j < 6; ++j) all.col(j) *= sizes[static_cast<std::size_t>(j)];
  expect_close(fit(test_world(), all, ProductSums::doubles), plain(all), 1e-10);
  expect_close(fit(test_world(), all, ProductSums::floats), plain(all), 1e-7);
}

TEST(Covariance, values_near_the_float_limit_do_not_overflow) {
  Matrix all = test_clusters(600, 3, 1);
  for (Index i = 0; i < all.rows(); ++i) all(i, 1) = (i % 3 == 0 ? 1.0f : -1.0f) * std::numeric_limits<float>::max();
  for (const ProductSums sums : {ProductSums::doubles, ProductSums::floats})
    expect_close(fit(test_world(), all, sums), plain(all), 1e-7);
}

TEST(Covariance, a_first_block_unlike_the_rest_misleads_nobody) {
  const auto comm = test_world();
  const Index n = 8000;
  Matrix constant = test_clusters(n, 4, 2), far = constant, tiny = constant, giant = constant, late = constant;
  constant.topRows(100).setConstant(2.5f);
  far.bottomRows(n - 100).array() += 50000.0f;  // its own spread is a few units
  far.topRows(100).setConstant(-1e6f);
  tiny.bottomRows(n - 100) *= 1e-20f;
  giant.bottomRows(n - 100) *= 1e25f;
  late.topRows(n - 10).setZero();
  for (const Matrix& all : {constant, far, tiny, giant, late}) {
    const Covariance here = fit(comm, all, ProductSums::floats);
    expect_close(here, plain(all), 1e-6);
    expect_same_bits(here, fit(test_alone(), all, ProductSums::floats));
  }
}

/// By floats, and how many rows were asked for.
struct Looks {
  Covariance found;
  Index rows = 0;
};

Looks covariance_with_looks(const Matrix& all) {
  RowSource source = source_of(all);
  Looks looks;
  source.read = [&, read = source.read](Index first, Index count) {
    looks.rows += count;
    return read(first, count);
  };
  looks.found = covariance_of(test_alone(), source, all.rows(), "PCA", ProductSums::floats);
  return looks;
}

// As pixels of photographs at their borders: dark in the first block, or nearly, and as bright as any later on.
TEST(Covariance, columns_that_wake_up_late_take_no_second_pass) {
  const Index n = 60000;  // in blocks of 240
  Matrix all = test_clusters(n, 5, 2);
  const float most = all.cwiseAbs().maxCoeff();
  for (const Index j : {1, 3}) {
    all.col(j).setZero();
    for (Index i = 900; i < n; i += 70 + j) all(i, j) = most * 0.9f;
  }
  all(5, 3) = most / 100;
  const Looks looks = covariance_with_looks(all);
  EXPECT_LE(looks.rows, n + 256);
  expect_close(looks.found, plain(all), 1e-6);
}

// As an indicator beside an amount of money: it must not be taken for a column that sleeps.
TEST(Covariance, small_rare_columns_take_no_second_pass) {
  const Index n = 60000;
  Matrix all = test_clusters(n, 3, 2);
  all.col(0) *= 1e6f;
  for (Index i = 0; i < n; ++i) all(i, 1) = i % 100 == 7 ? 1.0f : 0.0f;
  const Looks looks = covariance_with_looks(all);
  EXPECT_LE(looks.rows, n + 256);
  expect_close(looks.found, plain(all), 1e-6);
}

TEST(Covariance, small_rare_columns_lose_no_digits) {
  const Index n = 60000;
  // In the first block, or not: then by a second pass, in whose panels a float sum of the rare squares rounds the rest.
  for (const auto& [first, relative] : {std::pair<Index, double>{7, 1e-6}, {700, 5e-6}}) {
    Matrix all(n, 2);
    for (Index i = 0; i < n; ++i) {
      all(i, 0) = static_cast<float>(2 * Random(1, Stream::test, static_cast<std::uint64_t>(i)).uniform() - 1);
      all(i, 1) = i % 1000 == first ? 0.00205f : 0.0f;
    }
    expect_close(covariance_with_looks(all).found, plain(all), relative);
  }
}

// The faintest grey of 255, which wakes up or stays as it is.
TEST(Covariance, pictures_of_bytes_as_floats_take_no_second_pass) {
  const Index n = 60000;
  for (const float bright : {1.0f, 255.0f}) {
    Matrix all = test_clusters(n, 4, 2).cwiseAbs();
    all = all.cwiseMin(5) / 5 * bright;
    for (const Index j : {1, 2}) all.col(j).setZero();
    for (Index i = 5; i < n; i += 500) all(i, 1) = bright / 255;
    all(5, 2) = bright / 255;
    for (Index i = 900; i < n; i += 300) all(i, 2) = bright;
    const Looks looks = covariance_with_looks(all);
    EXPECT_LE(looks.rows, n + 256) << bright;
    expect_close(looks.found, plain(all), 1e-5);
  }
}

TEST(Covariance, constant_columns_have_none) {
  Matrix all = test_clusters(2000, 5, 2);
  all.col(1).setConstant(0.1f);
  all.col(3).setZero();
  for (const ProductSums sums : {ProductSums::doubles, ProductSums::floats}) {
    const Covariance found = fit(test_world(), all, sums);
    EXPECT_NEAR(found.matrix.row(1).norm() + found.matrix.col(1).norm(), 0, 1e-16);
    EXPECT_EQ(found.matrix.row(3).norm() + found.matrix.col(3).norm(), 0);
    EXPECT_NEAR(found.mean[1], static_cast<double>(0.1f), 1e-16);
  }
}

TEST(Covariance, numbers_that_are_none_are_named) {
  const auto comm = test_world();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    for (const Index row : {0, 517, 1999}) {
      Matrix all = test_clusters(2000, 20, 2);
      all(row, 18) = bad;
      for (const ProductSums sums : {ProductSums::doubles, ProductSums::floats}) try {
          fit(comm, all, sums);
          FAIL();
        } catch (const Error& e) {
          EXPECT_EQ(e.code(), ExitCode::numerics);
          EXPECT_EQ(std::string(e.what()),
                    "PCA: row " + std::to_string(row) + ", column 18 is " + (std::isnan(bad) ? "nan" : "inf") + ".");
        }
    }
}

}  // namespace
}  // namespace shoal
