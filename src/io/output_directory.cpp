#include "output_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "unfinished_file.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

std::string directory_of(const std::string& path) {
  const fs::path directory = fs::path(path).parent_path();
  return directory.empty() ? "." : directory.string();
}

std::string hint_for(int why) {
  switch (why) {
    case ENOSPC:
    case EDQUOT:
      return "Free some space (df -h shows it) or write elsewhere with --output.";
    case EROFS:
      return "The file system is mounted read-only: write elsewhere with --output.";
    case EACCES:
    case EPERM:
      return "Write to a directory of your own with --output.";
    default:
      return "Write elsewhere with --output.";
  }
}

Error failed(const std::string& what, const std::string& path, int why) {
  return output_error(
      "'" + path + "' " + what + " in the directory '" + directory_of(path) + "': " + std::strerror(why),
      hint_for(why));
}

// Returns 0 or errno.
int sync_path(const std::string& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const int why = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return why;
}

}  // namespace

std::string partial_name(const std::string& path) {
  return (fs::path(path).parent_path() / ("." + fs::path(path).filename().string() + ".partial")).string();
}

void try_writing(const std::string& path) {
  std::error_code ignored;
  if (path.empty()) throw output_error("The name of the output file is empty", "Give one with --output.");
  if (fs::is_directory(path, ignored) || fs::path(path).filename().empty())
    throw output_error("'" + path + "' is a directory, not a name for the output file",
                       "Name a file in it: --output '" + (fs::path(path) / "result.h5").string() + "'.");
  if (fs::exists(directory_of(path), ignored) && !fs::is_directory(directory_of(path), ignored))
    throw output_error("'" + path + "' cannot be written: '" + directory_of(path) + "' is a file, not a directory",
                       "Write elsewhere with --output.");
  if (!fs::is_directory(directory_of(path), ignored))
    throw output_error("'" + path + "' cannot be written: there is no directory '" + directory_of(path) + "'",
                       "Create it: mkdir -p '" + directory_of(path) + "'.");
  const std::string partial = partial_name(path);
  const bool left_over = fs::exists(partial, ignored);
  std::optional<UnfinishedFile> unfinished;
  if (!left_over) unfinished.emplace(partial);
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CLOEXEC | (left_over ? 0 : O_CREAT | O_EXCL), 0666);
  if (descriptor < 0) throw failed("cannot be written", path, errno);
  int why = 0;
  constexpr std::array<char, 4096> few{};
  // A full disk shows at the latest when the bytes are forced out. A job's left-over file keeps its bytes.
  if (!left_over && (::write(descriptor, few.data(), few.size()) != std::ssize(few) || ::fsync(descriptor) != 0))
    why = errno;
  ::close(descriptor);
  if (!left_over) ::unlink(partial.c_str());
  if (why != 0) throw failed("cannot be written", path, why);
}

void reserve_space(const std::string& partial, const std::string& path, std::int64_t bytes) {
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw failed("cannot be written", path, errno);
  const int why = ::fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, bytes) == 0 ? 0 : errno;
  ::close(descriptor);
  if (why == ENOSPC || why == EDQUOT || why == EIO)
    throw failed("cannot be written (" + format_bytes(static_cast<double>(bytes)) + " needed)", path, why);
}

void write_aside(const std::string& path, const std::string& text) {
  const std::string partial = partial_name(path);
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw failed("cannot be written", path, errno);
  int why = 0;
  for (std::size_t done = 0; why == 0 && done < text.size();) {
    const ssize_t n = ::write(descriptor, text.data() + done, text.size() - done);
    if (n > 0)
      done += static_cast<std::size_t>(n);  // a short write is none: the next one says why, if there is a reason
    else if (n == 0 || errno != EINTR)
      why = n == 0 ? EIO : errno;
  }
  if (::close(descriptor) != 0 && why == 0) why = errno;
  if (why == 0) return;
  ::unlink(partial.c_str());
  throw failed("cannot be written", path, why);
}

void sync_file(const std::string& partial, const std::string& path) {
  if (const int why = sync_path(partial, O_RDWR)) throw failed("cannot be brought to the disk", path, why);
}

void give_name(const std::string& partial, const std::string& path) {
  if (std::rename(partial.c_str(), path.c_str()) != 0) throw failed("cannot get its name", path, errno);
  const int why = sync_path(directory_of(path), O_RDONLY | O_DIRECTORY);
  // Some network file systems do not sync directories; the file itself is safe.
  if (why != 0 && why != EINVAL) throw failed("cannot be brought to the disk", path, why);
}

}  // namespace shoal
