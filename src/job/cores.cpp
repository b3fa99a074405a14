#include "shoal/job/cores.hpp"

#include <sched.h>

#include <fstream>
#include <set>
#include <string>

namespace shoal {

std::vector<Index> allowed_cores() {
  std::vector<Index> cores;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core)
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  return cores;
}

Index cores_of_machine(const Communicator& comm, const Machines& machines) {
  const auto mine = allowed_cores();
  const auto all = comm.concatenate(std::span<const std::int64_t>(mine));
  const auto counts = comm.gather(static_cast<std::int64_t>(mine.size()));
  std::set<Index> here;
  auto at = all.begin();
  for (int rank = 0; rank < comm.size(); ++rank) {
    const auto end = at + counts[static_cast<std::size_t>(rank)];
    if (machines.same(rank, comm.rank())) here.insert(at, end);
    at = end;
  }
  return std::ssize(here);
}

Index cores_of_ranks(const Communicator& comm) {
  const Machines machines = find_machines(comm);
  const bool lowest = machines.of_rank[static_cast<std::size_t>(comm.rank())] == comm.rank();
  const Index here = cores_of_machine(comm, machines);
  return comm.sum(lowest ? std::int64_t{here} : 0);
}

double available_memory_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("MemAvailable:")) return std::stod(line.substr(line.find(':') + 1)) * 1024;
  return 0;
}

}  // namespace shoal
