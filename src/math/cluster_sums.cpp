#include "shoal/math/cluster_sums.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace shoal {
namespace {

// Adding it to a number below 2^51 leaves that number, rounded to a whole one, in the last bits of the sum.
constexpr double rounder = 0x1.8p52;

std::uint64_t rounded(double value) {
  return std::bit_cast<std::uint64_t>(value + rounder);
}

double scale_for(double largest, Index most_terms) {
  const int length = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<Index>(1, most_terms))));
  return largest > 0 ? std::ldexp(1.0, std::min(50, 62 - length) - std::ilogb(largest) - 1) : 1.0;
}

template <bool whole, class T>
std::uint64_t term_of(T x, double scale) {
  return whole ? static_cast<std::uint64_t>(x) : rounded(static_cast<double>(x) * scale);
}

template <bool whole, class T>
void add_terms(const T* x, Index d, const double* scale, std::uint64_t* sums) {
  for (Index j = 0; j < d; ++j) sums[j] += term_of<whole>(x[j], scale[j]);
}

template <bool whole, class T>
void move_terms(const T* x, Index d, const double* scale, std::uint64_t* __restrict from,
                std::uint64_t* __restrict to) {
  for (Index j = 0; j < d; ++j) {
    const std::uint64_t term = term_of<whole>(x[j], scale[j]);
    from[j] -= term;
    to[j] += term;
  }
}

}  // namespace

ClusterSums::ClusterSums(Index k, const VectorD& largest, double largest_weight, Index most_terms, bool whole)
    : k_(k),
      d_(largest.size()),
      whole_(whole),
      weight_scale_(scale_for(largest_weight, most_terms)),
      words_(static_cast<std::size_t>(k * (largest.size() + 2)), 0) {
  for (const double most : largest) scale_.push_back(whole ? 1.0 : scale_for(most, most_terms));
  weighted_scale_.resize(scale_.size());
}

void ClusterSums::clear() {
  std::fill(words_.begin(), words_.end(), 0);
}

template <bool whole, class T>
void ClusterSums::move_rows(const T* rows, std::span<const RowMove> moves, const float* weights) {
  auto* words = reinterpret_cast<std::uint64_t*>(words_.data());  // unsigned: modulo 2^64
  std::uint64_t* sums = words + 2 * k_;
  for (const RowMove& move : moves) {
    const T* x = rows + move.row * d_;
    const double w = weights ? weights[move.row] : 1.0;
    const double* scale = scale_.data();
    if (w != 1) {  // powers of two, and w x is exact in double: w may as well stand on their side
      for (std::size_t j = 0; j < scale_.size(); ++j) weighted_scale_[j] = w * scale_[j];
      scale = weighted_scale_.data();
    }
    const std::uint64_t weight_term = rounded(w * weight_scale_);
    std::uint64_t* to = sums + move.to * d_;
    ++words[move.to];
    words[k_ + move.to] += weight_term;
    if (move.from < 0) {
      add_terms<whole>(x, d_, scale, to);
      continue;
    }
    move_terms<whole>(x, d_, scale, sums + move.from * d_, to);
    --words[move.from];
    words[k_ + move.from] -= weight_term;
  }
}

void ClusterSums::move(const RowView& rows, std::span<const RowMove> moves, const float* weights) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(rows.bytes);
  if (whole_)
    move_rows<true>(bytes, moves, weights);
  else if (rows.type == ElementType::uint8)
    move_rows<false>(bytes, moves, weights);
  else
    move_rows<false>(reinterpret_cast<const float*>(rows.bytes), moves, weights);
}

ClusterSums::Totals ClusterSums::totals(std::span<const std::int64_t> words) const {
  // Every term has brought the bits of `rounder` along.
  const auto value = [&](Index at, Index c, double scale, bool plain) {
    const auto rounders =
        plain ? 0
              : static_cast<std::uint64_t>(words[static_cast<std::size_t>(c)]) * std::bit_cast<std::uint64_t>(rounder);
    const auto whole = static_cast<std::uint64_t>(words[static_cast<std::size_t>(at)]) - rounders;
    return static_cast<double>(static_cast<std::int64_t>(whole)) / scale;
  };
  Totals totals{MatrixD(k_, d_), {}, {words.begin(), words.begin() + k_}};
  for (Index c = 0; c < k_; ++c) {
    totals.weights.push_back(value(k_ + c, c, weight_scale_, false));
    for (Index j = 0; j < d_; ++j)
      totals.sums(c, j) = value(2 * k_ + c * d_ + j, c, scale_[static_cast<std::size_t>(j)], whole_);
  }
  return totals;
}

double ClusterSums::term(float weight, double x, Index column) const {
  const double scale = scale_[static_cast<std::size_t>(column)];
  return (static_cast<double>(weight) * x * scale + rounder - rounder) / scale;
}

double ClusterSums::squared_resolution() const {
  if (whole_) return 0;
  double sum = 0;
  for (const double scale : scale_) sum += 1 / (scale * scale);
  return sum;
}

}  // namespace shoal
