#include "shoal/io/row_stream.hpp"

#include <algorithm>
#include <cstring>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "file_rows.hpp"
#include "shoal/core/background_thread.hpp"

namespace shoal {
namespace {

constexpr Index lane_group = 16;

// Rows [first, end()) in memory.
struct Window {
  Index first = 0, count = 0;
  std::vector<std::byte> bytes;

  Index end() const { return first + count; }
  bool holds(Index row, Index rows) const { return first <= row && row + rows <= end(); }
};

class RowStream {
 public:
  RowStream(const DatasetInfo& info, Index begin, Index end, Index memory_bytes)
      : file_(info), begin_(begin), count_(end - begin) {
    // Two windows of three eighths of the memory each; a quarter for what lies across a border.
    const Index rows = memory_bytes / info.row_bytes();
    window_rows_ = std::max(lane_group, rows * 3 / 8 / lane_group * lane_group);
    most_rows_ = std::max(lane_group, rows / 4 / lane_group * lane_group);
    if (file_.on_any_thread() && window_rows_ < count_) thread_.emplace();
  }

  Index most_rows() const { return most_rows_; }
  bool copies_beside() const { return file_.on_any_thread(); }

  void copy(Index first, Index count, std::byte* into) const {
    require_mine(first, count);
    file_.copy(begin_ + first, count, into);
    require_finite(view(into, count), begin_ + first, file_.info().name());
  }

  RowView read(Index first, Index count) {
    require_mine(first, count);
    if (count == 0) return view(nullptr, 0);
    const bool goes_on = first == 0 || first == last_end_;
    last_end_ = first + count;
    if (now_.holds(first, count)) return part_of(now_, first, count);
    // On into the window that is being read; what lies across the border is put together beside them.
    if (ahead_.valid() && first + count <= ahead_end_ && (first >= ahead_first_ || on_border(first))) {
      const bool across = first < ahead_first_;
      ahead_.get();
      if (across) join_over_border(first, count);
      std::swap(now_, next_);
      read_ahead();
      return across ? view(apart_.data(), count) : part_of(now_, first, count);
    }
    if (goes_on && count <= window_rows_) {
      if (ahead_.valid()) ahead_.get();
      fill(now_, first);
      read_ahead();
      return part_of(now_, first, count);
    }
    apart_.resize(bytes_of(count));
    copy(first, count, apart_.data());
    return view(apart_.data(), count);
  }

 private:
  std::size_t bytes_of(Index rows) const { return static_cast<std::size_t>(rows * file_.info().row_bytes()); }
  RowView view(const std::byte* bytes, Index rows) const {
    return {file_.info().type, rows, file_.info().row_elements(), bytes};
  }
  RowView part_of(const Window& window, Index first, Index count) const {
    return view(window.bytes.data() + bytes_of(first - window.first), count);
  }

  void require_mine(Index first, Index count) const {
    if (first < 0 || count < 0 || first > count_ - count)
      throw std::logic_error("rows " + std::to_string(first) + " to " + std::to_string(first + count) + " of " +
                             std::to_string(count_) + " are asked for");
  }

  bool on_border(Index first) const { return now_.first <= first && first < now_.end() && now_.end() == ahead_first_; }

  // Rows [first, first + count), of which now_ has the first and next_ the others.
  void join_over_border(Index first, Index count) {
    apart_.resize(bytes_of(count));
    const std::size_t head = bytes_of(now_.end() - first);
    std::memcpy(apart_.data(), now_.bytes.data() + bytes_of(first - now_.first), head);
    std::memcpy(apart_.data() + head, next_.bytes.data(), apart_.size() - head);
  }

  // The window from `first` on, empty until it is read: an error leaves nothing half read.
  void fill(Window& window, Index first) {
    const Index rows = std::min(window_rows_, count_ - first);
    window.first = first;
    window.count = 0;
    window.bytes.resize(bytes_of(rows));
    file_.copy(begin_ + first, rows, window.bytes.data());
    if (first + rows > checked_) require_finite(view(window.bytes.data(), rows), begin_ + first, file_.info().name());
    if (first <= checked_) checked_ = std::max(checked_, first + rows);
    window.count = rows;
  }

  // Begins to read the window behind now_, the first one after the last. Without a thread it is read when it is needed.
  void read_ahead() {
    if (now_.count == count_) return;
    ahead_first_ = now_.end() < count_ ? now_.end() : 0;
    ahead_end_ = std::min(count_, ahead_first_ + window_rows_);
    const auto task = [this, first = ahead_first_] { fill(next_, first); };
    ahead_ = thread_ ? thread_->run(task) : std::async(std::launch::deferred, task);
  }

  FileRows file_;
  Index begin_, count_;
  Index window_rows_ = 0, most_rows_ = 0;
  Index last_end_ = -1;                    // of what was asked for last
  Index checked_ = 0;                      // the rows before have been found finite
  Window now_, next_;                      // next_ is the thread's until ahead_ is done
  Index ahead_first_ = 0, ahead_end_ = 0;  // the rows that it is being filled with
  std::vector<std::byte> apart_;
  std::future<void> ahead_;
  std::optional<BackgroundThread> thread_;  // the last member: it ends before what it fills goes
};

}  // namespace

RowSource stream_rows(const DatasetInfo& info, Index begin, Index end, Index memory_bytes) {
  const auto stream = std::make_shared<RowStream>(info, begin, end, memory_bytes);
  return {info.type,
          end - begin,
          info.row_elements(),
          [stream](Index first, Index count) { return stream->read(first, count); },
          stream->most_rows(),
          [stream](Index first, Index count, std::byte* into) { stream->copy(first, count, into); },
          stream->copies_beside()};
}

}  // namespace shoal
