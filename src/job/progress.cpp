#include "shoal/job/progress.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/text.hpp"

namespace shoal {
namespace {

constexpr int bar_width = 24;
constexpr double redraw_seconds = 0.1;

// Three significant digits while they matter, then whole numbers: 1.53, 12,300.
std::string format_rate(double rate) {
  return rate < 100 ? format_number(rate, 3) : format_count(static_cast<Index>(std::llround(rate)));
}

}  // namespace

Progress::Progress(Log& log, std::string phase, Index total, std::string unit, double log_interval_seconds)
    : log_(log),
      phase_(std::move(phase)),
      total_(total),
      unit_(std::move(unit)),
      interval_(log.terminal() ? redraw_seconds : log_interval_seconds),
      start_(log.seconds()),
      last_shown_(start_) {}

void Progress::set(Index done, const std::string& note) {
  done_ = done;
  note_ = note;
  const double now = log_.seconds();
  if (now - last_shown_ < interval_) return;
  last_shown_ = now;
  if (log_.terminal())
    log_.overwrite(bar() + figures());
  else
    log_.info(phase_ + ": " + format_number(std::floor(percent()), 3) + "% (" + format_count(done_) + " of " +
              format_count(total_) + " " + unit_ + ")" + figures());
}

void Progress::finish() {
  const double seconds = log_.seconds() - start_;
  std::string text = phase_ + ": " + format_count(done_) + " " + unit_ + " in " + format_duration(seconds);
  if (seconds > 0) text += ", " + format_rate(static_cast<double>(done_) / seconds) + " " + unit_ + "/s";
  log_.info(note_.empty() ? text : text + ", " + note_);
}

double Progress::percent() const {
  return total_ > 0 ? 100.0 * static_cast<double>(done_) / static_cast<double>(total_) : 100.0;
}

std::string Progress::bar() const {
  const auto filled = std::clamp(static_cast<int>(percent() / 100 * bar_width), 0, bar_width);
  const std::string number = format_number(std::floor(percent()), 3);
  return phase_ + " [" + std::string(static_cast<std::size_t>(filled), '=') +
         std::string(static_cast<std::size_t>(bar_width - filled), ' ') + "] " +
         std::string(3 - std::min<std::size_t>(3, number.size()), ' ') + number + "%";
}

std::string Progress::figures() const {
  const double seconds = log_.seconds() - start_;
  std::string text;
  if (seconds > 0 && done_ > 0) {
    const double rate = static_cast<double>(done_) / seconds;
    text = ", " + format_rate(rate) + " " + unit_ + "/s";
    if (done_ < total_) text += ", ETA " + format_duration(static_cast<double>(total_ - done_) / rate);
  }
  return note_.empty() ? text : text + ", " + note_;
}

}  // namespace shoal
