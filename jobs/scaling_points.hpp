#pragma once
// What a study measured, by number of ranks, and what a model makes of it.
#include "scaling_runs.hpp"
#include "shoal/math/scaling_model.hpp"

namespace shoal {

/// A case on one number of ranks. Single runs differ; what one number cannot tell is of the run of the median time.
struct ScalingPoint {
  Index ranks = 1, cores = 1, rows = 0;
  std::vector<double> seconds;  ///< of each repeat: from MPI and options being ready to the result being on the disk
  double median = 0, least = 0, most = 0;
  double start_seconds = 0;  ///< median: the launcher, MPI's start and end, beyond those
  double speedup = 1;        ///< against the fewest ranks, which count as their number; weak: as if rows were the same
  double efficiency = 1;     ///< speedup / ranks
  double communication = 0;  ///< share of time, mean over ranks
  double imbalance = 1;      ///< time outside communication: most / mean over ranks
  Index busiest = 0;         ///< the rank with the most
  double bytes = 0;          ///< that a rank handed to or got from collective calls: of the rank with the most
  double memory = 0;         ///< bytes, peak, of the rank with the most
  std::vector<PhaseSample> phases;  ///< medians, in the jobs' order; "other" is what no phase has
};

std::vector<ScalingPoint> points_of(const ScalingStudy& study, const ScalingCase& one,
                                    const std::vector<ScalingRecord>& records);

struct Forecast {
  double ranks = 0, seconds = 0, speedup = 0, efficiency = 0, communication = 0;
};

struct ScalingForecast {
  ScalingModel model;
  std::vector<double> fitted;             ///< seconds, of the measured points
  double worst_error = 0, rms_error = 0;  ///< relative, of the measured points
  double held_out_error =
      0;  ///< of the most ranks, by a model of the others; NaN with fewer than three numbers of ranks
  std::vector<Forecast> forecasts;
};

/// Latency and bandwidth from the records of the network: of those with a core for each rank, if there are any.
NetworkModel network_of(const std::vector<ScalingRecord>& records);

/// The largest relative error of the network's model at the points that it was fitted to.
double network_error(const NetworkModel& network, const std::vector<ScalingRecord>& records);

ScalingForecast forecast_of(const ScalingCase& one, const std::vector<ScalingPoint>& points,
                            const NetworkModel& network);

}  // namespace shoal
