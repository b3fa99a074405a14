#pragma once
#include <chrono>
#include <cstdint>
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

/// What one rank has spent on exchanges with others. Of a rank alone, nothing.
struct Traffic {
  double seconds = 0;  ///< inside the calls: on the way, and waiting for ranks that come later
  double bytes = 0;    ///< numbers that this rank handed in or got; what crosses the wire is the MPI library's affair
  std::int64_t calls = 0;

  Traffic& operator+=(const Traffic& other) {
    seconds += other.seconds;
    bytes += other.bytes;
    calls += other.calls;
    return *this;
  }
  Traffic since(const Traffic& earlier) const {
    return {seconds - earlier.seconds, bytes - earlier.bytes, calls - earlier.calls};
  }
};

/// Seconds spent in named phases, in the order in which the phases first ended, and the traffic in them. A phase
/// within another one counts for itself alone: seconds of all phases together are seconds that passed.
class Timings {
 public:
  struct Phase {
    std::string name;
    double seconds = 0;
    Traffic traffic;
  };

  Timings() = default;
  /// Reads `traffic` before and after each phase; it must live longer.
  explicit Timings(const Traffic& traffic) : traffic_(&traffic) {}

  void add(const std::string& name, double seconds, const Traffic& traffic = {}) {
    for (auto& phase : phases_)
      if (phase.name == name) {
        phase.seconds += seconds;
        phase.traffic += traffic;
        return;
      }
    phases_.push_back({name, seconds, traffic});
  }

  /// The traffic so far, in phases and between them.
  Traffic traffic() const { return traffic_ ? *traffic_ : Traffic{}; }

  /// Runs `body` and books its time under `phase`; returns what it returns.
  template <class Body>
  decltype(auto) measure(const std::string& phase, Body&& body) {
    struct Booking {
      Timings& timings;
      const std::string& phase;
      Traffic before;
      Phase outer_within;
      Stopwatch watch;
      ~Booking() {
        const double seconds = watch.seconds();
        const Traffic traffic = timings.traffic().since(before);
        timings.add(phase, seconds - timings.within_.seconds, traffic.since(timings.within_.traffic));
        timings.within_ = outer_within;
        timings.within_.seconds += seconds;
        timings.within_.traffic += traffic;
      }
    } booking{*this, phase, traffic(), std::exchange(within_, Phase{}), {}};
    return std::forward<Body>(body)();
  }

  const std::vector<Phase>& phases() const { return phases_; }

 private:
  const Traffic* traffic_ = nullptr;
  Phase within_;  ///< what phases within the one that is being measured have taken
  std::vector<Phase> phases_;
};

}  // namespace shoal
