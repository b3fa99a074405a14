#include "sum_cost.hpp"

#include <mpi.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "shoal/core/lanes.hpp"
#include "shoal/core/random.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/parallel/exact_sum.hpp"
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

  ExactSum exact(parameters, gradient_bound_exponent);
  const double inverse = 1 / static_cast<double>(batch_size);
  const auto sum_exactly = [&] {
    exact.clear();
    for (Index g = 0; g < groups; ++g) exact.add(std::span<const float>(part));
    exact.reduce(comm);
    for (Index i = 0; i < parameters; ++i) sum[static_cast<std::size_t>(i)] = static_cast<float>(exact[i] * inverse);
  };
  const auto sum_plainly = [&] {
    std::fill(sum.begin(), sum.end(), 0.0f);
    for (Index g = 0; g < groups; ++g)
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
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
