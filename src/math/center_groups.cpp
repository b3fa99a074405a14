#include "shoal/math/center_groups.hpp"

#include <algorithm>
#include <numeric>

namespace shoal {
namespace {

using Group = std::vector<std::int32_t>;

std::int32_t farthest_from(const MatrixD& centers, const Group& group, std::int32_t from) {
  return *std::max_element(group.begin(), group.end(), [&](std::int32_t a, std::int32_t b) {
    return (centers.row(a) - centers.row(from)).squaredNorm() < (centers.row(b) - centers.row(from)).squaredNorm();
  });
}

void split(const MatrixD& centers, Group group, Index parts, std::vector<Group>& groups) {
  if (parts <= 1) {
    std::sort(group.begin(), group.end());
    groups.push_back(std::move(group));
    return;
  }
  const std::int32_t a = farthest_from(centers, group, group.front()), b = farthest_from(centers, group, a);
  const VectorD line = (centers.row(b) - centers.row(a)).transpose();
  std::vector<std::pair<double, std::int32_t>> places;
  for (const std::int32_t c : group) places.emplace_back(centers.row(c).dot(line), c);
  std::sort(places.begin(), places.end());
  const Index left = parts / 2;
  const auto middle = static_cast<std::size_t>(static_cast<Index>(group.size()) * left / parts);
  for (std::size_t i = 0; i < places.size(); ++i) group[i] = places[i].second;
  split(centers, Group(group.begin(), group.begin() + static_cast<Index>(middle)), left, groups);
  split(centers, Group(group.begin() + static_cast<Index>(middle), group.end()), parts - left, groups);
}

}  // namespace

std::vector<Group> neighbour_groups(const MatrixD& centers, Index groups) {
  Group all(static_cast<std::size_t>(centers.rows()));
  std::iota(all.begin(), all.end(), 0);
  std::vector<Group> result;
  split(centers, std::move(all), std::min(groups, centers.rows()), result);
  return result;
}

}  // namespace shoal
