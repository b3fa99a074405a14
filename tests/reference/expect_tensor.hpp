#pragma once
// How the tests compare a tensor with PyTorch's.
#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "torch_reference.hpp"

namespace shoal {

template <class T>
double norm(std::span<const T> values) {
  double sum = 0;
  for (const T v : values) sum += double{v} * double{v};
  return std::sqrt(sum);
}

/// `rounding`: how far the tensor's norm may be off beyond the tolerance.
template <class T>
void expect_tensor(std::span<const T> values, const reference::Tensor& truth, double relative, double rounding = 0) {
  ASSERT_EQ(static_cast<long>(values.size()), truth.size) << truth.name;
  EXPECT_NEAR(norm(values), truth.norm, relative * truth.norm + rounding) << truth.name;
  const double typical = truth.norm / std::sqrt(static_cast<double>(truth.size));
  for (std::size_t i = 0; i < truth.entries.size(); ++i) {
    const double entry = truth.entries[i];
    EXPECT_NEAR(double{values[i * static_cast<std::size_t>(truth.stride)]}, entry,
                relative * (typical + std::abs(entry)) + rounding)
        << truth.name << ", entry " << static_cast<long>(i) * truth.stride;
  }
}

}  // namespace shoal
