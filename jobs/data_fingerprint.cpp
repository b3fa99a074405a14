#include "data_fingerprint.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 / the golden ratio

// The finisher of SplitMix64 (Steele, Lea, Flood 2014, doi 10.1145/2714064.2660195): each bit reaches all others.
std::uint64_t mixed(std::uint64_t h) {
  h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
  h = (h ^ h >> 27) * 0x94d049bb133111eb;
  return h ^ h >> 31;
}

std::uint64_t hash_of(std::span<const std::byte> row, Index number) {
  // Four chains beside one another: a multiplication waits for the one before it in its chain alone.
  std::uint64_t chains[4] = {1, 2, 3, 4};
  std::size_t at = 0;
  for (; at + sizeof chains <= row.size(); at += sizeof chains) {
    std::uint64_t words[4];
    std::memcpy(words, row.data() + at, sizeof words);
    // Turned before it is multiplied: a change of the highest bit alone (a number's sign) would stay there.
    for (int lane = 0; lane < 4; ++lane) chains[lane] = std::rotl(chains[lane] ^ words[lane], 29) * odd;
  }
  std::uint64_t hash = mixed(static_cast<std::uint64_t>(number) + odd);
  for (const std::uint64_t chain : chains) hash = mixed(hash ^ chain);
  for (; at < row.size(); ++at) hash = mixed(hash ^ static_cast<std::uint64_t>(row[at]));
  return hash;
}

// Rows of bytes `width` long, one behind the other; the last one may be shorter.
std::uint64_t sum_of_hashes(std::span<const std::byte> bytes, std::size_t width, Index first) {
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); at += width)
    sum += hash_of(bytes.subspan(at, std::min(width, bytes.size() - at)), first++);
  return sum;
}

// Small: what malloc gave back in large pieces it keeps from then on when they are smaller, which --memory does not
// count. But HDF5 opens its file for each piece, and unpacks all of a chunk.
constexpr Index piece_bytes = Index{512} << 10, hdf5_piece_bytes = Index{8} << 20;

std::uint64_t sum_of_rows(const Communicator& comm, const DatasetInfo& info) {
  const Shard shard = Shard::of(info.rows(), comm.rank(), comm.size());
  const bool plain = info.data_offset > 0;
  const Index piece = std::max<Index>((plain ? piece_bytes : hdf5_piece_bytes) / info.row_bytes(), 1);
  std::uint64_t sum = 0;
  for (Index first = shard.begin; first < shard.end; first += piece)
    sum += sum_of_hashes(read_rows(info, first, std::min(first + piece, shard.end)).bytes,
                         static_cast<std::size_t>(info.row_bytes()), first);
  return sum;
}

// A packed stream has no index: it is hashed as it is, which is the quicker way too.
std::uint64_t sum_of_packed(const Communicator& comm, const DatasetInfo& info) {
  const auto size = static_cast<Index>(std::filesystem::file_size(info.path));
  const Shard pieces = Shard::of((size + piece_bytes - 1) / piece_bytes, comm.rank(), comm.size());
  std::ifstream file(info.path, std::ios::binary);
  file.seekg(pieces.begin * piece_bytes);
  std::vector<std::byte> bytes(static_cast<std::size_t>(pieces.size() > 0 ? piece_bytes : 0));
  std::uint64_t sum = 0;
  for (Index i = pieces.begin; i < pieces.end; ++i) {
    file.read(reinterpret_cast<char*>(bytes.data()), piece_bytes);
    sum += hash_of(std::span<const std::byte>(bytes).first(static_cast<std::size_t>(file.gcount())), i);
  }
  return sum;
}

std::string fingerprint(const Communicator& comm, const std::string& name) {
  std::uint64_t sum = 0;
  DatasetInfo info;
  agree(comm, [&] {
    info = open_dataset(name);
    sum = info.format == DatasetFormat::idx_gz ? sum_of_packed(comm, info) : sum_of_rows(comm, info);
  });
  // A sum of integers that wraps: the same in any order, on any number of ranks.
  const auto all = static_cast<std::uint64_t>(comm.sum(static_cast<std::int64_t>(sum)));
  return name_of(info.type) + " " + shape_text(info.dims) + " " + std::to_string(all);
}

}  // namespace

std::string data_fingerprint(const Communicator& comm, const std::vector<std::string>& datasets) {
  std::vector<std::string> all;
  for (const std::string& name : datasets)
    if (!name.empty()) all.push_back(fingerprint(comm, name));
  return join(all, "; ");
}

}  // namespace shoal
