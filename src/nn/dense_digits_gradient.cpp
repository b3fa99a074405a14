#include <algorithm>
#include <cmath>
#include <limits>

#include "dense_digits.hpp"
#include "digits.hpp"

namespace shoal {
namespace {

constexpr Index quad = 4;              // groups in a chunk: 64 samples
constexpr Index products_at_once = 8;  // blocks of 16 columns
using Doubles = double __attribute__((vector_size(64)));
using HalfInts = std::int32_t __attribute__((vector_size(32)));

double largest_of(const LaneInts& bits) {
  std::int32_t most = 0;
  for (Index l = 0; l < lane_count; ++l) most = std::max(most, bits[l]);
  return most < 0x7f800000 ? double{std::bit_cast<float>(most)} : std::numeric_limits<double>::infinity();
}

// A product of two numbers has 38 bits, in units of the last order; the sum over the batch must have no more than 53.
double room_for(Index samples) {
  constexpr int most_bits = 15;
  return std::ldexp(1.0,
                    std::max(0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(samples))) - most_bits));
}

DigitScale scale_of(double largest) {
  return digit_scale(std::bit_cast<std::int32_t>(static_cast<float>(largest)));
}

// The integers of row `row` of the four groups from `from` on, at this scale.
template <class RowOf>
void quad_integers(Index from, Index groups, Index row, float up, RowOf row_of, LaneInts (&q)[quad]) {
  for (Index m = 0; m < quad; ++m) q[m] = from + m < groups ? nearest_integers(up * row_of(from + m)[row]) : LaneInts{};
}

// dy of rows [first, first + 16): byte m of word s of a row is sample s of group m. Returns the sums of the integers.
std::array<double, lane_count> row_digits(std::span<const DigitTerm> groups, Index first, Index live,
                                          const DigitScale* scales, std::int8_t* to) {
  const auto n = static_cast<Index>(groups.size());
  std::array<double, lane_count> sums{};
  for (Index from = 0; from < n; from += quad, to += chunk_bytes)
    for (Index r = 0; r < lane_count; ++r) {
      LaneInts q[quad]{};
      if (r < live)
        quad_integers(
            from, n, first + r, scales[first + r].up, [&](Index g) { return groups[static_cast<std::size_t>(g)].dy; },
            q);
      const LaneInts all = (q[0] + q[1]) + (q[2] + q[3]);
      std::int32_t sum = 0;
      for (Index l = 0; l < lane_count; ++l) sum += all[l];
      sums[static_cast<std::size_t>(r)] += sum;
      for (LaneInts& each : q) each = digits_of(each);
      store_digits(q, r, to);
    }
  return sums;
}

// x of columns [first, first + 16): byte m of word c of row s is sample s of group m, column c.
void column_digits(std::span<const DigitTerm> groups, Index first, Index live, const DigitScale* scales,
                   std::int8_t* to) {
  const auto n = static_cast<Index>(groups.size());
  for (Index from = 0; from < n; from += quad, to += chunk_bytes) {
    LaneInts words[digit_count][lane_count];
    for (Index c = 0; c < lane_count; ++c) {
      LaneInts q[quad]{};
      if (c < live)
        quad_integers(
            from, n, first + c, scales[first + c].up, [&](Index g) { return groups[static_cast<std::size_t>(g)].x; },
            q);
      for (LaneInts& each : q) each = digits_of(each);
      for (Index d = 0; d < digit_count; ++d) words[d][c] = digit_words(q, d);
    }
    for (Index d = 0; d < digit_count; ++d) store_transposed(words[d], to + d * digit_tile_bytes);
  }
}

// Sixteen sums of one row, in units of the digits' scales; exact.
void row_of_sums(const DigitProducts& products, Index row, double scale, const double* column_scales, double* sums) {
  for (Index half = 0; half < 2; ++half) {
    const auto doubles_of = [&](std::size_t order) {
      HalfInts sum;
      __builtin_memcpy(&sum, &products.order[order][static_cast<std::size_t>(row)][static_cast<std::size_t>(8 * half)],
                       sizeof sum);
      return __builtin_convertvector(sum, Doubles);
    };
    Doubles scales;
    __builtin_memcpy(&scales, column_scales + 8 * half, sizeof scales);
    const Doubles sum = ((doubles_of(0) * 256.0 + doubles_of(1)) * 256.0 + doubles_of(2)) * 256.0 + doubles_of(3);
    const Doubles scaled = sum * scale * scales;
    __builtin_memcpy(sums + 8 * half, &scaled, sizeof scaled);
  }
}

// The sums of at most 64 * most_chunks samples, assigned or added.
void sum_range(std::span<const DigitTerm> groups, Index out, Index in, const DigitScale* dy_scales,
               const DigitScale* x_scales, bool add, double* gradients) {
  thread_local AlignedVector<std::int8_t> x_digits, dy_digits;
  thread_local AlignedVector<double> column_scales;
  const Index chunks = (static_cast<Index>(groups.size()) + quad - 1) / quad, bytes = chunks * chunk_bytes,
              blocks = (in + lane_count - 1) / lane_count;
  x_digits.resize(std::max(x_digits.size(), static_cast<std::size_t>(blocks * bytes)));
  dy_digits.resize(std::max(dy_digits.size(), static_cast<std::size_t>(bytes)));
  column_scales.assign(static_cast<std::size_t>(blocks * lane_count), 0.0);
  for (Index c = 0; c < in; ++c) column_scales[static_cast<std::size_t>(c)] = 256.0 * double{x_scales[c].down};
  for (Index b = 0; b < blocks; ++b)
    column_digits(groups, b * lane_count, std::min(lane_count, in - b * lane_count), x_scales,
                  x_digits.data() + b * bytes);
  for (Index r = 0; r < out; r += lane_count) {
    const Index rows = std::min(lane_count, out - r);
    const auto integers = row_digits(groups, r, rows, dy_scales, dy_digits.data());
    double* bias = gradients + out * in + r;
    for (Index i = 0; i < rows; ++i) {
      const double sum = integers[static_cast<std::size_t>(i)] * double{dy_scales[r + i].down};
      bias[i] = add ? bias[i] + sum : sum;
    }
    for (Index b = 0; b < blocks; b += products_at_once) {
      std::array<DigitProducts, products_at_once> products;
      const Index count = std::min(products_at_once, blocks - b);
      multiply_digits(dy_digits.data(), x_digits.data() + b * bytes, chunks, count, products.data());
      for (Index i = 0; i < rows; ++i)
        for (Index n = 0; n < count; ++n) {
          const Index c = (b + n) * lane_count, width = std::min(lane_count, in - c);
          double* to = gradients + (r + i) * in + c;
          alignas(64) std::array<double, lane_count> sums;
          const bool direct = !add && width == lane_count;
          row_of_sums(products[static_cast<std::size_t>(n)], i, double{dy_scales[r + i].down}, &column_scales[c],
                      direct ? to : sums.data());
          if (direct) continue;
          for (Index l = 0; l < width; ++l)
            to[l] = add ? to[l] + sums[static_cast<std::size_t>(l)] : sums[static_cast<std::size_t>(l)];
        }
    }
  }
}

}  // namespace

void raise_digit_maxima(std::span<const DigitTerm> groups, Index out, Index in, std::span<double> maxima) {
  const auto raise = [&](Index count, std::span<double> to, auto row_of) {
    for (Index i = 0; i < count; ++i) {
      LaneInts most{};
      for (const DigitTerm& g : groups) most = larger(most, magnitude_bits(row_of(g)[i]));
      double& maximum = to[static_cast<std::size_t>(i)];
      maximum = std::max(maximum, largest_of(most));
    }
  };
  raise(out, maxima.first(static_cast<std::size_t>(out)), [](const DigitTerm& g) { return g.dy; });
  raise(in, maxima.subspan(static_cast<std::size_t>(out)), [](const DigitTerm& g) { return g.x; });
}

void outer_product_by_digits(std::span<const DigitTerm> groups, Index out, Index in, std::span<const double> maxima,
                             Index samples, const OrderFreeSums& gradients) {
  thread_local std::vector<DigitScale> scales;
  scales.clear();
  const auto split = maxima.begin() + out;
  for (auto m = maxima.begin(); m != maxima.end(); ++m)
    scales.push_back(scale_of(m < split ? *m * room_for(samples) : *m));
  gradients.note_largest(*std::max_element(maxima.begin(), split) *
                         std::max(1.0, *std::max_element(split, maxima.end())));
  constexpr std::size_t most = quad * most_chunks;
  for (std::size_t from = 0; from < groups.size(); from += most)
    sum_range(groups.subspan(from, std::min(most, groups.size() - from)), out, in, scales.data(), scales.data() + out,
              from > 0, gradients.sums());
}

}  // namespace shoal
