#include "sum_cost.hpp"

#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "shoal/core/lanes.hpp"
#include "shoal/core/random.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/parallel/adaptive_sum.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal::benchmark {
namespace {

constexpr int gradient_bound_exponent = 26;  // as of training on data in [0, 1]

double seconds_each(const Communicator& comm, Index repeats, const std::function<void()>& sum) {
  comm.barrier();
  const Stopwatch watch;
  for (Index i = 0; i < repeats; ++i) sum();
  return comm.max(watch.seconds()) / static_cast<double>(repeats);
}

void add_floats(const float* terms, Index count, float* sums) {
  for (Index i = 0; i < count; ++i) sums[i] += terms[i];
}

Index repeats_for(double seconds, double one) {
  return std::max<Index>(1, std::llround(seconds / one));
}

}  // namespace

SumCost measure_sums(const Communicator& comm, Index parameters, Index batch_size, double seconds, Index windows) {
  const Index all_groups = (batch_size + lane_count - 1) / lane_count;
  const Index groups = Shard::of(all_groups, comm.rank(), comm.size()).size();
  AlignedVector<float> part(static_cast<std::size_t>(parameters)), sum(part.size());
  Random random(0, Stream::test);
  for (float& value : part) value = static_cast<float>(1e-3 * random.normal());

  AdaptiveSum exact({0, parameters}, all_groups, gradient_bound_exponent);
  const double inverse = 1 / static_cast<double>(batch_size);
  // In pieces of the size of a layer's tile, all groups after one another where the layer is wide, as the trainer does.
  const Index piece = std::min<Index>(parameters, 16384);
  const auto sum_exactly = [&] {
    exact.clear();
    const OrderFreeSums sums = exact.section(0);
    for (Index at = 0; at < parameters; at += piece)
      for (Index g = 0; g < groups; ++g) sums.part(at, std::min(piece, parameters - at)).add(part.data() + at);
    exact.reduce(comm);
    exact.take(inverse, sum);
  };
  const auto sum_plainly = [&] {
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (Index at = 0; at < parameters; at += piece)
      for (Index g = 0; g < groups; ++g)
        add_floats(part.data() + at, std::min(piece, parameters - at), sum.data() + at);
    MPI_Allreduce(MPI_IN_PLACE, sum.data(), static_cast<int>(parameters), MPI_FLOAT, MPI_SUM, comm.handle());
    for (float& value : sum) value *= static_cast<float>(inverse);
  };

  const double window = seconds / static_cast<double>(2 * windows);
  seconds_each(comm, 1, sum_exactly);
  seconds_each(comm, 1, sum_plainly);
  const Index exact_repeats = repeats_for(window, seconds_each(comm, 3, sum_exactly));
  const Index plain_repeats = repeats_for(window, seconds_each(comm, 3, sum_plainly));
  SumCost cost;
  for (Index w = 0; w < windows; ++w) {
    cost.exact_seconds.push_back(seconds_each(comm, exact_repeats, sum_exactly));
    cost.plain_seconds.push_back(seconds_each(comm, plain_repeats, sum_plainly));
  }
  return cost;
}

}  // namespace shoal::benchmark
