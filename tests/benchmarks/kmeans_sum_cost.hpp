#pragma once
#include <vector>

#include "shoal/methods/kmeans_rows.hpp"

namespace shoal::benchmark {

/// Seconds of assigning every row anew and adding it to its cluster's sum: the first iteration of a fit, in which all
/// rows move, so the dearest for the sums.
struct KMeansSumCost {
  std::vector<double> exact_seconds;  ///< with the sums of the library, and one sum of whole numbers over ranks
  std::vector<double> plain_seconds;  ///< with sums in double, and one MPI_Allreduce of doubles
};

/// Measures both in turns. `centers` (k, d). Collective.
KMeansSumCost measure_kmeans_sums(const Communicator& comm, const KMeansRows& rows, const MatrixD& centers,
                                  Index turns);

}  // namespace shoal::benchmark
