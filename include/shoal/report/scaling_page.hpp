#pragma once
#include <string>
#include <vector>

namespace shoal {

/// A time at one number of ranks, measured or by the model (of which measured points have the time alone).
struct ScalingMark {
  double ranks = 1;
  double seconds = 0, least = 0, most = 0;
  double speedup = 0, efficiency = 0, communication = 0;
  double imbalance = 0, busiest = 0, bytes = 0, memory = 0, start = 0;
  bool crowded = false;  ///< more ranks than cores
};

struct ScalingPhase {
  std::string name;
  std::vector<double> seconds;  ///< of each measured point
  double fixed = 0, shared = 0;
};

/// One job over numbers of ranks.
struct ScalingCurve {
  std::string id, title;
  bool weak = false;
  std::string model_errors;
  std::vector<ScalingMark> points, model;
  std::vector<ScalingPhase> phases;
};

/// A scaling study as one HTML page that needs nothing else: log-log plots with the ideal line, tables, the model's
/// prediction. `assumptions`: what it rests on, a sentence each.
std::string scaling_page(const std::string& title, const std::vector<ScalingCurve>& curves,
                         const std::vector<std::string>& assumptions);

}  // namespace shoal
