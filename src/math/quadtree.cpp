#include "shoal/math/quadtree.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace shoal {
namespace {

constexpr std::int32_t leaf_size = 4;
constexpr int deepest = 30;

}  // namespace

/// What a point has met so far.
struct Quadtree::Sums {
  double z = 0, x = 0, y = 0;

  void add_point(double dx, double dy) {
    const double q = 1 / (1 + dx * dx + dy * dy);
    z += q;
    x += q * q * dx;
    y += q * q * dy;
  }
};

/// The kernel's sum over a cell's points to second order about their mean, d = (dx, dy) away, and half its negative
/// slope: with the moments M and q = 1 / (1 + |d|^2),
///   z = count q - q^2 tr M + 4 q^3 d M d,   f = q^2 (count - 2 q tr M + 12 q^2 d M d) d - 4 q^3 M d.
void Quadtree::add_cell(const Cell& cell, double dx, double dy, double squared, Sums& sums) {
  const double count = cell.end - cell.begin, q = 1 / (1 + squared);
  const double mx = cell.xx * dx + cell.xy * dy, my = cell.xy * dx + cell.yy * dy;
  const double trace = q * (cell.xx + cell.yy), along = q * q * (mx * dx + my * dy);
  const double radial = q * q * (count - 2 * trace + 12 * along), skew = 4 * q * q * q;
  sums.z += q * (count - trace + 4 * along);
  sums.x += radial * dx - skew * mx;
  sums.y += radial * dy - skew * my;
}

Quadtree::Quadtree(const Points& points) : order_(static_cast<std::size_t>(points.size())) {
  std::iota(order_.begin(), order_.end(), 0);
  x_.assign(points.x.begin(), points.x.end());
  y_.assign(points.y.begin(), points.y.end());
  if (order_.empty()) return;
  const auto [left, right] = std::minmax_element(x_.begin(), x_.end());
  const auto [bottom, top] = std::minmax_element(y_.begin(), y_.end());
  const double x = *left, y = *bottom, width = std::max(*right - *left, *top - *bottom);
  cells_.push_back({});
  cells_[0].end = static_cast<std::int32_t>(points.size());
  split(0, x, y, width, 0);
  // From here on in the tree's order, so that a leaf's points lie together.
  for (std::size_t i = 0; i < order_.size(); ++i) {
    x_[i] = static_cast<double>(points.x[static_cast<std::size_t>(order_[i])]);
    y_[i] = static_cast<double>(points.y[static_cast<std::size_t>(order_[i])]);
  }
}

void Quadtree::split(std::size_t number, double left, double bottom, double width, int depth) {
  Cell cell = cells_[number];
  cell.squared_width = width * width;
  const auto begin = order_.begin() + cell.begin, end = order_.begin() + cell.end;
  for (auto at = begin; at != end; ++at) {
    cell.x += x_[static_cast<std::size_t>(*at)];
    cell.y += y_[static_cast<std::size_t>(*at)];
  }
  const auto size = cell.end - cell.begin;
  cell.x /= size;
  cell.y /= size;
  for (auto at = begin; at != end; ++at) {
    const double dx = x_[static_cast<std::size_t>(*at)] - cell.x, dy = y_[static_cast<std::size_t>(*at)] - cell.y;
    cell.xx += dx * dx;
    cell.xy += dx * dy;
    cell.yy += dy * dy;
  }
  const double middle_x = left + width / 2, middle_y = bottom + width / 2;
  if (size > leaf_size && depth < deepest) {
    const auto is_left = [&](std::int32_t i) { return x_[static_cast<std::size_t>(i)] < middle_x; };
    const auto is_low = [&](std::int32_t i) { return y_[static_cast<std::size_t>(i)] < middle_y; };
    const auto high = std::stable_partition(begin, end, is_low);
    const std::array borders{begin, std::stable_partition(begin, high, is_left), high,
                             std::stable_partition(high, end, is_left), end};
    cell.first_child = static_cast<std::int32_t>(cells_.size());
    std::array<int, 4> quarters{};
    for (int q = 0; q < 4; ++q)
      if (borders[static_cast<std::size_t>(q)] != borders[static_cast<std::size_t>(q + 1)]) {
        Cell child;
        child.begin = static_cast<std::int32_t>(borders[static_cast<std::size_t>(q)] - order_.begin());
        child.end = static_cast<std::int32_t>(borders[static_cast<std::size_t>(q + 1)] - order_.begin());
        quarters[static_cast<std::size_t>(cell.children++)] = q;
        cells_.push_back(child);
      }
    for (int c = 0; c < cell.children; ++c) {
      const int q = quarters[static_cast<std::size_t>(c)];
      split(static_cast<std::size_t>(cell.first_child + c), q % 2 ? middle_x : left, q / 2 ? middle_y : bottom,
            width / 2, depth + 1);
    }
  }
  cells_[number] = cell;
}

Repulsion Quadtree::repulsion(Index first, Index count, double theta) const {
  Repulsion result(count);
  const double squared_theta = theta * theta;
  std::vector<std::int32_t> waiting;
  // The tree's places of the wanted points.
  for (std::size_t place = 0; place < order_.size(); ++place) {
    const Index target = order_[place] - first;
    if (target < 0 || target >= count) continue;
    const double x = x_[place], y = y_[place];
    Sums sums;
    waiting.assign(1, 0);
    while (!waiting.empty()) {
      const Cell& cell = cells_[static_cast<std::size_t>(waiting.back())];
      waiting.pop_back();
      const double dx = x - cell.x, dy = y - cell.y, squared = dx * dx + dy * dy;
      if (cell.squared_width < squared_theta * squared) {
        add_cell(cell, dx, dy, squared, sums);
      } else if (cell.children > 0) {
        for (int c = 0; c < cell.children; ++c) waiting.push_back(cell.first_child + c);
      } else {
        for (auto j = static_cast<std::size_t>(cell.begin); j < static_cast<std::size_t>(cell.end); ++j)
          if (j != place) sums.add_point(x - x_[j], y - y_[j]);
      }
    }
    const auto i = static_cast<std::size_t>(target);
    result.kernel_sums[i] = sums.z;
    result.x[i] = static_cast<float>(sums.x);
    result.y[i] = static_cast<float>(sums.y);
  }
  return result;
}

}  // namespace shoal
