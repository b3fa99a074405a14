#include "shoal/methods/kmeans_rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>

#include "shoal/core/error.hpp"
#include "shoal/math/nearest_center.hpp"
#include "shoal/methods/row_pieces.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// Calls body(first, rows) for all rows of this rank, piece by piece. No piece lies in two blocks.
template <class Body>
void for_pieces(const KMeansRows& rows, Body&& body) {
  RowPieces pieces(rows.source);
  for (const MyBlock block : rows.blocks)
    for (Index first = block.first, end = block.first + block.count; first < end; first += pieces.piece_rows())
      body(first, pieces.read(first, std::min(pieces.piece_rows(), end - first)));
}

constexpr std::uint32_t infinity_bits = 0x7f800000u;

std::uint32_t magnitude_bits(float x) {
  return std::bit_cast<std::uint32_t>(x) & 0x7fffffffu;
}

[[noreturn]] void throw_not_finite(const RowView& rows, Index global_row) {
  for (Index i = 0; i < rows.count; ++i)
    for (Index j = 0; j < rows.width; ++j)
      if (!std::isfinite(static_cast<float>(rows.at(i, j))))
        throw numerics_error("k-means: row " + std::to_string(global_row + i) + ", column " + std::to_string(j) +
                                 " is " + std::to_string(rows.at(i, j)) + ".",
                             "Remove or replace such rows, or look at what made them.");
  throw std::logic_error("throw_not_finite: all elements are finite");
}

// The largest magnitude of each column of my rows. Magnitudes are compared as the bits of floats, in whose order a NaN
// is larger than everything.
VectorD largest_of_mine(const KMeansRows& rows, Index first_global) {
  const Index d = rows.source.width;
  if (rows.source.type == ElementType::uint8) return VectorD::Constant(d, 255);
  std::vector<std::uint32_t> largest(at(d), 0);
  for_pieces(rows, [&](Index first, const RowView& piece) {
    const auto* x = reinterpret_cast<const float*>(piece.bytes);
    for (Index i = 0; i < piece.count; ++i, x += d)
      for (Index j = 0; j < d; ++j) largest[at(j)] = std::max(largest[at(j)], magnitude_bits(x[j]));
    if (*std::max_element(largest.begin(), largest.end()) >= infinity_bits)
      throw_not_finite(piece, first_global + first);
  });
  VectorD result(d);
  for (Index j = 0; j < d; ++j) result[j] = std::bit_cast<float>(largest[at(j)]);
  return result;
}

float largest_weight_of_mine(std::span<const float> weights, Index first_global) {
  float largest = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      throw numerics_error("k-means: the weight of row " + std::to_string(first_global + static_cast<Index>(i)) +
                               " is " + std::to_string(weights[i]) + ".",
                           "Weights are finite and not negative; 0 leaves a row out of the means.");
    largest = std::max(largest, weights[i]);
  }
  return largest;
}

}  // namespace

double KMeansRows::reach() const {
  double most = 0;
  for (Index j = 0; j < largest.size(); ++j)
    most = std::max(most, largest[j] * frame.scale + std::abs(static_cast<double>(frame.origin[at(j)])));
  return most;
}

ClusterSums KMeansRows::sums(Index k) const {
  return {k, largest * largest_weight, largest_weight, global, source.type == ElementType::uint8 && !weighted};
}

FrameRange range_in_frame(const KMeansRows& rows) {
  const Index d = rows.source.width;
  FrameRange range{std::vector<float>(at(d), 4), std::vector<float>(at(d), -4)};
  std::vector<float> y(at(d));
  for_pieces(rows, [&](Index, const RowView& piece) {
    for (Index i = 0; i < piece.count; ++i) {
      rows.frame.place(piece, i, 0, d, y.data());
      for (std::size_t j = 0; j < at(d); ++j) {
        range.low[j] = std::min(range.low[j], y[j]);
        range.high[j] = std::max(range.high[j], y[j]);
      }
    }
  });
  return range;
}

CompactRows compact_copy(const KMeansRows& rows) {
  const Index n = rows.source.count;
  const FrameRange range = range_in_frame(rows);
  VectorD reach(rows.source.width);
  for (Index j = 0; j < reach.size(); ++j)
    reach[j] = std::max(std::abs(double{range.low[at(j)]}), std::abs(double{range.high[at(j)]}));
  CompactRows copy(rows.frame, n, reach, *std::max_element(rows.norms.begin(), rows.norms.end()));
  RowPieces pieces(rows.source);
  for (Index first = 0; first < n; first += pieces.piece_rows())
    copy.take(pieces.read(first, std::min(pieces.piece_rows(), n - first)), first);
  return copy;
}

double sum_over_rows(const Communicator& comm, const KMeansRows& rows, double largest,
                     const std::function<double(Index)>& value) {
  const double block_rows = static_cast<double>(RowBlocks::of(rows.global).block_rows);
  ExactSum total(1, bound_exponent_of(largest * block_rows) + 1);
  for (const MyBlock block : rows.blocks) {
    double sum = 0;
    for (Index i = block.first; i < block.first + block.count; ++i) sum += value(i);
    total.add(std::span<const double>(&sum, 1));
  }
  total.reduce(comm);
  return total[0];
}

KMeansRows look_at_rows(const Communicator& comm, const RowSource& source, std::span<const float> weights,
                        Index global_rows) {
  KMeansRows rows{source,  global_rows, my_blocks(comm, source.count, global_rows), comm.any(!weights.empty()),
                  weights, {}};
  const Index d = source.width, n = source.count, first_global = my_shard(comm, global_rows).begin;
  rows.largest = agree(comm, [&] { return largest_of_mine(rows, first_global); });
  comm.max(std::span(rows.largest.data(), at(d)));
  if (rows.weighted) {
    rows.largest_weight = comm.max(agree(comm, [&] { return double{largest_weight_of_mine(weights, first_global)}; }));
    if (rows.largest_weight == 0)
      throw numerics_error("k-means: all weights are 0.", "Give at least one row a weight.").set_on_all_ranks();
  }

  ClusterSums sums(1, rows.largest, 1, global_rows, source.type == ElementType::uint8);
  agree(comm, [&] {
    std::vector<RowMove> moves;
    for_pieces(rows, [&](Index, const RowView& piece) {
      while (std::ssize(moves) < piece.count) moves.push_back({std::ssize(moves), -1, 0});
      sums.move(piece, std::span(moves).first(at(piece.count)));
    });
  });
  std::vector<std::int64_t> words(sums.words().begin(), sums.words().end());
  comm.sum(words);
  const double count = static_cast<double>(std::max<Index>(1, global_rows));
  rows.mean = sums.totals(words).sums.row(0).transpose() / count;
  rows.frame = RowFrame::about(rows.mean, rows.largest.maxCoeff());
  rows.origin = VectorD(d);
  for (Index j = 0; j < d; ++j) rows.origin[j] = static_cast<double>(rows.frame.origin[at(j)]) / rows.frame.scale;

  std::vector<double> squares(at(n));
  agree(comm, [&] {
    for_pieces(rows, [&](Index first, const RowView& piece) {
      for (Index i = 0; i < piece.count; ++i) squares[at(first + i)] = squared_distance(piece, i, rows.origin.data());
    });
  });
  rows.norms.assign(at(n + 32), 0);
  for (std::size_t i = 0; i < squares.size(); ++i)
    rows.norms[i] = static_cast<float>(std::sqrt(squares[i]) * rows.frame.scale * (1 + 0x1p-22) + 0x1p-120);
  const double farthest = (rows.largest + rows.origin.cwiseAbs()).squaredNorm();
  const double plain = sum_over_rows(comm, rows, farthest, [&](Index i) { return squares[at(i)]; });
  rows.mean_variance = std::max(0.0, plain / count - (rows.mean - rows.origin).squaredNorm()) / static_cast<double>(d);
  rows.total_square = plain;
  rows.total_weight = static_cast<double>(global_rows);
  if (rows.weighted) {
    rows.total_square = sum_over_rows(comm, rows, farthest * rows.largest_weight,
                                      [&](Index i) { return double{weights[at(i)]} * squares[at(i)]; });
    rows.total_weight = sum_over_rows(comm, rows, rows.largest_weight, [&](Index i) { return double{weights[at(i)]}; });
  }
  return rows;
}

}  // namespace shoal
