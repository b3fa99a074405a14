#include "meter.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "shoal/job/fma_peak.hpp"

namespace shoal::benchmark {
namespace {

constexpr double peak_seconds = 0.005;

}  // namespace

Spread Spread::of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return {(values[(n - 1) / 2] + values[n / 2]) / 2, values.front(), values.back()};
}

Meter::Meter(Communicator comm, double seconds, Index windows)
    : comm_(std::move(comm)), window_seconds_(seconds / static_cast<double>(windows)), wanted_windows_(windows) {}

bool Meter::step_done() {
  ++steps_;
  if (steps_per_window_ == 0) {
    finish_warm_up();
    return true;
  }
  if (steps_ < steps_per_window_) return true;
  const double seconds = comm_.max(watch_.seconds());
  const double peak = common_peak();
  windows_.push_back({seconds / static_cast<double>(steps_), (peak_before_ + peak) / 2});
  peak_before_ = peak;
  start_window();
  return static_cast<Index>(windows_.size()) < wanted_windows_;
}

// The first step touches new memory and does not count; the rest of the warm-up tells how long a step takes.
void Meter::finish_warm_up() {
  if (steps_ == 1) {
    watch_ = {};
    return;
  }
  const double seconds = comm_.max(watch_.seconds());
  if (seconds < window_seconds_) return;
  const double step_seconds = seconds / static_cast<double>(steps_ - 1);
  steps_per_window_ = std::max<Index>(1, std::llround(window_seconds_ / step_seconds));
  peak_before_ = common_peak();
  start_window();
}

void Meter::start_window() {
  steps_ = 0;
  comm_.barrier();
  watch_ = {};
}

double Meter::common_peak() const {
  const std::vector<double> peaks = comm_.gather(fma_peak_gflops(peak_seconds));
  return std::accumulate(peaks.begin(), peaks.end(), 0.0) / static_cast<double>(peaks.size());
}

}  // namespace shoal::benchmark
