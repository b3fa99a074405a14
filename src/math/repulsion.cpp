#include "shoal/math/repulsion.hpp"

#include <algorithm>
#include <cstring>

namespace shoal {
namespace {

constexpr int groups = 2;     // of 16 targets, side by side
constexpr int at_once = 4;    // points whose reciprocals share one division
constexpr Index piece = 512;  // points whose terms are summed in float

struct Sums {
  Lanes z{}, x{}, y{};
};

/// Adds what points [begin, end) do to 16 targets. Four reciprocals cost one division and nine products, a third of
/// four divisions: 1/a = b (cd) / (ab cd).
inline void add_four(const float* px, const float* py, const Lanes& x, const Lanes& y, Sums& sums) {
  Lanes dx[at_once], dy[at_once], a[at_once], q[at_once];
#pragma GCC unroll 4
  for (int p = 0; p < at_once; ++p) {
    dx[p] = x - px[p];
    dy[p] = y - py[p];
    a[p] = dx[p] * dx[p] + (dy[p] * dy[p] + 1.0f);
  }
  const Lanes ab = a[0] * a[1], cd = a[2] * a[3], r = 1.0f / (ab * cd), left = cd * r, right = ab * r;
  q[0] = a[1] * left;
  q[1] = a[0] * left;
  q[2] = a[3] * right;
  q[3] = a[2] * right;
#pragma GCC unroll 4
  for (int p = 0; p < at_once; ++p) {
    sums.z += q[p];
    const Lanes square = q[p] * q[p];
    sums.x += square * dx[p];
    sums.y += square * dy[p];
  }
}

inline void add_one(float px, float py, const Lanes& x, const Lanes& y, Sums& sums) {
  const Lanes dx = x - px, dy = y - py, q = 1.0f / (dx * dx + (dy * dy + 1.0f)), square = q * q;
  sums.z += q;
  sums.x += square * dx;
  sums.y += square * dy;
}

/// The sums over points [begin, end) for two groups of targets, each alone.
void add_piece(const Points& points, Index begin, Index end, const Lanes (&x)[groups], const Lanes (&y)[groups],
               Sums (&sums)[groups]) {
  Sums a, b;
  Index j = begin;
  for (; j + at_once <= end; j += at_once) {
    add_four(points.x.data() + j, points.y.data() + j, x[0], y[0], a);
    add_four(points.x.data() + j, points.y.data() + j, x[1], y[1], b);
  }
  for (; j < end; ++j) {
    add_one(points.x.data()[j], points.y.data()[j], x[0], y[0], a);
    add_one(points.x.data()[j], points.y.data()[j], x[1], y[1], b);
  }
  sums[0] = a;
  sums[1] = b;
}

}  // namespace

Repulsion exact_repulsion(const Points& points, std::span<const float> x, std::span<const float> y, double self) {
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
      Sums sums[groups];
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
      result.kernel_sums[target] = z[i] - self;
      result.x[target] = static_cast<float>(fx[i]);
      result.y[target] = static_cast<float>(fy[i]);
    }
  }
  return result;
}

}  // namespace shoal
