#include "shoal/parallel/adaptive_sum.hpp"

#include <algorithm>
#include <cmath>

namespace shoal {
namespace {

constexpr int margin = 8;  // bits between the largest sum of a step, or the term that did not fit, and the next bound
constexpr int lowest = -100;

constexpr std::uint32_t infinity_bits = 0x7f800000u;

std::uint32_t largest_of(const OrderFreeSums::Largest& parts) {
  std::uint32_t most = 0;
  for (int l = 0; l < lane_count; ++l) most = std::max<std::uint32_t>(most, parts[l]);
  return most;
}

}  // namespace

AdaptiveSum::AdaptiveSum(std::vector<Index> begins, Index most_terms, int highest_exponent)
    : begins_(std::move(begins)),
      terms_exponent_(static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<Index>(1, most_terms))))),
      highest_exponent_(std::min(highest_exponent, 127)),
      exponents_(begins_.size() - 1, 0),
      sums_(static_cast<std::size_t>(begins_.back()) + begins_.size()),
      largest_(begins_.size() - 1) {}

// Sums stay below 2^(e + L), half of what lies between the start and the ends of its binade.
double AdaptiveSum::start_of(std::size_t section) const {
  return std::ldexp(1.5, exponents_[section] + terms_exponent_ + 1);
}

void AdaptiveSum::clear() {
  for (std::size_t s = 0; s < exponents_.size(); ++s)
    std::fill(sums_.begin() + begins_[s], sums_.begin() + begins_[s + 1], start_of(s));
  std::fill(sums_.begin() + size(), sums_.end(), 0.0);
  std::fill(largest_.begin(), largest_.end(), OrderFreeSums::Largest{});
}

OrderFreeSums AdaptiveSum::section(Index s) {
  const auto n = static_cast<std::size_t>(s);
  return {sums_.data() + begins_[n], begins_[n + 1] - begins_[n], &largest_[n]};
}

AdaptiveSum::Outcome AdaptiveSum::reduce(const Communicator& comm) {
  double* too_large = sums_.data() + size();
  for (std::size_t s = 0; s < exponents_.size(); ++s) {
    const double start = start_of(s);
    for (Index i = begins_[s]; i < begins_[s + 1]; ++i) sums_[static_cast<std::size_t>(i)] -= start;
    const std::uint32_t most = largest_of(largest_[s]);
    too_large[s] = most >= std::bit_cast<std::uint32_t>(std::ldexp(1.0f, exponents_[s]));
    if (most >= infinity_bits || most >= std::bit_cast<std::uint32_t>(std::ldexp(1.0f, highest_exponent_)))
      sums_.back() = 1;
  }
  comm.sum_order_free(sums_);
  if (sums_.back() > 0) return Outcome::not_finite;
  if (std::any_of(too_large, too_large + exponents_.size(), [](double ranks) { return ranks > 0; })) {
    raise_exponents(comm);
    return Outcome::too_small;
  }
  for (std::size_t s = 0; s < exponents_.size(); ++s) {
    double most = 0;
    for (Index i = begins_[s]; i < begins_[s + 1]; ++i)
      most = std::max(most, std::abs(sums_[static_cast<std::size_t>(i)]));
    const int wanted = most > 0 ? std::ilogb(most) + 1 + margin : lowest;
    exponents_[s] = std::clamp(std::max(wanted, exponents_[s] - 1), lowest, highest_exponent_);
  }
  return Outcome::done;
}

void AdaptiveSum::raise_exponents(const Communicator& comm) {
  std::vector<double> most;
  for (const auto& parts : largest_) most.push_back(std::bit_cast<float>(largest_of(parts)));
  comm.max(most);
  for (std::size_t s = 0; s < exponents_.size(); ++s)
    if (most[s] >= std::ldexp(1.0, exponents_[s]))
      exponents_[s] = std::min(std::ilogb(most[s]) + 1 + margin, highest_exponent_);
}

void AdaptiveSum::scaled(double factor, std::span<float> out) const {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(factor * sums_[i]);
}

}  // namespace shoal
