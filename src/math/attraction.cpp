#include "shoal/math/attraction.hpp"

#include <cstring>

#include "shoal/core/lane_log.hpp"

namespace shoal {
namespace {

/// Differences of a point from 16 others, and 1 + their squared distances.
struct Differences {
  Lanes x, y, squared_plus_one;
};

inline Lanes gathered(const float* values, const std::int32_t* places) {
  alignas(64) float taken[lane_count];
  for (Index l = 0; l < lane_count; ++l) taken[l] = values[places[l]];
  Lanes lanes;
  std::memcpy(&lanes, taken, sizeof lanes);
  return lanes;
}

inline Differences differences(const Points& points, float x, float y, const std::int32_t* columns) {
  Differences d;
  d.x = x - gathered(points.x.data(), columns);
  d.y = y - gathered(points.y.data(), columns);
  d.squared_plus_one = d.x * d.x + (d.y * d.y + 1.0f);
  return d;
}

inline Lanes load(const float* values) {
  Lanes lanes;
  std::memcpy(&lanes, values, sizeof lanes);
  return lanes;
}

}  // namespace

void attraction(const SparseRows& affinities, const Points& points, std::span<float> x, std::span<float> y) {
  for (Index i = 0; i < affinities.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i), point = static_cast<std::size_t>(affinities.first_row + i);
    Lanes fx{}, fy{};
    for (Index e = affinities.begins[row]; e < affinities.begins[row + 1]; e += lane_count) {
      const Differences d = differences(points, points.x[point], points.y[point], affinities.columns.data() + e);
      const Lanes weight = load(affinities.values.data() + e) / d.squared_plus_one;
      fx += weight * d.x;
      fy += weight * d.y;
    }
    x[row] = sum_of_lanes(fx);
    y[row] = sum_of_lanes(fy);
  }
}

void affinity_log_distances(const SparseRows& affinities, const Points& points, std::span<double> terms) {
  for (Index i = 0; i < affinities.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i), point = static_cast<std::size_t>(affinities.first_row + i);
    Lanes sum{};
    for (Index e = affinities.begins[row]; e < affinities.begins[row + 1]; e += lane_count) {
      const Differences d = differences(points, points.x[point], points.y[point], affinities.columns.data() + e);
      sum += load(affinities.values.data() + e) * log_of_lanes(d.squared_plus_one);
    }
    terms[row] = static_cast<double>(sum_of_lanes(sum));
  }
}

}  // namespace shoal
