#pragma once
#include <vector>

#include "shoal/core/random.hpp"
#include "shoal/methods/kmeans_rows.hpp"

namespace shoal {

/// Random batches of rows that do not know ranks: row e of batch t of b rows is drawn from rows [e n / b, (e + 1) n /
/// b) by (seed, stream, t, e).
class RowBatches {
 public:
  RowBatches(const Communicator& comm, const KMeansRows& rows, Index batch_size, std::uint64_t seed, Stream stream);

  Index size() const { return size_; }

  /// The global row that is row `place` of batch `step`.
  Index row(Index step, Index place) const;

  /// Reads my rows of batch `step`, as bytes or floats, which places() and my_rows() tell of. Valid until the next
  /// call. Local; errors of reading.
  RowView read(Index step);
  const std::vector<Index>& my_rows() const { return mine_; }   ///< numbers among my rows
  const std::vector<Index>& places() const { return places_; }  ///< in the batch

 private:
  const KMeansRows& rows_;
  Index size_;
  std::uint64_t seed_;
  Stream stream_;
  Shard shard_;
  bool in_place_;
  std::vector<Index> mine_, places_;
  std::vector<std::byte> bytes_;
  std::vector<float> floats_;
};

}  // namespace shoal
