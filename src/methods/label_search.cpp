#include "shoal/methods/label_search.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// One bit for each lane in which the best is certain to be the best.
LaneNumbers certain_lanes(const NearestTwo& best, const float* norms, const CenterTiles& tiles) {
  Lanes norm;
  std::memcpy(&norm, norms, sizeof norm);
  const Lanes error = norm * tiles.norm_error() + tiles.constant_error();
  return best.second - best.first > error + error;  // false for NaN
}

bool equal_labels(const std::int32_t* a, const std::int32_t* b, Index count) {
  std::int32_t different = 0;
  for (Index i = 0; i < count; ++i) different |= a[i] ^ b[i];
  return different == 0;
}

/// Asks for rows that come next: a batch is turned into lanes at once, which leaves the memory idle while it is
/// compared.
void ask_for(const RowView& piece, Index first, Index count) {
  const Index row_bytes = piece.width * static_cast<Index>(size_of(piece.type));
  const std::byte* begin = piece.bytes + first * row_bytes;
  for (Index byte = 0; byte < std::min(count, piece.count - first) * row_bytes; byte += 64)
    __builtin_prefetch(begin + byte);
}

}  // namespace

void SecondLook::find(const RowView& piece, const std::vector<Index>& which, std::vector<std::int32_t>& labels) {
  labels.resize(which.size());
  if (which.empty()) return;
  if (!nearest_) nearest_ = std::make_unique<NearestCenter>(centers_);
  floats_.resize(which.size() * at(piece.width));
  for (std::size_t i = 0; i < which.size(); ++i) piece.to_floats(which[i], floats_.data() + i * at(piece.width));
  nearest_->find(floats_.data(), static_cast<Index>(which.size()), labels);
}

void search_all(const KMeansRows& rows, const MatrixD& centers, std::vector<std::int32_t>& labels,
                const OnLabelChange& on_change) {
  const Index n = rows.source.count, d = rows.source.width;
  std::vector<std::int32_t> all(at(centers.rows()));
  std::iota(all.begin(), all.end(), 0);
  const CenterTiles tiles(centers, rows.frame, {all});
  SecondLook second_look(centers);
  RowPieces pieces(rows.source);
  AlignedVector<Lanes> batch(at(2 * d));
  std::vector<std::int32_t> found(at(pieces.piece_rows() + CenterTiles::batch_rows)), settled;
  std::vector<Index> uncertain;
  for (Index first = 0; first < n; first += pieces.piece_rows()) {
    const Index count = std::min(pieces.piece_rows(), n - first);
    const RowView piece = pieces.read(first, count);
    uncertain.clear();
    for (Index i = 0; i < count; i += CenterTiles::batch_rows) {
      NearestTwo best[2];
      const Index here = count - i;
      ask_for(piece, i + CenterTiles::batch_rows, CenterTiles::batch_rows);
      rows.frame.load(piece, i, std::min(here, lane_count), batch.data());
      rows.frame.load(piece, std::min(i + lane_count, count - 1), std::clamp<Index>(here - lane_count, 1, lane_count),
                      batch.data() + d);
      tiles.scan(batch.data(), 0, 1, best);
      for (Index g = 0; g < 2; ++g) {
        const Index row = i + g * lane_count;
        if (row >= count) break;
        std::memcpy(&found[at(row)], &best[g].center, sizeof best[g].center);
        const LaneNumbers certain = certain_lanes(best[g], &rows.norms[at(first + row)], tiles);
        std::int32_t all_certain = -1;
        for (Index lane = 0; lane < lane_count; ++lane) all_certain &= certain[lane];
        for (Index lane = 0; !all_certain && lane < std::min(lane_count, count - row); ++lane)
          if (!certain[lane]) uncertain.push_back(row + lane);
      }
    }
    second_look.find(piece, uncertain, settled);
    for (std::size_t i = 0; i < uncertain.size(); ++i) found[at(uncertain[i])] = settled[i];
    for (Index begin = 0; begin < count; begin += lane_count) {
      const Index end = std::min(begin + lane_count, count);
      if (equal_labels(&found[at(begin)], &labels[at(first + begin)], end - begin)) continue;
      for (Index i = begin; i < end; ++i) {
        std::int32_t& label = labels[at(first + i)];
        if (found[at(i)] == label) continue;
        on_change({piece, i, first + i, label, found[at(i)]});
        label = found[at(i)];
      }
    }
  }
}

}  // namespace shoal
