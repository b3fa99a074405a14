#include "shoal/core/background_thread.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace shoal {
namespace {

TEST(BackgroundThread, does_tasks_in_their_order) {
  std::vector<int> done;
  BackgroundThread thread;
  std::future<void> last;
  for (int i = 0; i < 100; ++i) last = thread.run([&done, i] { done.push_back(i); });
  last.get();
  ASSERT_EQ(done.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(BackgroundThread, hands_on_what_a_task_throws_and_goes_on) {
  BackgroundThread thread;
  auto failed = thread.run([] { throw std::runtime_error("no"); });
  bool ran = false;
  auto fine = thread.run([&] { ran = true; });
  EXPECT_THROW(failed.get(), std::runtime_error);
  fine.get();
  EXPECT_TRUE(ran);
}

TEST(BackgroundThread, ends_with_tasks_still_in_line) {
  std::promise<void> begun;
  int done = 0;
  std::future<void> never;
  {
    BackgroundThread thread;
    auto first = thread.run([&] { begun.set_value(); });
    for (int i = 0; i < 1000; ++i) never = thread.run([&] { ++done; });
    begun.get_future().get();
  }
  EXPECT_LE(done, 1000);
}

}  // namespace
}  // namespace shoal
