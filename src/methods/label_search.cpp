#include "shoal/methods/label_search.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// All bits of each lane in which the best is certain to be the best, and of those from `count` on.
template <class Centers>
LaneNumbers certain_lanes(const NearestTwo& best, const float* norms, Index count, const Centers& centers) {
  const Lanes error = centers.errors(norms);
  constexpr LaneNumbers lane{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return (best.second - best.first > error + error) | (lane >= static_cast<std::int32_t>(count));  // false for NaN
}

bool equal_labels(const std::int32_t* a, const std::int32_t* b, Index count) {
  std::int32_t different = 0;
  for (Index i = 0; i < count; ++i) different |= a[i] ^ b[i];
  return different == 0;
}

/// Asks for a share of the rows [first, first + CenterTiles::batch_rows) some way ahead: a batch is turned into lanes
/// at once, and the memory should not be idle while it is compared. A few cache lines at a time, for a core can wait
/// for few; far enough ahead for narrow rows. What lies behind the piece may be asked for as well, and is seldom wrong.
class Ahead {
 public:
  Ahead(const RowView& piece, Index first)
      : row_bytes_(piece.width * static_cast<Index>(size_of(piece.type))),
        address_(reinterpret_cast<std::uintptr_t>(piece.bytes) +
                 static_cast<std::uintptr_t>(first * row_bytes_ + std::max<Index>(8192, batch_bytes()))) {}

  void ask_for_quarter() {
    const auto end = address_ + static_cast<std::uintptr_t>(batch_bytes() / 4);
    for (; address_ < end; address_ += 64)
      __builtin_prefetch(reinterpret_cast<const void*>(address_));  // NOLINT(performance-no-int-to-ptr)
  }

 private:
  Index batch_bytes() const { return CenterTiles::batch_rows * row_bytes_; }
  Index row_bytes_;
  std::uintptr_t address_;
};

std::vector<std::vector<std::int32_t>> all_in_order(Index k) {
  std::vector<std::int32_t> all(at(k));
  std::iota(all.begin(), all.end(), 0);
  return {all};
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

FullSearch::FullSearch(const KMeansRows& rows, const MatrixD& centers, const CompactRows* compact)
    : rows_(rows),
      tiles_(centers, rows.frame, all_in_order(centers.rows())),
      second_look_(centers),
      group_(at(2 * centers.cols())) {
  if (compact)
    compact_.emplace(centers, rows.frame, *compact);
  else if (CenterDigits::pays(centers.rows(), centers.cols()))
    digits_.emplace(centers, rows.frame, rows.reach());
}

void FullSearch::find(const RowView& piece, Index first, std::vector<std::int32_t>& labels) {
  labels.resize(at(piece.count + CenterTiles::batch_rows));
  uncertain_.clear();
  if (compact_) {
    find_compact(piece, first, labels);
  } else if (digits_) {
    find_by_digits(piece, first, labels);
  } else {
    find_in_float(piece, first, labels);
  }
  if (compact_ || digits_) look_in_float(piece, first, labels);
  second_look_.find(piece, uncertain_, settled_);
  for (std::size_t i = 0; i < uncertain_.size(); ++i) labels[at(uncertain_[i])] = settled_[i];
}

void FullSearch::find_by_digits(const RowView& piece, Index first, std::vector<std::int32_t>& labels) {
  for (Index i = 0; i < piece.count; i += CenterDigits::batch_rows) {
    NearestTwo best[2];
    digits_->load(piece, i, std::min(piece.count - i, CenterDigits::batch_rows));
    digits_->scan(best);
    keep(*digits_, best, piece, first, i, labels);
  }
}

void FullSearch::find_compact(const RowView& piece, Index first, std::vector<std::int32_t>& labels) {
  for (Index i = 0; i < piece.count; i += CompactCenters::batch_rows) {
    NearestTwo best[2];
    compact_->scan(first + i, piece.count - i > lane_count, best);
    keep(*compact_, best, piece, first, i, labels);
  }
}

void FullSearch::find_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels) {
  for (Index i = 0; i < piece.count; i += CenterTiles::batch_rows) {
    NearestTwo best[2];
    const Index here = piece.count - i;
    Ahead ahead(piece, i);
    ahead.ask_for_quarter();
    rows_.frame.load(piece, i, std::min(here, lane_count), group_.data());
    ahead.ask_for_quarter();
    rows_.frame.load(piece, std::min(i + lane_count, piece.count - 1),
                     std::clamp<Index>(here - lane_count, 1, lane_count), group_.data() + piece.width);
    ahead.ask_for_quarter();
    ahead.ask_for_quarter();
    tiles_.scan(group_.data(), 0, 1, best);
    keep(tiles_, best, piece, first, i, labels);
  }
}

// The labels of a batch from row i on, and which of them are uncertain.
template <class Centers>
void FullSearch::keep(const Centers& centers, const NearestTwo (&best)[2], const RowView& piece, Index first, Index i,
                      std::vector<std::int32_t>& labels) {
  for (Index g = 0; g < 2; ++g) {
    const Index row = i + g * lane_count, count = std::min(lane_count, piece.count - row);
    if (count <= 0) break;
    std::memcpy(&labels[at(row)], &best[g].center, sizeof best[g].center);
    const LaneNumbers certain = certain_lanes(best[g], &rows_.norms[at(first + row)], count, centers);
    for (Index lane = 0; any_lane(~certain) && lane < count; ++lane)
      if (!certain[lane]) uncertain_.push_back(row + lane);
  }
}

// What 16 bits or digits could not tell apart.
void FullSearch::look_in_float(const RowView& piece, Index first, std::vector<std::int32_t>& labels) {
  std::vector<Index> rows;
  rows.swap(uncertain_);
  looked_at_ += static_cast<Index>(rows.size());
  for (std::size_t begin = 0; begin < rows.size(); begin += lane_count) {
    const auto batch = std::span(rows).subspan(begin, std::min<std::size_t>(lane_count, rows.size() - begin));
    NearestTwo best[2];
    rows_.frame.load(piece, batch, group_.data());
    std::copy_n(group_.begin(), piece.width, group_.begin() + piece.width);
    tiles_.scan(group_.data(), 0, 1, best);
    for (std::size_t lane = 0; lane < batch.size(); ++lane) {
      labels[at(batch[lane])] = best[0].center[lane];
      const float error = tiles_.error(rows_.norms[at(first + batch[lane])]);
      if (!(best[0].second[lane] - best[0].first[lane] > 2 * error)) uncertain_.push_back(batch[lane]);
    }
  }
}

Index search_all(const KMeansRows& rows, const MatrixD& centers, std::vector<std::int32_t>& labels,
                 const OnLabelChanges& on_changes, const CompactRows* compact) {
  FullSearch search(rows, centers, compact);
  RowPieces pieces(rows.source);
  std::vector<std::int32_t> found;
  std::vector<RowMove> changes(at(pieces.piece_rows() + 1));
  const Index n = rows.source.count;
  for (Index first = 0; first < n; first += pieces.piece_rows()) {
    const RowView piece = pieces.read(first, std::min(pieces.piece_rows(), n - first));
    search.find(piece, first, found);
    std::size_t count = 0;
    for (Index begin = 0; begin < piece.count; begin += lane_count) {
      const Index end = std::min(begin + lane_count, piece.count);
      if (equal_labels(&found[at(begin)], &labels[at(first + begin)], end - begin)) continue;
      for (Index i = begin; i < end; ++i) {  // without a branch, which nothing could foretell
        std::int32_t& label = labels[at(first + i)];
        changes[count] = {i, label, found[at(i)]};
        count += found[at(i)] != label ? 1 : 0;
        label = found[at(i)];
      }
    }
    if (count == 0) continue;
    for (std::size_t c = 0; compact && c < count; ++c) piece.ask_for(changes[c].row);  // only its copy has been read
    on_changes(piece, first, std::span(changes).first(count));
  }
  return search.looked_at();
}

}  // namespace shoal
