#include "shoal/methods/row_sample.hpp"

#include <algorithm>

namespace shoal {

std::vector<Index> sampled_rows(Index n, Index size, std::uint64_t seed, Stream stream) {
  size = std::min(size, n);
  std::vector<Index> sample;
  for (Index t = 0; t < size; ++t) {
    const Index begin = t * n / size, end = (t + 1) * n / size;
    sample.push_back(begin + Random(seed, stream, static_cast<std::uint64_t>(t)).below(end - begin));
  }
  return sample;
}

}  // namespace shoal
