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

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

std::vector<PhaseTiming> timing_over_ranks(const Communicator& comm, const Timings& timings) {
  std::vector<std::string> names;
  for (const auto& phase : timings.phases()) names.push_back(phase.name);
  const std::string mine = join(names), of_root = comm.broadcast(mine);
  if (comm.any(mine != of_root))
    throw Error(ExitCode::failure, "the ranks measured different phases; the root: " + of_root).set_on_all_ranks();

  // A copy, since what this gathers is traffic as well: it tells of what was before it.
  const std::vector<Timings::Phase> phases(timings.phases().begin(), timings.phases().end());
  std::vector<PhaseTiming> summary;
  for (const auto& phase : phases) {
    PhaseTiming timing;
    timing.phase = phase.name;
    timing.seconds_of_rank = comm.gather(phase.seconds);
    timing.communication_seconds_of_rank = comm.gather(phase.traffic.seconds);
    timing.communicated_bytes_of_rank = comm.gather(phase.traffic.bytes);
    timing.collective_calls = comm.max(phase.traffic.calls);
    const auto& all = timing.seconds_of_rank;
    const auto slowest = std::max_element(all.begin(), all.end());
    timing.min_seconds = *std::min_element(all.begin(), all.end());
    timing.mean_seconds = mean_of(all);
    timing.max_seconds = *slowest;
    timing.slowest_rank = static_cast<int>(slowest - all.begin());
    summary.push_back(std::move(timing));
  }
  return summary;
}

std::string timing_table(const std::vector<PhaseTiming>& phases) {
  double total = 0;
  for (const auto& phase : phases) total += phase.mean_seconds;
  const bool alone = phases.empty() || phases.front().communication_seconds_of_rank.size() < 2;
  std::vector<std::string> head{"phase", "min s", "mean s", "max s", "slowest rank", "share"};
  if (!alone) head.emplace_back("in communication");
  Table table(head);
  for (const auto& phase : phases) {
    std::vector<std::string> row{phase.phase,
                                 fixed(phase.min_seconds, 2),
                                 fixed(phase.mean_seconds, 2),
                                 fixed(phase.max_seconds, 2),
                                 std::to_string(phase.slowest_rank),
                                 fixed(total > 0 ? 100 * phase.mean_seconds / total : 0, 1) + "%"};
    if (!alone) {
      const double waited = mean_of(phase.communication_seconds_of_rank);
      row.push_back(fixed(phase.mean_seconds > 0 ? 100 * waited / phase.mean_seconds : 0, 1) + "%");
    }
    table.add_row(row);
  }
  return table.text();
}

std::string timing_table(const Communicator& comm, const Timings& timings) {
  return timing_table(timing_over_ranks(comm, timings));
}

}  // namespace shoal
