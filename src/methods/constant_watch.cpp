#include "shoal/methods/constant_watch.hpp"

#include <algorithm>
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

std::vector<Index> ConstantWatch::constant_units(const Communicator& comm) {
  constexpr double nothing = -std::numeric_limits<double>::infinity();
  std::vector<double> extremes(2 * seen_.size(), nothing);
  for (std::size_t u = 0; u < seen_.size(); ++u)
    if (seen_[u] != 0) {
      extremes[2 * u] = -double{low_[u]};
      extremes[2 * u + 1] = high_[u];
    }
  comm.max(extremes);
  std::vector<Index> constant;
  for (std::size_t u = 0; u < seen_.size(); ++u) {
    if (-extremes[2 * u] == extremes[2 * u + 1]) constant.push_back(static_cast<Index>(u));
    seen_[u] = 0;
  }
  return constant;
}

}  // namespace shoal
