#pragma once
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The bytes that the others have for this rank, in rank order. `bytes`: what this rank has for all, in rank order;
/// counts[r]: how many of them are for rank r. received[r], out: how many came from rank r. Any number of bytes.
/// Collective.
std::vector<std::byte> exchange_bytes(const Communicator& comm, std::span<const std::byte> bytes,
                                      std::span<const std::int64_t> counts, std::vector<std::int64_t>& received);

/// Each rank hands each other one some values and gets theirs: the concatenation, in rank order, of what the ranks have
/// for this one. values: for rank 0, then for rank 1, ...; counts[r]: how many are for rank r. T: plain data.
/// Collective.
template <class T>
std::vector<T> exchange(const Communicator& comm, std::span<const T> values, std::span<const std::int64_t> counts) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<std::int64_t> sizes(counts.begin(), counts.end()), received;
  for (auto& size : sizes) size *= static_cast<std::int64_t>(sizeof(T));
  const auto bytes = exchange_bytes(comm, std::as_bytes(values), sizes, received);
  std::vector<T> mine(bytes.size() / sizeof(T));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(mine.data()));
  return mine;
}

/// The same where all know how much goes where: received[r] numbers come from rank r. One message a pair of ranks, of
/// at most 2^31 numbers a rank. Collective.
std::vector<float> exchange_known(const Communicator& comm, std::span<const float> values,
                                  std::span<const Index> counts, std::span<const Index> received);

/// Gives every rank all ranks' parts of an array that all hold: rank r has filled in values [begins[r], begins[r + 1]).
/// Collective.
void share_parts(const Communicator& comm, std::span<float> values, std::span<const Index> begins);

/// Sums of integers over ranks, of which rank r gets sums [begins[r], begins[r + 1]). Collective.
std::vector<std::int64_t> sum_parts(const Communicator& comm, std::span<const std::int64_t> terms,
                                    std::span<const Index> begins);

}  // namespace shoal
