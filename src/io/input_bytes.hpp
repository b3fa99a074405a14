#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace shoal {

/// A regular file opened for reading by plain POSIX calls. Local.
/// Errors: input_error that says what is there instead (nothing, a directory, a file that may not be read).
class InputBytes {
 public:
  explicit InputBytes(std::string path);
  ~InputBytes();
  InputBytes(const InputBytes&) = delete;
  InputBytes& operator=(const InputBytes&) = delete;

  const std::string& path() const { return path_; }
  std::int64_t size() const { return size_; }

  /// As many bytes from `offset` on as there are, at most into.size(); returns how many.
  std::size_t read_some(std::int64_t offset, std::span<std::byte> into) const;

  /// Exactly into.size() bytes from `offset` on; input_error when the file ends before or the disk fails.
  void read(std::int64_t offset, std::span<std::byte> into) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace shoal
