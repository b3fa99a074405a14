#pragma once
#include <ctime>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The two clocks of a log, which a test replaces: one for the stamps, one that never goes back for rates.
struct Clock {
  std::function<std::time_t()> now;
  std::function<double()> seconds;
  static Clock of_system();
};

/// What a job tells its user: stamped lines on stdout, warnings on stderr, and, on a terminal, one line at the bottom
/// that is overwritten (the progress bar). Only the root's log writes; on other ranks every member does nothing.
class Log {
 public:
  /// Writes to these streams; `terminal` says that lines can be overwritten. The streams must live longer.
  Log(std::ostream& out, std::ostream& warnings, bool terminal, Clock clock = Clock::of_system());

  /// stdout and stderr on the root, nothing on other ranks.
  static Log of(const Communicator& comm);

  /// "2026-11-22 14:03:07  text" on stdout.
  void info(std::string_view text);

  /// "2026-11-22 14:03:07  warning: text" on stderr.
  void warn(std::string_view text);

  /// A block of lines without stamps on stdout: a table.
  void print(std::string_view text);

  /// Replaces the overwritable line; an empty text removes it. For Progress.
  void overwrite(const std::string& text);

  bool writes() const { return out_ != nullptr; }
  bool terminal() const { return terminal_; }
  double seconds() const { return clock_.seconds(); }

 private:
  void line(std::ostream& stream, std::string_view text);

  std::ostream* out_;
  std::ostream* warnings_;
  bool terminal_;
  Clock clock_;
  bool overwritable_ = false;  // an overwritable line stands on the terminal
};

/// True when what this process writes to stdout appears on a terminal, also through mpirun.
bool writes_to_terminal();

/// "2026-11-22 14:03:07" in local time.
std::string format_local_time(std::time_t time);

}  // namespace shoal
