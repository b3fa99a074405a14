#include "input_bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_piece = std::size_t{1} << 30;

Error missing_file(const std::string& path) {
  std::error_code ignored;
  const fs::path directory = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
  if (!fs::is_directory(directory, ignored))
    return input_error("'" + path + "' does not exist: there is no directory '" + directory.string() + "'",
                       "Check the path; it is relative to '" + fs::current_path(ignored).string() + "'.");
  std::vector<std::string> names;
  constexpr std::size_t enough = 10000;
  for (fs::directory_iterator at(directory, ignored), end; !ignored && at != end && names.size() < enough;
       at.increment(ignored))
    names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  const std::string like = closest(fs::path(path).filename().string(), names);
  return input_error("'" + path + "' does not exist, though its directory does",
                     like.empty() ? "Look what is there: ls '" + directory.string() + "'."
                                  : "Did you mean '" + (fs::path(path).parent_path() / like).string() + "'?");
}

Error unreadable_file(const std::string& path, int why) {
  if (why == ENOENT || why == ENOTDIR) return missing_file(path);
  if (why == EACCES || why == EPERM)
    return input_error("'" + path + "' may not be read: " + std::strerror(why),
                       "Ask for the permission, or copy the file: ls -l shows who may read it.");
  return input_error("'" + path + "' cannot be opened: " + std::strerror(why));
}

}  // namespace

InputBytes::InputBytes(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (path_.empty()) throw input_error("The name of the input file is empty");
  if (::stat(path_.c_str(), &status) != 0) throw unreadable_file(path_, errno);
  if (S_ISDIR(status.st_mode)) throw input_error("'" + path_ + "' is a directory, not a file", "Name one file in it.");
  // A pipe has no end to measure and cannot be read by several ranks; opening one would wait for its writer.
  if (!S_ISREG(status.st_mode))
    throw input_error("'" + path_ + "' is not a regular file", "Save the data to a file first.");
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw unreadable_file(path_, errno);
  size_ = status.st_size;
}

InputBytes::~InputBytes() {
  ::close(descriptor_);
}

std::size_t InputBytes::read_some(std::int64_t offset, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n = ::pread(descriptor_, into.data() + done, std::min(largest_piece, into.size() - done),
                              offset + static_cast<std::int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      throw input_error("'" + path_ + "' cannot be read at byte " + format_count(offset) + ": " + std::strerror(errno));
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void InputBytes::read(std::int64_t offset, std::span<std::byte> into) const {
  const std::size_t got = read_some(offset, into);
  if (got < into.size())
    throw input_error("'" + path_ + "' ended after " + format_count(offset + static_cast<std::int64_t>(got)) +
                          " bytes where " + format_count(offset + static_cast<std::int64_t>(into.size())) +
                          " were expected",
                      "Was it cut off, or changed while it was read? Copy or download it again.");
}

}  // namespace shoal
