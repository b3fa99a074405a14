// Sums over ranks by Shoal's own Communicator on a machine that SimGrid simulates, against the network model that
// `shoal scaling` predicts with. Built and run by simulated_network.sh.
//   (under smpirun -np P)  simulated_network sums          prints "P bytes seconds" for messages of several lengths
//   (under smpirun -np 1)  simulated_network fit FILE 16   fits the model to the lines of at most 16 ranks, and says how
//                                                          far off it is for each line
#include <mpi.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>

#include "shoal/math/scaling_model.hpp"
#include "shoal/parallel/communicator.hpp"

namespace {

using namespace shoal;

void sums(const Communicator& comm) {
  constexpr int repetitions = 3;
  for (const std::size_t length : {1, 128, 1024, 8192, 16384, 32768, 65536, 131072}) {
    std::vector<double> values(length, 1.0);
    comm.sum_order_free(values);
    comm.barrier();
    const double begin = MPI_Wtime();  // the simulated clock
    for (int i = 0; i < repetitions; ++i) comm.sum_order_free(values);
    const double seconds = comm.max(MPI_Wtime() - begin) / repetitions;
    if (comm.is_root()) std::printf("%d %zu %.9g\n", comm.size(), 8 * length, seconds);
  }
}

void fit(const char* path, double most_ranks) {
  std::vector<NetworkPoint> all, known;
  std::ifstream file(path);
  for (NetworkPoint point; file >> point.ranks >> point.bytes >> point.seconds;) {
    all.push_back(point);
    if (point.ranks <= most_ranks) known.push_back(point);
  }
  const NetworkModel model = fit_network(known);
  std::printf("fitted to at most %g ranks: latency %.3g us, %.3g GB/s\n", most_ranks, 1e6 * model.latency,
              1e-9 / model.seconds_per_byte);
  std::printf("%8s %10s %14s %14s %8s\n", "ranks", "bytes", "simulated us", "model us", "error");
  for (const auto& point : all) {
    const double seconds = model.seconds(1, point.bytes, point.ranks);
    std::printf("%8g %10g %14.1f %14.1f %7.0f%%\n", point.ranks, point.bytes, 1e6 * point.seconds, 1e6 * seconds,
                100 * (seconds / point.seconds - 1));
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  {
    const Communicator comm(MPI_COMM_WORLD, Checks::off);
    if (argc == 4)
      fit(argv[2], std::stod(argv[3]));
    else
      sums(comm);
  }
  MPI_Finalize();
}
