#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace shoal {

/// Seconds since its construction, by a clock that never goes back.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_ = Clock::now();
};

/// Seconds spent in named phases, in the order in which the phases were first entered.
class Timings {
 public:
  void add(const std::string& phase, double seconds) {
    for (auto& [name, total] : phases_)
      if (name == phase) {
        total += seconds;
        return;
      }
    phases_.emplace_back(phase, seconds);
  }

  /// Runs `body` and books its time under `phase`; returns what it returns.
  template <class Body>
  decltype(auto) measure(const std::string& phase, Body&& body) {
    struct Booking {
      Timings& timings;
      const std::string& phase;
      Stopwatch watch;
      ~Booking() { timings.add(phase, watch.seconds()); }
    } booking{*this, phase, {}};
    return std::forward<Body>(body)();
  }

  const std::vector<std::pair<std::string, double>>& phases() const { return phases_; }

 private:
  std::vector<std::pair<std::string, double>> phases_;
};

}  // namespace shoal
