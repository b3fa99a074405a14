#include "shoal/io/checkpoint_file.hpp"

#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "output_directory.hpp"
#include "shoal/core/error.hpp"
#include "unfinished_file.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "SHOALCP1";
constexpr std::size_t checksum_bytes = 4;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string packed(const Snapshot& snapshot) {
  std::string arrays;
  for (const auto& [name, array] : snapshot.arrays()) {
    append(arrays, std::uint64_t{name.size()});
    arrays += name;
    append(arrays, static_cast<std::uint64_t>(array.type));
    append(arrays, std::uint64_t{array.bytes.size()});
    arrays.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
  }
  std::string file(magic);
  append(file, std::uint64_t{arrays.size()});
  file += arrays;
  append(file, checksum(file));
  return file;
}

bool is_whole(std::string_view file) {
  if (!file.starts_with(magic) || file.size() < magic.size() + sizeof(std::uint64_t) + checksum_bytes) return false;
  std::uint32_t sum = 0;
  std::memcpy(&sum, file.data() + file.size() - checksum_bytes, checksum_bytes);
  file.remove_suffix(checksum_bytes);
  return checksum(file) == sum;
}

// Takes a file's bytes apart; nothing where they are not what `packed` made.
std::optional<Snapshot> unpacked(std::string_view file) {
  if (!is_whole(file)) return {};
  file.remove_suffix(checksum_bytes);
  file.remove_prefix(magic.size());
  bool whole = true;
  const auto number = [&]() -> std::uint64_t {
    std::uint64_t value = 0;
    if (file.size() < sizeof value) {
      whole = false;
      return 0;
    }
    std::memcpy(&value, file.data(), sizeof value);
    file.remove_prefix(sizeof value);
    return value;
  };
  const auto bytes = [&](std::uint64_t count) {
    whole = whole && count <= file.size();
    const std::string_view part = file.substr(0, whole ? count : 0);
    file.remove_prefix(part.size());
    return part;
  };
  Snapshot snapshot;
  whole = number() == file.size();
  while (whole && !file.empty()) {
    const std::string name(bytes(number()));
    const std::uint64_t type = number();
    const std::string_view values = bytes(number());
    if (!whole || type > static_cast<std::uint64_t>(ElementType::float64)) return {};
    const auto* first = reinterpret_cast<const std::byte*>(values.data());
    snapshot.put(name, Snapshot::Array{static_cast<ElementType>(type), {first, first + values.size()}});
  }
  if (!whole) return {};
  return snapshot;
}

std::optional<std::string> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failure;
  const auto size = fs::file_size(path, failure);
  if (failure || !file) return {};
  std::string bytes(size, '\0');
  if (!file.read(bytes.data(), std::ssize(bytes))) return {};
  return bytes;
}

Error failed(const std::string& path) {
  return output_error("the checkpoint '" + path + "' cannot be written: " + std::strerror(errno),
                      "is there space left on the disk (df -h)? The checkpoint before it is untouched");
}

std::string older(const std::string& path) {
  return path + ".1";
}

}  // namespace

void write_checkpoint(const std::string& path, const Snapshot& snapshot) {
  const std::string partial = partial_name(path), bytes = packed(snapshot);
  const UnfinishedFile unfinished(partial);
  {
    std::FILE* file = std::fopen(partial.c_str(), "wb");
    if (!file) throw failed(path);
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0 &&
                         ::fsync(::fileno(file)) == 0;
    const int why = errno;
    std::fclose(file);
    if (!written || contents(partial) != bytes) {
      ::unlink(partial.c_str());
      errno = written ? EIO : why;
      throw failed(path);
    }
  }
  std::error_code ignored;
  if (const auto before = contents(path); before && is_whole(*before)) fs::rename(path, older(path), ignored);
  give_name(partial, path);
}

std::optional<Snapshot> read_checkpoint(const std::string& path, const std::function<void(const std::string&)>& warn) {
  for (const std::string& name : {path, older(path)}) {
    std::error_code ignored;
    if (!fs::exists(name, ignored)) continue;
    const auto bytes = contents(name);
    if (auto snapshot = bytes ? unpacked(*bytes) : std::nullopt) return snapshot;
    if (warn) warn("the checkpoint '" + name + "' is damaged: looking for the one before it");
  }
  return {};
}

void remove_checkpoint(const std::string& path) {
  std::error_code ignored;
  for (const std::string& name : {path, older(path), partial_name(path)}) fs::remove(name, ignored);
}

}  // namespace shoal
