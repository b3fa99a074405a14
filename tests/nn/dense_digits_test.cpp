// Wide layers as products of digits: no less exact than floats, and sums that are exact over ranks.
#include "../../src/nn/dense_digits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../../src/nn/dense_kernels.hpp"
#include "shoal/core/byte_tiles.hpp"
#include "shoal/core/digit_tiles.hpp"
#include "shoal/core/random.hpp"

namespace shoal {
namespace {

constexpr Index in = 301, out = 270, groups = 5;

// Numbers whose size differs from row to row by up to 2^24.
AlignedVector<Lanes> uneven_rows(Index rows, std::uint64_t seed, double spread) {
  AlignedVector<Lanes> values(static_cast<std::size_t>(rows));
  Random random(seed, Stream::test);
  for (Lanes& v : values) {
    const double size = std::exp2(spread * (random.uniform() - 0.5));
    for (Index l = 0; l < lane_count; ++l) v[l] = static_cast<float>(size * random.normal());
  }
  return values;
}

struct Problem {
  std::vector<float> W;
  std::vector<AlignedVector<Lanes>> x, dy, y, dx;

  explicit Problem(double spread) : W(static_cast<std::size_t>(in * out)) {
    Random random(1, Stream::test);
    for (float& w : W) w = static_cast<float>(random.normal());
    for (std::uint64_t g = 0; g < static_cast<std::uint64_t>(groups); ++g) {
      x.push_back(uneven_rows(in, 10 + g, 0));
      dy.push_back(uneven_rows(out, 20, spread));
      for (Lanes& v : dy.back()) v *= 1.0f + static_cast<float>(g);
      y.emplace_back(static_cast<std::size_t>(out));
      dx.emplace_back(static_cast<std::size_t>(in));
    }
  }

  std::vector<DigitTerm> terms(std::size_t begin, std::size_t end) const {
    std::vector<DigitTerm> all;
    for (std::size_t g = begin; g < end; ++g) all.push_back({dy[g].data(), x[g].data()});
    return all;
  }
};

std::vector<double> gradient_of(const Problem& p, std::size_t begin, std::size_t end, std::span<const double> maxima) {
  std::vector<double> sums(static_cast<std::size_t>(out * in + out), 7.0);
  std::uint32_t largest = 0;
  outer_product_by_digits(p.terms(begin, end), out, in, maxima, 16 * groups, {sums.data(), out * in + out, &largest});
  return sums;
}

std::vector<double> maxima_of(const Problem& p) {
  std::vector<double> maxima(static_cast<std::size_t>(in + out));
  raise_digit_maxima(p.terms(0, groups), out, in, maxima);
  return maxima;
}

TEST(DenseDigits, products_err_no_more_than_sums_in_float) {
  if (!has_byte_tiles()) {
    SUCCEED() << "this processor has no tiles: wide layers take the kernels in floats";
    return;
  }
  Problem p(0);
  std::vector<DigitPass> passes;
  for (std::size_t g = 0; g < groups; ++g) passes.push_back({p.x[g].data(), {1.0f}, p.y[g].data()});
  multiply_by_digits(p.W.data(), out, in, false, nullptr, passes);
  AlignedVector<float> packed(static_cast<std::size_t>(packed_size(out, in)));
  pack_rows(p.W.data(), out, in, packed.data());
  double by_digits = 0, by_floats = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    AlignedVector<Lanes> y(static_cast<std::size_t>(out));
    for (Index r = 0; r < out; r += row_block)
      multiply_rows(packed.data() + r * in, r, out, in, nullptr, p.x[g].data(), {1.0f}, y.data());
    for (Index r = 0; r < out; ++r)
      for (Index l = 0; l < lane_count; ++l) {
        double exact = 0;
        for (Index c = 0; c < in; ++c)
          exact += double{p.W[static_cast<std::size_t>(r * in + c)]} * double{p.x[g][static_cast<std::size_t>(c)][l]};
        by_digits += std::pow(double{p.y[g][static_cast<std::size_t>(r)][l]} - exact, 2);
        by_floats += std::pow(double{y[static_cast<std::size_t>(r)][l]} - exact, 2);
      }
  }
  EXPECT_LT(by_digits, by_floats);

  // From packed digits: the same bits.
  AlignedVector<float> digits(static_cast<std::size_t>(packed_digits_size(out, in)));
  pack_digits(p.W.data(), out, in, digits.data());
  const auto before = p.y;
  multiply_by_packed_digits(digits.data(), out, in, nullptr, passes);
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t r = 0; r < static_cast<std::size_t>(out); ++r)
      for (Index l = 0; l < lane_count; ++l) ASSERT_EQ(before[g][r][l], p.y[g][r][l]);
}

TEST(DenseDigits, gradients_are_right_in_every_row_whatever_its_size) {
  if (!has_byte_tiles()) return;
  const Problem p(48);  // rows of dy from 2^-24 to 2^24
  const auto maxima = maxima_of(p);
  const auto sums = gradient_of(p, 0, groups, maxima);
  for (Index r = 0; r < out; ++r) {
    double bias = 0;
    const double scale = maxima[static_cast<std::size_t>(r)] * 80;
    for (Index c = 0; c < in; ++c) {
      double exact = 0;
      for (std::size_t g = 0; g < groups; ++g)
        for (Index l = 0; l < lane_count; ++l)
          exact += double{p.dy[g][static_cast<std::size_t>(r)][l]} * double{p.x[g][static_cast<std::size_t>(c)][l]};
      EXPECT_NEAR(sums[static_cast<std::size_t>(r * in + c)], exact, 1e-7 * scale) << r << ", " << c;
    }
    for (std::size_t g = 0; g < groups; ++g)
      for (Index l = 0; l < lane_count; ++l) bias += double{p.dy[g][static_cast<std::size_t>(r)][l]};
    EXPECT_NEAR(sums[static_cast<std::size_t>(out * in + r)], bias, 1e-7 * scale);
  }
}

TEST(DenseDigits, gradients_of_parts_add_up_exactly) {
  if (!has_byte_tiles()) return;
  const Problem p(48);
  const auto maxima = maxima_of(p);
  const auto all = gradient_of(p, 0, groups, maxima), first = gradient_of(p, 0, 2, maxima),
             second = gradient_of(p, 2, groups, maxima);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], first[i] + second[i]);
}

TEST(DenseDigits, sums_of_huge_batches_stay_within_the_bits_of_a_double) {
  if (!has_byte_tiles()) return;
  // All products alike and as large as they can be, as if 2^20 samples were on other ranks.
  std::vector<double> sums(2), maxima{127.99, 127.99};
  AlignedVector<Lanes> ones(1, broadcast(127.99f));
  const std::vector<DigitTerm> terms{{ones.data(), ones.data()}};
  std::uint32_t largest = 0;
  outer_product_by_digits(terms, 1, 1, maxima, Index{1} << 20, {sums.data(), 2, &largest});
  EXPECT_NEAR(sums[0], 16 * 127.99 * 127.99, 1e-5 * sums[0]);
  double quantum = sums[0];
  while (std::fmod(sums[0], quantum) != 0) quantum = std::exp2(std::floor(std::log2(quantum)) - 1);
  EXPECT_LE(sums[0] / 16 * 0x1p20 / quantum, 0x1p53);
}

TEST(DenseDigits, what_is_not_finite_is_told) {
  if (!has_byte_tiles()) return;
  Problem p(0);
  p.dy[3][100][5] = std::numeric_limits<float>::quiet_NaN();
  const auto maxima = maxima_of(p);
  EXPECT_TRUE(std::isinf(maxima[100]));
  std::vector<double> sums(static_cast<std::size_t>(out * in + out));
  std::uint32_t largest = 0;
  outer_product_by_digits(p.terms(0, groups), out, in, maxima, 16 * groups, {sums.data(), out * in + out, &largest});
  EXPECT_GE(largest, 0x7f800000u);
}

}  // namespace
}  // namespace shoal
