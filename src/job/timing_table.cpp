#include "shoal/job/timing_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"

namespace shoal {
namespace {

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

}  // namespace

std::vector<PhaseTiming> timing_over_ranks(const Communicator& comm, const Timings& timings) {
  std::vector<std::string> names;
  for (const auto& [phase, seconds] : timings.phases()) names.push_back(phase);
  const std::string mine = join(names), of_root = comm.broadcast(mine);
  if (comm.any(mine != of_root))
    throw Error(ExitCode::failure, "the ranks measured different phases; the root: " + of_root).set_on_all_ranks();

  std::vector<PhaseTiming> summary;
  for (const auto& [phase, seconds] : timings.phases()) {
    const std::vector<double> all = comm.gather(seconds);
    const auto slowest = std::max_element(all.begin(), all.end());
    summary.push_back({phase, *std::min_element(all.begin(), all.end()),
                       std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size()), *slowest,
                       static_cast<int>(slowest - all.begin())});
  }
  return summary;
}

std::string timing_table(const std::vector<PhaseTiming>& phases) {
  double total = 0;
  for (const auto& phase : phases) total += phase.mean_seconds;
  Table table({"phase", "min s", "mean s", "max s", "slowest rank", "share"});
  for (const auto& phase : phases)
    table.add_row({phase.phase, fixed(phase.min_seconds, 2), fixed(phase.mean_seconds, 2), fixed(phase.max_seconds, 2),
                   std::to_string(phase.slowest_rank),
                   fixed(total > 0 ? 100 * phase.mean_seconds / total : 0, 1) + "%"});
  return table.text();
}

std::string timing_table(const Communicator& comm, const Timings& timings) {
  return timing_table(timing_over_ranks(comm, timings));
}

}  // namespace shoal
