#include "result_digest.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "shoal/core/digest.hpp"
#include "shoal/core/error.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/listing.hpp"

namespace shoal {
namespace {

std::string digest_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Digest digest;
  std::array<char, 1 << 16> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    digest.add({piece.data(), static_cast<std::size_t>(file.gcount())});
  if (!file.eof()) throw input_error("'" + path + "' cannot be read to its end");
  return digest.hex();
}

// In pieces: a result may be larger than memory.
std::string digest_of_dataset(const DatasetInfo& info) {
  Digest digest;
  digest.add(name_of(info.type) + shape_text(info.dims));
  const Index rows = std::max<Index>(1, (Index{16} << 20) / info.row_bytes());
  for (Index at = 0; at < info.rows(); at += rows)
    digest.add(std::span<const std::byte>(read_rows(info, at, std::min(info.rows(), at + rows)).bytes));
  return digest.hex();
}

}  // namespace

std::map<std::string, std::string> digests_of(const std::string& path) {
  std::map<std::string, std::string> digests{{whole_file, digest_of_file(path)}};
  for (const auto& object : list_objects(path)) {
    if (object.group) continue;
    try {
      digests[object.path] = digest_of_dataset(open_dataset(path + ":" + object.path));
    } catch (const Error&) {
      // No rows of numbers: the digest of the whole file covers it.
    }
  }
  return digests;
}

std::vector<std::string> differing(const std::map<std::string, std::string>& a,
                                   const std::map<std::string, std::string>& b) {
  std::vector<std::string> names;
  for (const auto& [name, digest] : a)
    if (!b.contains(name) || b.at(name) != digest) names.push_back(name);
  for (const auto& [name, digest] : b)
    if (!a.contains(name)) names.push_back(name);
  if (names.size() > 1) std::erase(names, whole_file);
  return names;
}

}  // namespace shoal
