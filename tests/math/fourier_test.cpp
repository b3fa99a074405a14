#include "shoal/math/fourier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "shoal/core/random.hpp"

namespace shoal {
namespace {

using Complex = std::complex<double>;

std::vector<float> noise(Index n) {
  Random random(3, Stream::test, 0);
  std::vector<float> values(static_cast<std::size_t>(n));
  for (float& v : values) v = static_cast<float>(random.normal());
  return values;
}

TEST(Fourier, of_real_numbers_is_the_sum_that_defines_it) {
  for (const Index n : {2, 12, 90}) {
    Fourier fourier(n);
    const auto values = noise(n - n / 3);  // the rest are zeros
    const auto transform = fourier.forward(values);
    ASSERT_EQ(static_cast<Index>(transform.size()), n / 2 + 1);
    for (Index k = 0; k <= n / 2; ++k) {
      Complex sum = 0;
      for (std::size_t j = 0; j < values.size(); ++j)
        sum += static_cast<double>(values[j]) * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) *
                                                                    static_cast<double>(j) / static_cast<double>(n));
      EXPECT_LT(std::abs(sum - Complex(transform[static_cast<std::size_t>(k)])), 1e-5 * static_cast<double>(n));
    }
  }
}

TEST(Fourier, backward_undoes_forward_but_for_the_factor_n) {
  constexpr Index n = 60;
  Fourier fourier(n);
  const auto values = noise(n);
  const auto transform = fourier.forward(values);
  const std::vector<std::complex<float>> kept(transform.begin(), transform.end());
  const auto back = fourier.backward(kept);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(back[i] / n, values[i], 1e-6);
}

TEST(Fourier, a_filter_is_a_circular_convolution) {
  constexpr Index n = 24;
  Fourier fourier(n);
  const auto kernel_half = noise(n / 2 + 1), real = noise(10);
  std::vector<float> kernel(n);
  for (Index k = 0; k < n; ++k)
    kernel[static_cast<std::size_t>(k)] = kernel_half[static_cast<std::size_t>(std::min(k, n - k))];
  std::vector<float> factors;
  for (const auto f : fourier.forward(kernel)) factors.push_back(f.real() / n);
  std::vector<std::complex<float>> values(real.begin(), real.end());
  for (auto& v : values) v *= std::complex<float>(1, 2);
  fourier.filter(values, factors);
  for (std::size_t i = 0; i < values.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < real.size(); ++j)
      sum += static_cast<double>(real[j]) * static_cast<double>(kernel[(i + n - j) % n]);
    EXPECT_NEAR(values[i].real(), sum, 1e-5);
    EXPECT_NEAR(values[i].imag(), 2 * sum, 2e-5);
  }
}

}  // namespace
}  // namespace shoal
