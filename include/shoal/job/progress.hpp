#pragma once
#include <string>

#include "shoal/core/matrix.hpp"
#include "shoal/job/log.hpp"

namespace shoal {

/// How far a long phase is: on a terminal one line with a bar, redrawn at most 10 times a second; in a batch log a
/// stamped line every `log_interval_seconds` and one at the end. Only the root writes; nothing here communicates.
///
///     Progress progress(log, "train", total_images, "images");
///     progress.set(done_images, "loss 0.0117");   // as often as one likes
///     progress.finish();
class Progress {
 public:
  Progress(Log& log, std::string phase, Index total, std::string unit, double log_interval_seconds = 10);

  /// `done` of `total` units are done; `note` is shown behind the figures.
  void set(Index done, const std::string& note = "");

  /// The last line: "train: 60,000 images in 4.88 s, 12,300 images/s, loss 0.0117". Without it (an exception), the
  /// bar disappears with the next line of the log.
  void finish();

 private:
  std::string bar() const;
  std::string figures() const;
  double percent() const;

  Log& log_;
  std::string phase_;
  Index total_;
  std::string unit_;
  double interval_;
  double start_;
  double last_shown_;
  Index done_ = 0;
  std::string note_;
};

}  // namespace shoal
