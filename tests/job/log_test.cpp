#include "shoal/job/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "shoal/job/progress.hpp"
#include "test_environment.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

// A log into strings with a clock that stands until it is moved.
struct RecordedLog {
  explicit RecordedLog(bool terminal)
      : log(out, warnings, terminal, {[] { return std::time_t{0}; }, [this] { return seconds; }}) {}

  std::string taken() {
    std::string text = out.str();
    out.str("");
    return text;
  }

  std::ostringstream out, warnings;
  double seconds = 100;
  Log log;
};

const std::string stamp = format_local_time(0);

TEST(Log, stamps_lines_and_sends_warnings_elsewhere) {
  RecordedLog recorded(false);
  recorded.log.info("4 ranks");
  recorded.log.warn("slow disk");
  recorded.log.print("  a table\n");
  EXPECT_EQ(recorded.out.str(), stamp + "  4 ranks\n  a table\n");
  EXPECT_EQ(recorded.warnings.str(), stamp + "  warning: slow disk\n");
  EXPECT_EQ(stamp.size(), std::string("2026-11-22 14:03:07").size());
}

TEST(Log, writes_on_the_root_only) {
  const auto comm = test_world();
  EXPECT_EQ(Log::of(comm).writes(), comm.is_root());
}

TEST(Log, removes_the_overwritable_line_before_the_next) {
  RecordedLog recorded(true);
  recorded.log.overwrite("42%");
  recorded.log.info("done");
  recorded.log.info("again");
  EXPECT_EQ(recorded.taken(), "\r\033[K42%\r\033[K" + stamp + "  done\n" + stamp + "  again\n");
}

TEST(Progress, in_a_batch_log_is_a_line_every_interval_and_one_at_the_end) {
  RecordedLog recorded(false);
  Progress progress(recorded.log, "train", 60000, "images", 10);
  recorded.seconds += 1;
  progress.set(10000, "loss 0.5");
  EXPECT_EQ(recorded.taken(), "");
  recorded.seconds += 9;
  progress.set(25200, "loss 0.0117");
  EXPECT_EQ(recorded.taken(),
            stamp + "  train: 42% (25,200 of 60,000 images), 2,520 images/s, ETA 14 s, loss 0.0117\n");
  recorded.seconds += 9.9;
  progress.set(60000, "loss 0.01");
  EXPECT_EQ(recorded.taken(), "");
  recorded.seconds += 0.1;
  progress.finish();
  EXPECT_EQ(recorded.taken(), stamp + "  train: 60,000 images in 20 s, 3,000 images/s, loss 0.01\n");
}

TEST(Progress, on_a_terminal_redraws_one_line_ten_times_a_second_at_most) {
  RecordedLog recorded(true);
  Progress progress(recorded.log, "train", 48, "steps");
  for (int i = 1; i <= 48; ++i) {
    recorded.seconds += 0.0625;  // a redraw every second step
    progress.set(i);
  }
  const std::string text = recorded.taken();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 24);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  EXPECT_NE(text.find("\r\033[Ktrain [============            ]  50%, 16 steps/s, ETA 1.50 s"), std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("\r\033[Ktrain [========================] 100%, 16 steps/s")) << text;
  progress.finish();
  EXPECT_EQ(recorded.taken(), "\r\033[K" + stamp + "  train: 48 steps in 3.00 s, 16 steps/s\n");
}

TEST(Progress, of_nothing_is_complete) {
  RecordedLog recorded(false);
  Progress progress(recorded.log, "encode", 0, "images", 0);
  progress.set(0);
  progress.finish();
  EXPECT_EQ(recorded.taken(), stamp + "  encode: 100% (0 of 0 images)\n" + stamp + "  encode: 0 images in 0.00 s\n");
}

}  // namespace
}  // namespace shoal
