#include "dense_digits.hpp"

#include <algorithm>
#include <limits>

#include "digits.hpp"

namespace shoal {
namespace {

// Groups whose digits are made at once: those of a thousand features fill half of a second-level cache.
constexpr Index most_groups = 16;

constexpr Index products_at_once = 4;

// A block of 16 rows: chunks of digits, then the scales back.
Index block_size(Index columns) {
  return chunks_of(columns) * chunk_bytes / static_cast<Index>(sizeof(float)) + lane_count;
}

std::int8_t* digits_in(float* block) {
  return reinterpret_cast<std::int8_t*>(block);
}

const float* scales_in(const float* block, Index columns) {
  return block + block_size(columns) - lane_count;
}

// `live` rows of W, of `columns` numbers each. Byte m of word j is number 64 chunk + 16 m + j.
void pack_block(const float* W, Index live, Index columns, float* block) {
  const Index chunks = chunks_of(columns);
  float* scales = block + block_size(columns) - lane_count;
  for (Index r = 0; r < lane_count; ++r) {
    const float* row = W + r * columns;
    const Index count = r < live ? columns : 0;
    const auto vector_at = [&](Index k) {
      if (k + lane_count <= count) {
        Lanes v;
        __builtin_memcpy(&v, row + k, sizeof v);
        return v;
      }
      Lanes v{};
      for (Index l = 0; k + l < count; ++l) v[l] = row[k + l];
      return v;
    };
    LaneInts most{};
    for (Index k = 0; k < count; k += lane_count) most = larger(most, magnitude_bits(vector_at(k)));
    std::int32_t largest = 0;
    for (Index l = 0; l < lane_count; ++l) largest = std::max(largest, most[l]);
    const DigitScale scale = digit_scale(largest);
    scales[r] = scale.down;
    for (Index c = 0; c < chunks; ++c) {
      LaneInts t[4];
      for (Index m = 0; m < 4; ++m)
        t[m] = digits_of(nearest_integers(scale.up * vector_at(c * chunk_depth + m * lane_count)));
      store_digits(t, r, digits_in(block) + c * chunk_bytes);
    }
  }
}

// Columns [first, first + 16) of W (rows, columns), as rows of the block.
void pack_column_block(const float* W, Index rows, Index columns, Index first, float* block) {
  const Index live = std::min(lane_count, columns - first);
  const auto vector_at = [&](Index r) {
    Lanes v{};
    if (r >= rows) return v;
    if (live == lane_count)
      __builtin_memcpy(&v, W + r * columns + first, sizeof v);
    else
      for (Index l = 0; l < live; ++l) v[l] = W[r * columns + first + l];
    return v;
  };
  LaneInts most{};
  for (Index r = 0; r < rows; ++r) most = larger(most, magnitude_bits(vector_at(r)));
  Lanes up;
  float* scales = block + block_size(rows) - lane_count;
  for (Index l = 0; l < lane_count; ++l) {
    const DigitScale scale = digit_scale(most[l]);
    up[l] = scale.up;
    scales[l] = scale.down;
  }
  for (Index c = 0; c < chunks_of(rows); ++c) {
    LaneInts words[digit_count][lane_count];
    for (Index j = 0; j < lane_count; ++j) {
      LaneInts t[4];
      for (Index m = 0; m < 4; ++m)
        t[m] = digits_of(nearest_integers(up * vector_at(c * chunk_depth + m * lane_count + j)));
      for (Index d = 0; d < digit_count; ++d) words[d][j] = digit_words(t, d);
    }
    for (Index d = 0; d < digit_count; ++d)
      store_transposed(words[d], digits_in(block) + c * chunk_bytes + d * digit_tile_bytes);
  }
}

// The digits of a group's x (n), each sample relative to its largest; returns the scales back.
Lanes group_digits(const Lanes* x, Index n, std::int8_t* to) {
  LaneInts most{};
  for (Index k = 0; k < n; ++k) most = larger(most, magnitude_bits(x[k]));
  Lanes up, down;
  for (Index l = 0; l < lane_count; ++l) {
    const DigitScale scale = digit_scale(most[l]);
    up[l] = scale.up;
    down[l] = scale.down;
  }
  for (Index c = 0; c < chunks_of(n); ++c, to += chunk_bytes)
    for (Index j = 0; j < lane_count; ++j) {
      LaneInts t[4];
      for (Index m = 0; m < 4; ++m) {
        const Index k = c * chunk_depth + m * lane_count + j;
        t[m] = k < n ? digits_of(nearest_integers(up * x[k])) : LaneInts{};
      }
      store_digits(t, j, to);
    }
  return down;
}

// 16 rows of the result of one group.
void finish(const DigitProducts& products, const float* row_scales, const Lanes& sample_scales, Index first, Index rows,
            const float* bias, const DigitPass& pass) {
  const auto lanes_of = [&](std::size_t order, Index r) {
    LaneInts sums;
    __builtin_memcpy(&sums, &products.order[order][static_cast<std::size_t>(r)], sizeof sums);
    return __builtin_convertvector(sums, Lanes);
  };
  const Index live = std::min(lane_count, rows - first);
  for (Index r = 0; r < live; ++r) {
    const Lanes sum = ((lanes_of(0, r) * 256.0f + lanes_of(1, r)) * 256.0f + lanes_of(2, r)) * 256.0f + lanes_of(3, r);
    const Lanes product = sum * 256.0f * row_scales[r] * sample_scales;
    const Lanes v = bias ? product + bias[first + r] : product;
    const Lanes sign = pass.rectify.sign ? pass.rectify.sign[first + r] : v;
    pass.y[first + r] = sign > 0 ? v : pass.rectify.slope * v;
  }
}

// block_at(first) gives the packed block of rows from `first` on.
template <class BlockAt>
void multiply(Index rows, Index columns, const float* bias, std::span<const DigitPass> groups, BlockAt block_at) {
  thread_local AlignedVector<std::int8_t> digits;
  const Index chunks = chunks_of(columns), all = static_cast<Index>(groups.size());
  digits.resize(std::max(digits.size(), static_cast<std::size_t>(std::min(all, most_groups) * chunks * chunk_bytes)));
  for (Index from = 0; from < all; from += most_groups) {
    const Index count = std::min(most_groups, all - from);
    std::array<Lanes, most_groups> sample_scales;
    for (Index g = 0; g < count; ++g)
      sample_scales[static_cast<std::size_t>(g)] =
          group_digits(groups[static_cast<std::size_t>(from + g)].x, columns, digits.data() + g * chunks * chunk_bytes);
    for (Index first = 0; first < rows; first += lane_count) {
      const float* block = block_at(first);
      const float* row_scales = scales_in(block, columns);
      for (Index g = 0; g < count; g += products_at_once) {
        std::array<DigitProducts, products_at_once> products;
        const Index here = std::min(products_at_once, count - g);
        multiply_digits(reinterpret_cast<const std::int8_t*>(block), digits.data() + g * chunks * chunk_bytes, chunks,
                        here, products.data());
        for (Index i = 0; i < here; ++i)
          finish(products[static_cast<std::size_t>(i)], row_scales, sample_scales[static_cast<std::size_t>(g + i)],
                 first, rows, bias, groups[static_cast<std::size_t>(from + g + i)]);
      }
    }
  }
}

}  // namespace

bool fits_digits(Index in, Index out) {
  return std::max(chunks_of(in), chunks_of(out)) <= most_chunks;
}

Index packed_digits_size(Index rows, Index columns) {
  return (rows + lane_count - 1) / lane_count * block_size(columns);
}

void pack_digits(const float* W, Index rows, Index columns, float* packed) {
  for (Index r = 0; r < rows; r += lane_count, packed += block_size(columns))
    pack_block(W + r * columns, std::min(lane_count, rows - r), columns, packed);
}

void multiply_by_digits(const float* W, Index out, Index in, bool transposed, const float* bias,
                        std::span<const DigitPass> groups) {
  thread_local AlignedVector<float> block;
  const Index rows = transposed ? in : out, columns = transposed ? out : in;
  block.resize(std::max(block.size(), static_cast<std::size_t>(block_size(columns))));
  multiply(rows, columns, bias, groups, [&](Index first) {
    if (transposed)
      pack_column_block(W, out, in, first, block.data());
    else
      pack_block(W + first * in, std::min(lane_count, out - first), in, block.data());
    return block.data();
  });
}

void multiply_by_packed_digits(const float* packed, Index out, Index in, const float* bias,
                               std::span<const DigitPass> groups) {
  multiply(out, in, bias, groups, [&](Index first) { return packed + first / lane_count * block_size(in); });
}

}  // namespace shoal
