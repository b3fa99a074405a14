#include "shoal/methods/constant_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shoal {

void ConstantWatch::look(const Lanes* values, Index per_unit, Index used) {
  for (std::size_t u = 0; u < seen_.size(); ++u, values += per_unit) {
    if (seen_[u] == 2 || used == 0) continue;
    if (seen_[u] == 0) low_[u] = high_[u] = values[0][0];
    for (Index i = 0; i < per_unit; ++i)
      for (Index l = 0; l < used; ++l) {
        low_[u] = std::min(low_[u], values[i][l]);
        high_[u] = std::max(high_[u], values[i][l]);
      }
    seen_[u] = low_[u] < high_[u] ? 2 : 1;
  }
}

// The largest -low and high of each unit, over all ranks; -infinity where nothing was seen.
std::vector<double> ConstantWatch::extremes(const Communicator& comm) const {
  std::vector<double> all(2 * seen_.size(), -std::numeric_limits<double>::infinity());
  for (std::size_t u = 0; u < seen_.size(); ++u)
    if (seen_[u] != 0) {
      all[2 * u] = -double{low_[u]};
      all[2 * u + 1] = high_[u];
    }
  comm.max(all);
  return all;
}

std::vector<Index> ConstantWatch::constant_units(const Communicator& comm) {
  const std::vector<double> all = extremes(comm);
  std::vector<Index> constant;
  for (std::size_t u = 0; u < seen_.size(); ++u) {
    if (-all[2 * u] == all[2 * u + 1]) constant.push_back(static_cast<Index>(u));
    seen_[u] = 0;
  }
  return constant;
}

std::vector<float> ConstantWatch::saved(const Communicator& comm) const {
  std::vector<float> result;
  for (const double extreme : extremes(comm))
    result.push_back(std::isfinite(extreme) ? static_cast<float>(extreme) : std::numeric_limits<float>::quiet_NaN());
  return result;
}

void ConstantWatch::restore(std::span<const float> saved) {
  for (std::size_t u = 0; u < std::min(seen_.size(), saved.size() / 2); ++u) {
    low_[u] = -saved[2 * u];
    high_[u] = saved[2 * u + 1];
    seen_[u] = std::isnan(low_[u]) ? 0 : low_[u] < high_[u] ? 2 : 1;
  }
}

}  // namespace shoal
