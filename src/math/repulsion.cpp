#include "shoal/math/repulsion.hpp"

#include <algorithm>
#include <cstring>

#include "pair_kernel.hpp"

namespace shoal {
namespace {

constexpr int groups = 2;     // of 16 targets, side by side
constexpr Index piece = 512;  // points whose terms are summed in float

/// What points [begin, end) do to two groups of targets.
void add_piece(const Points& points, Index begin, Index end, const Lanes (&x)[groups], const Lanes (&y)[groups],
               PairSums (&sums)[groups]) {
  PairSums a, b;
  const float *px = points.x.data(), *py = points.y.data();
  Index j = begin;
  for (; j + pairs_at_once <= end; j += pairs_at_once) {
    add_four(px + j, py + j, x[0], y[0], a);
    add_four(px + j, py + j, x[1], y[1], b);
  }
  for (; j < end; ++j) {
    add(look_at_one(px[j], py[j], x[0], y[0]), a);
    add(look_at_one(px[j], py[j], x[1], y[1]), b);
  }
  sums[0] = a;
  sums[1] = b;
}

}  // namespace

Repulsion exact_repulsion(const Points& points, std::span<const float> x, std::span<const float> y) {
  const auto count = static_cast<Index>(x.size()), n = points.size();
  Repulsion result(count);
  constexpr Index width = groups * lane_count;
  for (Index first = 0; first < count; first += width) {
    const Index here = std::min(width, count - first);
    Lanes tx[groups]{}, ty[groups]{};
    std::memcpy(tx, x.data() + first, static_cast<std::size_t>(here) * sizeof(float));
    std::memcpy(ty, y.data() + first, static_cast<std::size_t>(here) * sizeof(float));
    double z[width]{}, fx[width]{}, fy[width]{};
    for (Index begin = 0; begin < n; begin += piece) {
      PairSums sums[groups];
      add_piece(points, begin, std::min(n, begin + piece), tx, ty, sums);
      for (int g = 0; g < groups; ++g)
        for (Index i = 0; i < lane_count; ++i) {
          z[g * lane_count + i] += static_cast<double>(sums[g].z[i]);
          fx[g * lane_count + i] += static_cast<double>(sums[g].x[i]);
          fy[g * lane_count + i] += static_cast<double>(sums[g].y[i]);
        }
    }
    for (Index i = 0; i < here; ++i) {
      const auto target = static_cast<std::size_t>(first + i);
      result.kernel_sums[target] = z[i];
      result.x[target] = static_cast<float>(fx[i]);
      result.y[target] = static_cast<float>(fy[i]);
    }
  }
  return result;
}

}  // namespace shoal
