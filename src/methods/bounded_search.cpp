#include "shoal/methods/bounded_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "shoal/math/center_groups.hpp"

namespace shoal {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
// Factors that make up for the rounding of a few operations, upwards and downwards; and what an upper bound must be
// below a lower one by, so that distances in double are told apart too.
constexpr float up = 1 + 0x1p-21f, down = 1 - 0x1p-21f, apart = 1 - 0x1p-20f;

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// Bounds of |y - c| from a score and an upper bound of |y|.
float upper_bound(float score, float norm, const CenterTiles& tiles) {
  return std::sqrt(std::max(0.0f, norm * norm * up + 2 * (score + tiles.error(norm)))) * up + 2e-18f;
}
float lower_bound(float score, float norm, const CenterTiles& tiles) {
  return std::sqrt(std::max(0.0f, norm * norm * (1 - 0x1p-19f) + 2 * (score - tiles.error(norm)))) * down;
}

}  // namespace

BoundedSearch::BoundedSearch(const KMeansRows& rows)
    : rows_(rows),
      pieces_(rows.source),
      upper_(at(rows.source.count)),
      batch_(at(2 * rows.source.width)),
      least_lower_(at(pieces_.piece_rows())),
      candidates_(at(pieces_.piece_rows())) {}

Index BoundedSearch::group_count(Index row_bytes, Index k) {
  constexpr Index group_size = 40;
  // Bounds of a row are to be read faster than the row itself.
  return std::clamp<Index>(row_bytes / 16, 1, (k + group_size - 1) / group_size);
}

void BoundedSearch::form_groups(const MatrixD& centers) {
  groups_ = neighbour_groups(centers, group_count(rows_.source.row_bytes(), centers.rows()));
  group_of_.assign(at(centers.rows()), 0);
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (const std::int32_t c : groups_[g]) group_of_[at(c)] = static_cast<std::int32_t>(g);
  std::fill(upper_.begin(), upper_.end(), infinity);
  lower_.assign(groups_.size() * upper_.size(), 0.0f);
}

// By how far the centres have moved since the last search.
void BoundedSearch::widen(const MatrixD& centers, const std::vector<std::int32_t>& labels) {
  std::vector<float> moved(at(centers.rows())), moved_most(groups_.size(), 0.0f);
  for (Index c = 0; c < centers.rows(); ++c) {
    const double distance = (centers.row(c) - centers_.row(c)).norm() * rows_.frame.scale;
    float& here = moved[at(c)];
    here = distance > 0 ? static_cast<float>(distance) * up + 1e-36f : 0.0f;
    float& most = moved_most[at(group_of_[at(c)])];
    most = std::max(most, here);
  }
  for (std::size_t i = 0; i < upper_.size(); ++i) upper_[i] = (upper_[i] + moved[at(labels[i])]) * up;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const float most = moved_most[g];
    if (most == 0) continue;
    float* bounds = lower(static_cast<Index>(g));
    for (std::size_t i = 0; i < upper_.size(); ++i) bounds[i] = std::max(0.0f, bounds[i] - most) * down;
  }
}

void BoundedSearch::search(const MatrixD& centers, std::vector<std::int32_t>& labels,
                           const OnLabelChanges& on_changes) {
  if (groups_.empty())
    form_groups(centers);
  else
    widen(centers, labels);
  centers_ = centers;
  const CenterTiles tiles(centers, rows_.frame, groups_);
  SecondLook second_look(centers);
  const Index n = rows_.source.count;
  for (Index first = 0; first < n; first += pieces_.piece_rows()) {
    const Index count = std::min(pieces_.piece_rows(), n - first);
    find_doubtful(first, count);
    if (doubtful_.empty()) continue;
    const RowView piece = pieces_.read(first, count);
    tighten(tiles, piece, first, labels);
    scan_groups(tiles, piece, first, labels);
    settle(tiles, centers, second_look, piece, first, labels, on_changes);
  }
}

void BoundedSearch::find_doubtful(Index first, Index count) {
  std::copy_n(lower(0) + first, count, least_lower_.begin());
  for (Index g = 1; g < std::ssize(groups_); ++g) {
    const float* bounds = lower(g) + first;
    for (Index i = 0; i < count; ++i) least_lower_[at(i)] = std::min(least_lower_[at(i)], bounds[i]);
  }
  doubtful_.clear();
  for (Index i = 0; i < count; ++i)
    if (!(upper_[at(first + i)] < least_lower_[at(i)] * apart)) doubtful_.push_back(i);
}

// The distance to the own centre, which alone often settles it. In the frame, y and c are rounded by 2^-24 of their
// lengths, and their difference is computed to within d 2^-24.
void BoundedSearch::tighten(const CenterTiles& tiles, const RowView& piece, Index first,
                            const std::vector<std::int32_t>& labels) {
  const float relative = 1 + static_cast<float>(piece.width + 16) * 0x1p-23f;
  std::erase_if(doubtful_, [&](Index i) {
    const std::int32_t label = labels[at(first + i)];
    if (label < 0) return false;
    const float distance = std::sqrt(rows_.frame.squared_distance(piece, i, tiles.center(label)));
    const float rounding = (rows_.norms[at(first + i)] + tiles.largest_norm()) * 0x1p-23f + 2e-18f;
    float& bound = upper_[at(first + i)];
    bound = std::min(bound, distance * relative + rounding);
    return bound < least_lower_[at(i)] * apart;
  });
}

void BoundedSearch::scan_groups(const CenterTiles& tiles, const RowView& piece, Index first,
                                const std::vector<std::int32_t>& labels) {
  for (const Index i : doubtful_) candidates_[at(i)] = {infinity, infinity, infinity, 0};
  for (Index g = 0; g < std::ssize(groups_); ++g) {
    float* bounds = lower(g) + first;
    chosen_.clear();
    for (const Index i : doubtful_) {
      const std::int32_t label = labels[at(first + i)];
      if ((label >= 0 && group_of_[at(label)] == g) || !(upper_[at(first + i)] < bounds[i] * apart))
        chosen_.push_back(i);
    }
    for (std::size_t begin = 0; begin < chosen_.size(); begin += CenterTiles::batch_rows) {
      const std::span<const Index> batch =
          std::span(chosen_).subspan(begin, std::min<std::size_t>(CenterTiles::batch_rows, chosen_.size() - begin));
      NearestTwo best[2];
      rows_.frame.load(piece, batch.first(std::min<std::size_t>(batch.size(), lane_count)), batch_.data());
      if (batch.size() > lane_count) rows_.frame.load(piece, batch.subspan(lane_count), batch_.data() + piece.width);
      tiles.scan(batch_.data(), g, g + 1, best);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const NearestTwo& group = best[i / lane_count];
        const auto lane = i % lane_count;
        Candidate& candidate = candidates_[at(batch[i])];
        const float score = group.first[lane];
        bounds[batch[i]] = lower_bound(score, rows_.norms[at(first + batch[i])], tiles);
        if (score < candidate.best)
          candidate = {score, std::min(candidate.best, group.second[lane]), group.second[lane], group.center[lane]};
        else
          candidate.second = std::min(candidate.second, score);
      }
    }
  }
}

// Lower bounds are those of whole groups so far; that of the new label's group leaves the label itself out.
void BoundedSearch::settle(const CenterTiles& tiles, const MatrixD& centers, SecondLook& second_look,
                           const RowView& piece, Index first, std::vector<std::int32_t>& labels,
                           const OnLabelChanges& on_changes) {
  const auto change = [&](Index i, std::int32_t to) {
    std::int32_t& label = labels[at(first + i)];
    if (label == to) return;
    changes_.push_back({i, label, to});
    label = to;
  };
  changes_.clear();
  uncertain_.clear();
  for (const Index i : doubtful_) {
    const Candidate& found = candidates_[at(i)];
    const float norm = rows_.norms[at(first + i)];
    if (!(found.second - found.best > 2 * tiles.error(norm))) {
      uncertain_.push_back(i);
      continue;
    }
    upper_[at(first + i)] = upper_bound(found.best, norm, tiles);
    lower(group_of_[at(found.center)])[first + i] = lower_bound(found.own_second, norm, tiles);
    change(i, found.center);
  }
  second_look.find(piece, uncertain_, settled_);
  for (std::size_t u = 0; u < uncertain_.size(); ++u) {
    const Index i = uncertain_[u];
    const double squared = squared_distance(piece, i, centers.row(settled_[u]).data());
    upper_[at(first + i)] = static_cast<float>(std::sqrt(squared) * rows_.frame.scale) * up + 1e-36f;
    change(i, settled_[u]);
  }
  if (!changes_.empty()) on_changes(piece, first, changes_);
}

}  // namespace shoal
