// The formulas of make_torch_reference.py once more; all values are exact in float.
#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "shoal/core/row_data.hpp"
#include "shoal/nn/shape.hpp"

namespace shoal::reference {

/// Murmur3's finalizer of 2^24 stream + i, its upper 16 bits as a fraction: [0, 1).
inline float hashed(std::uint32_t stream, Index i) {
  std::uint32_t h = (stream << 24) + static_cast<std::uint32_t>(i);
  h = (h ^ (h >> 16)) * 0x85ebca6bu;
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;
  return static_cast<float>((h ^ (h >> 16)) >> 16) / 65536;
}

/// Triangular waves, another direction for each image, and a quarter of noise: [0, 1).
inline RowData formula_images(std::uint32_t stream, Index count, const Shape& shape) {
  RowData data{ElementType::float32, count, shape.size(), {}};
  std::vector<float> values;
  for (Index n = 0; n < count; ++n)
    for (Index c = 0; c < shape.channels; ++c)
      for (Index y = 0; y < shape.height; ++y)
        for (Index x = 0; x < shape.width; ++x) {
          const Index phase = x * (1 + n % 5) + y * (1 + n / 5 % 4) + 3 * c + 7 * n;
          const float wave = static_cast<float>(std::abs(phase % 32 - 16)) / 16;
          values.push_back(0.75f * wave + 0.25f * hashed(stream, static_cast<Index>(values.size())));
        }
  data.bytes.resize(values.size() * sizeof(float));
  std::memcpy(data.bytes.data(), values.data(), data.bytes.size());
  return data;
}

}  // namespace shoal::reference
