#include "shoal/math/nearest_distance.hpp"

#include <algorithm>

#include "shoal/core/lanes.hpp"
#include "shoal/math/lane_rows.hpp"

namespace shoal {
namespace {

/// Squared distances of 16 rows x (d) to `tile` candidates (tile, d).
template <int tile>
void squared_distances(const Lanes* x, const float* candidates, Index d, Lanes* squared) {
  Lanes sum[tile];
#pragma GCC unroll 4
  for (int t = 0; t < tile; ++t) sum[t] = Lanes{};
  for (Index j = 0; j < d; ++j) {
    const Lanes v = x[j];
#pragma GCC unroll 4
    for (int t = 0; t < tile; ++t) {
      const Lanes difference = v - candidates[t * d + j];
      sum[t] += difference * difference;
    }
  }
#pragma GCC unroll 4
  for (int t = 0; t < tile; ++t) squared[t] = sum[t];
}

}  // namespace

void lower_to_candidates(const float* rows, Index count, const Matrix& candidates, const float* nearest, float* lowered,
                         Index stride) {
  constexpr Index widest_tile = 4;
  const Index d = candidates.cols(), m = candidates.rows();
  AlignedVector<Lanes> group(static_cast<std::size_t>(d));
  for (Index first = 0; first < count; first += lane_count) {
    const Index here = std::min(lane_count, count - first);
    load_lane_rows(rows + first * d, here, d, group.data());
    for (Index c = 0; c < m; c += widest_tile) {
      const Index tile = std::min(widest_tile, m - c);
      const float* candidate = candidates.data() + c * d;
      Lanes squared[widest_tile];
      if (tile == widest_tile)
        squared_distances<widest_tile>(group.data(), candidate, d, squared);
      else
        for (Index t = 0; t < tile; ++t) squared_distances<1>(group.data(), candidate + t * d, d, squared + t);
      for (Index t = 0; t < tile; ++t)
        for (Index i = 0; i < here; ++i)
          lowered[(c + t) * stride + first + i] = std::min(nearest[first + i], squared[t][i]);
    }
  }
}

}  // namespace shoal
