#include "shoal/math/attraction.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "shoal/core/lane_log.hpp"

namespace shoal {
namespace {

/// Differences of a point from 16 others, and 1 + their squared distances.
struct Differences {
  Lanes x, y, squared_plus_one;
};

/// The points one after the other, x and y of each in eight bytes: one load takes both.
std::vector<double> both_coordinates(const Points& points) {
  std::vector<double> both(points.x.size());
  for (std::size_t i = 0; i < both.size(); ++i) both[i] = std::bit_cast<double>(std::array{points.x[i], points.y[i]});
  return both;
}

inline Differences differences(const double* both, float x, float y, const std::int32_t* columns) {
  using Eight = double __attribute__((vector_size(64)));
  const auto eight = [&](const std::int32_t* c) {
    return std::bit_cast<Lanes>(
        Eight{both[c[0]], both[c[1]], both[c[2]], both[c[3]], both[c[4]], both[c[5]], both[c[6]], both[c[7]]});
  };
  const Lanes first = eight(columns), second = eight(columns + 8);
  Differences d;
  d.x = x - __builtin_shufflevector(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  d.y = y - __builtin_shufflevector(first, second, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
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
  const std::vector<double> both = both_coordinates(points);
  for (Index i = 0; i < affinities.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i), point = static_cast<std::size_t>(affinities.first_row + i);
    Lanes fx{}, fy{};
    for (Index e = affinities.begins[row]; e < affinities.begins[row + 1]; e += lane_count) {
      const Differences d = differences(both.data(), points.x[point], points.y[point], affinities.columns.data() + e);
      const Lanes weight = load(affinities.values.data() + e) / d.squared_plus_one;
      fx += weight * d.x;
      fy += weight * d.y;
    }
    x[row] = sum_of_lanes(fx);
    y[row] = sum_of_lanes(fy);
  }
}

void affinity_log_distances(const SparseRows& affinities, const Points& points, std::span<double> terms) {
  const std::vector<double> both = both_coordinates(points);
  for (Index i = 0; i < affinities.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i), point = static_cast<std::size_t>(affinities.first_row + i);
    Lanes sum{};
    for (Index e = affinities.begins[row]; e < affinities.begins[row + 1]; e += lane_count) {
      const Differences d = differences(both.data(), points.x[point], points.y[point], affinities.columns.data() + e);
      sum += load(affinities.values.data() + e) * log_of_lanes(d.squared_plus_one);
    }
    terms[row] = static_cast<double>(sum_of_lanes(sum));
  }
}

}  // namespace shoal
