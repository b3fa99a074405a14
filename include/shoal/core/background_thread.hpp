#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace shoal {

/// A thread that does one task after the other while its owner works on: reading ahead.
class BackgroundThread {
 public:
  BackgroundThread();

  /// Waits for the task that is being done; the others are forgotten.
  ~BackgroundThread();
  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;

  /// Puts a task at the end of the line. The future's get() waits for it and throws what the task threw.
  std::future<void> run(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::packaged_task<void()>> tasks_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace shoal
