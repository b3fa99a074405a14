#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Coefficients c >= 0 that minimise sum_i ((x c)_i / y_i - 1)^2: least squares of the relative errors, so that a short
/// time counts as much as a long one. x: (points, coefficients), few of either; y > 0. Tries all subsets of the
/// columns, which is exact. All 0 without points.
std::vector<double> fit_nonnegative(const MatrixD& x, const std::vector<double>& y);

/// Seconds of one sum over `ranks` of a message of `bytes`.
struct NetworkPoint {
  double ranks = 1, bytes = 0, seconds = 0;
};

/// What sums over ranks take: the Hockney model for a tree of messages and a reduce-scatter with an allgather,
///   t(m, P) = latency log2(P) + seconds_per_byte m 2 (P - 1) / P
/// (Thakur, Rabenseifner, Gropp 2005, doi:10.1177/1094342005051521, without the arithmetic).
struct NetworkModel {
  double latency = 0;
  double seconds_per_byte = 0;

  /// Of `calls` sums of together `bytes`.
  double seconds(double calls, double bytes, double ranks) const;
};

NetworkModel fit_network(const std::vector<NetworkPoint>& points);

/// What a run has to do, as far as it decides about time.
struct WorkLoad {
  double ranks = 1;
  double cores = 1;  ///< that the ranks may use together; fewer than ranks: some share one
  double work = 1;   ///< relative to other runs: the rows
  double units = 1;  ///< the pieces that are dealt out to ranks, never cut: blocks of rows, lane groups of a batch

  /// The work of the busiest core: of the rank with the most units, or, where ranks share cores, of all cores alike.
  double shared() const;
  /// How often a core does what each rank does for itself.
  double repeated() const;
};

/// A phase of a run that was measured.
struct PhaseSample {
  std::string phase;
  WorkLoad load;
  double seconds = 0;           ///< of the slowest rank
  double calls = 0, bytes = 0;  ///< of sums over ranks and the like, of a rank
};

/// Seconds of one phase: fixed repeated() + shared shared() + sums over ranks. Calls and bytes are straight lines in
/// the number of ranks where they were seen to be, else constant.
struct PhaseModel {
  std::string phase;
  double fixed_seconds = 0;
  double shared_seconds = 0;
  double most_ranks = 0;  ///< of reading and writing: from there on no faster, whatever the ranks; 0: of any number
  double calls = 0, calls_per_rank = 0;
  double bytes = 0, bytes_per_rank = 0;

  double compute_seconds(const WorkLoad& load) const;
  double communication_seconds(const NetworkModel& network, double ranks) const;
};

/// A job's time by the number of ranks: the sum of its phases.
struct ScalingModel {
  NetworkModel network;
  std::vector<PhaseModel> phases;

  double seconds(const std::vector<WorkLoad>& loads) const;  ///< loads: of each phase
  double communication_seconds(double ranks) const;
};

/// Fits each phase on its own, by the samples of its name; phases in the order of their first sample. Phases called
/// `read` and `write` get no faster beyond the most ranks measured: a file system has only so much to give.
ScalingModel fit_scaling(const std::vector<PhaseSample>& samples, const NetworkModel& network);

}  // namespace shoal
