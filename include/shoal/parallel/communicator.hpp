#pragma once
#include <mpi.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/core/timer.hpp"

namespace shoal {

/// Whether each call of a Communicator first makes sure that all ranks make the same one, with the same counts: if not,
/// all throw an Error that says who calls what, in place of a wrong result or a wait without end. It costs one more
/// exchange a call; debug builds have it on.
enum class Checks { off, on };
#ifdef NDEBUG
inline constexpr Checks usual_checks = Checks::off;
#else
inline constexpr Checks usual_checks = Checks::on;
#endif

/// The ranks that work together, handed on as a value. Every member that communicates is collective: all ranks call
/// it, in the same order, with spans of the same length; all get the same result. MPI errors abort (MPI's default).
class Communicator {
 public:
  explicit Communicator(MPI_Comm handle, Checks checks = usual_checks);

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  MPI_Comm handle() const { return handle_; }

  void barrier() const;

  /// Element-wise sum over ranks, in place. Integers only: a sum of floats would depend on the number of ranks
  /// (use ExactSum for those).
  void sum(std::span<std::int64_t> values) const;
  std::int64_t sum(std::int64_t value) const;

  /// Element-wise sum over ranks, in place, of doubles that are small multiples of a common quantum, so that every
  /// partial sum is exact and any order gives the same (AdaptiveSum makes such numbers).
  void sum_order_free(std::span<double> values) const;

  /// Element-wise maximum and minimum over ranks, in place; exact, hence the same for any number of ranks.
  void max(std::span<double> values) const;
  double max(double value) const;
  std::int64_t max(std::int64_t value) const;
  double min(double value) const;

  /// True where it is true on at least one rank.
  bool any(bool value) const;

  /// The value of rank `from`, on all ranks.
  void broadcast(std::span<double> values, int from = 0) const;
  void broadcast(std::span<float> values, int from = 0) const;
  void broadcast(std::span<std::int64_t> values, int from = 0) const;
  std::string broadcast(std::string text, int from = 0) const;

  /// One value of each rank, in rank order, on all ranks.
  std::vector<double> gather(double value) const;
  std::vector<std::int64_t> gather(std::int64_t value) const;

  /// The concatenation of all ranks' values in rank order, on all ranks. Lengths may differ and be zero.
  std::vector<double> concatenate(std::span<const double> values) const;
  std::vector<float> concatenate(std::span<const float> values) const;
  std::vector<std::int64_t> concatenate(std::span<const std::int64_t> values) const;

  /// What this rank's calls have come to so far: of this communicator and all its copies. Local.
  const Traffic& traffic() const { return *traffic_; }

  /// Runs a call of MPI and adds it to the traffic: `bytes` that this rank hands in or gets, in `calls` calls. For what
  /// this room calls by the handle. Two looks at the clock, some 50 ns.
  template <class Call>
  void counted(double bytes, std::int64_t calls, Call&& call) const {
    if (size_ == 1) return std::forward<Call>(call)();
    const Stopwatch watch;
    std::forward<Call>(call)();
    *traffic_ += {watch.seconds(), bytes, calls};
  }

  /// Makes sure that all ranks make this call, of this count and sender (-1: none), where checks are on; all throw if
  /// not. Before each call of MPI that all ranks make; what this room calls by the handle asks for it itself. Without
  /// checks it is a look at a flag.
  void check_same(const char* call, std::size_t count, int from = -1) const {
    if (checks_ == Checks::on && size_ > 1) compare_calls(call, count, from);
  }

  /// Ends all ranks at once with this exit status. Does not return.
  [[noreturn]] void abort(int status) const;

 private:
  void compare_calls(const char* call, std::size_t count, int from) const;

  MPI_Comm handle_;
  int rank_ = 0;
  int size_ = 1;
  Checks checks_;
  std::shared_ptr<Traffic> traffic_ = std::make_shared<Traffic>();
};

/// One text of each rank, in rank order, on all ranks. Collective.
std::vector<std::string> gather_texts(const Communicator& comm, const std::string& mine);

/// MPI from its start to its end: the first object of main. It finalizes only in an orderly end; a program that
/// unwinds because of an exception must call Communicator::abort first (MPI_Finalize would wait for the others).
class MpiSession {
 public:
  MpiSession(int* argc, char*** argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;

  Communicator world() const;
};

/// What MPI allows beside other threads: the level that MPI_Init_thread granted, and whether it is the one that
/// MpiSession asks for, since rows are read ahead on a thread that does not call MPI. Local.
struct ThreadSupport {
  std::string level;  ///< "single", "funneled", "serialized", "multiple"
  bool enough = false;
};
ThreadSupport thread_support();

/// The name of this rank's machine.
std::string host_name();

/// The MPI library's own description of its version.
std::string mpi_version();

}  // namespace shoal
