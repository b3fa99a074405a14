#pragma once
#include <vector>

#include "shoal/core/timer.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal::benchmark {

/// The middle, the least and the most of some values.
struct Spread {
  double median = 0, least = 0, most = 0;
  static Spread of(std::vector<double> values);
};

/// Times steps that all ranks take together, in windows of an equal number of steps. Before and after each window every
/// rank measures its core's peak, because a machine that others use changes its speed from second to second: compare a
/// window with the peaks beside it, and take medians.
class Meter {
 public:
  struct Window {
    double step_seconds;  ///< one step, of the slowest rank
    double peak_gflops;   ///< one core, mean over ranks and over the moments before and after
  };

  /// `windows` windows that take about `seconds` together, after a warm-up that finds out how many steps that means.
  Meter(Communicator comm, double seconds, Index windows);

  /// To be called after every step; false when the last window is complete. Collective.
  bool step_done();

  const std::vector<Window>& windows() const { return windows_; }
  Index steps_per_window() const { return steps_per_window_; }

 private:
  void finish_warm_up();
  void start_window();
  double common_peak() const;

  Communicator comm_;
  double window_seconds_;
  Index wanted_windows_;
  Index steps_per_window_ = 0;  // 0 while warming up
  Index steps_ = 0;             // in the present window
  double peak_before_ = 0;
  Stopwatch watch_;
  std::vector<Window> windows_;
};

}  // namespace shoal::benchmark
