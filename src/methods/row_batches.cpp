#include "shoal/methods/row_batches.hpp"

#include <algorithm>
#include <cstring>

#include "shoal/methods/row_pieces.hpp"

namespace shoal {

RowBatches::RowBatches(const Communicator& comm, const KMeansRows& rows, Index batch_size, std::uint64_t seed,
                       Stream stream)
    : rows_(rows),
      size_(std::min(batch_size, rows.global)),
      seed_(seed),
      stream_(stream),
      shard_(my_shard(comm, rows.global)),
      in_place_(lies_in_place(rows.source)) {}

Index RowBatches::row(Index step, Index place) const {
  const Index begin = place * rows_.global / size_, end = (place + 1) * rows_.global / size_;
  return begin + Random(seed_, stream_, static_cast<std::uint64_t>(step * size_ + place)).below(end - begin);
}

RowView RowBatches::read(Index step) {
  const RowSource& source = rows_.source;
  mine_.clear();
  places_.clear();
  // The places whose parts can hold rows of mine: that of row r is place_of(r) or the next one.
  const auto place_of = [&](Index row) { return row * size_ / std::max<Index>(1, rows_.global); };
  const Index first = std::max<Index>(0, place_of(shard_.begin) - 1), last = std::min(size_, place_of(shard_.end) + 2);
  for (Index place = first; place < last && shard_.size() > 0; ++place)
    if (const Index drawn = row(step, place); shard_.owns(drawn)) {
      mine_.push_back(drawn - shard_.begin);
      places_.push_back(place);
      __builtin_prefetch(&rows_.norms[static_cast<std::size_t>(mine_.back())]);
      if (in_place_) source.read(mine_.back(), 1).ask_for(0);
    }
  const auto count = static_cast<Index>(mine_.size()), d = source.width;
  if (source.type == ElementType::uint8 || source.type == ElementType::float32) {
    const std::size_t row_bytes = static_cast<std::size_t>(d) * size_of(source.type);
    bytes_.resize(mine_.size() * row_bytes);
    for (std::size_t i = 0; i < mine_.size(); ++i)
      std::memcpy(bytes_.data() + i * row_bytes, source.read(mine_[i], 1).bytes, row_bytes);
    return {source.type, count, d, bytes_.data()};
  }
  floats_.resize(static_cast<std::size_t>(count * d));
  for (Index i = 0; i < count; ++i)
    source.read(mine_[static_cast<std::size_t>(i)], 1).to_floats(0, floats_.data() + i * d);
  return {ElementType::float32, count, d, reinterpret_cast<const std::byte*>(floats_.data())};
}

}  // namespace shoal
