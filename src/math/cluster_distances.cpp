#include "shoal/math/cluster_distances.hpp"

#include <cmath>

namespace shoal {
namespace {

// Four rows at a time: each load of x serves four differences, and four chains of sums hide the latency of one.
template <int rows>
void add_rows(const Lanes* group, const float* others, const std::int32_t* labels, Index d, LaneDoubles* sums) {
  Lanes squared[rows]{};
  for (Index j = 0; j < d; ++j) {
    const Lanes x = group[j];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
      const Lanes difference = x - others[r * d + j];
      squared[r] += difference * difference;
    }
  }
  for (int r = 0; r < rows; ++r) {
    float distance[lane_count];
    for (Index l = 0; l < lane_count; ++l) distance[l] = std::sqrt(squared[r][l]);
    LaneDoubles terms;
    for (Index l = 0; l < lane_count; ++l) terms[l] = double{distance[l]};
    sums[labels[r]] += terms;
  }
}

}  // namespace

void add_cluster_distances(const Lanes* group, const float* others, const std::int32_t* labels, Index count, Index d,
                           LaneDoubles* sums) {
  constexpr Index together = 4;
  Index j = 0;
  for (; j + together <= count; j += together) add_rows<together>(group, others + j * d, labels + j, d, sums);
  for (; j < count; ++j) add_rows<1>(group, others + j * d, labels + j, d, sums);
}

}  // namespace shoal
