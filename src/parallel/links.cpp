#include "shoal/parallel/links.hpp"

#include <algorithm>

#include "shoal/core/timer.hpp"

namespace shoal {

Machines find_machines(const Communicator& comm) {
  comm.check_same("find_machines", 0);
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(comm.handle(), MPI_COMM_TYPE_SHARED, comm.rank(), MPI_INFO_NULL, &machine);
  const Communicator here(machine);
  const auto lowest = static_cast<std::int64_t>(here.min(comm.rank()));
  Machines machines;
  machines.ranks_here = here.size();
  for (const auto rank : comm.gather(lowest)) machines.of_rank.push_back(static_cast<int>(rank));
  MPI_Comm_free(&machine);
  machines.count = 0;
  for (int rank = 0; rank < comm.size(); ++rank)
    machines.count += machines.of_rank[static_cast<std::size_t>(rank)] == rank;
  return machines;
}

double allreduce_seconds(const Communicator& comm, Index numbers, int repetitions) {
  std::vector<double> values(static_cast<std::size_t>(numbers), 0.0);
  std::vector<double> seconds;
  comm.sum_order_free(values);  // the first one makes connections
  for (int i = 0; i < repetitions; ++i) {
    comm.barrier();
    const Stopwatch watch;
    comm.sum_order_free(values);
    seconds.push_back(watch.seconds());
  }
  comm.max(seconds);
  const auto middle = seconds.begin() + std::ssize(seconds) / 2;
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

}  // namespace shoal
