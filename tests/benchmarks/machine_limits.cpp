#include "machine_limits.hpp"

#include <algorithm>

#include "shoal/core/lanes.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/job/fma_peak.hpp"

namespace shoal::benchmark {

MachineLimits machine_limits(const Communicator& comm) {
  const AlignedVector<Lanes> memory(std::size_t{1} << 21, Lanes{});
  double least = 1e9;
  comm.barrier();
  for (int repeat = 0; repeat < 4; ++repeat) {
    Stopwatch watch;
    Lanes sums[4]{};
    for (std::size_t i = 0; i < memory.size(); i += 4)
      for (std::size_t s = 0; s < 4; ++s) sums[s] += memory[i + s];
    // The sum is always 0, which the compiler cannot know.
    least = std::min(least, watch.seconds() + static_cast<double>(sum_of_lanes(sums[0] + sums[1] + sums[2] + sums[3])));
  }
  MachineLimits limits;
  for (const double seconds : comm.gather(least))
    limits.memory_gb_per_s += 1e-9 * static_cast<double>(memory.size() * sizeof(Lanes)) / seconds;
  comm.barrier();
  for (const double gflops : comm.gather(fma_peak_gflops(0.02))) limits.fma_gflops += gflops;
  return limits;
}

}  // namespace shoal::benchmark
