#include "shoal/parallel/adaptive_sum.hpp"

#include <algorithm>
#include <cmath>

namespace shoal {
namespace {

constexpr int margin = 8;  // bits between the largest sum of a step, or the term that did not fit, and the next bound
constexpr int lowest = -100;

constexpr std::uint32_t infinity_bits = 0x7f800000u;

}  // namespace

AdaptiveSum::AdaptiveSum(std::vector<Index> begins, Index most_terms, int highest_exponent, std::vector<Terms> terms)
    : begins_(std::move(begins)),
      terms_exponent_(static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max<Index>(1, most_terms))))),
      highest_exponent_(std::min(highest_exponent, 127)),
      terms_(std::move(terms)),
      exponents_(begins_.size() - 1, 0),
      notes_((static_cast<Index>(begins_.size()) + 7) / 8 * 8),
      values_(static_cast<std::size_t>(notes_ + begins_.back())),
      largest_(begins_.size() - 1) {
  terms_.resize(exponents_.size(), Terms::added);
}

// Sums stay below 2^(e + L), half of what lies between the start and the ends of its binade.
double AdaptiveSum::start_of(std::size_t section) const {
  if (terms_[section] == Terms::assigned) return 0;
  return std::ldexp(1.5, exponents_[section] + terms_exponent_ + 1);
}

void AdaptiveSum::clear() {
  std::fill_n(values_.begin(), notes_, 0.0);
  for (std::size_t s = 0; s < exponents_.size(); ++s)
    if (terms_[s] == Terms::added) std::fill_n(sums_of(s), begins_[s + 1] - begins_[s], start_of(s));
  std::fill(largest_.begin(), largest_.end(), 0u);
  started_ = static_cast<Index>(exponents_.size());
}

OrderFreeSums AdaptiveSum::section(Index s) {
  const auto n = static_cast<std::size_t>(s);
  return {sums_of(n), begins_[n + 1] - begins_[n], &largest_[n]};
}

void AdaptiveSum::assign_zero(Index s) {
  const auto n = static_cast<std::size_t>(s);
  std::fill_n(sums_of(n), begins_[n + 1] - begins_[n], 0.0);
}

// What there is to say of the terms; and, where the sums travel, from sums that stand at their start to plain sums.
void AdaptiveSum::close(Index first, bool travel) {
  double* too_large = values_.data();
  double& not_finite = values_[exponents_.size()];
  for (auto s = static_cast<std::size_t>(first); s < static_cast<std::size_t>(started_); ++s) {
    too_large[s] =
        terms_[s] == Terms::added && largest_[s] >= std::bit_cast<std::uint32_t>(std::ldexp(1.0f, exponents_[s]));
    if (largest_[s] >= infinity_bits ||
        largest_[s] >= std::bit_cast<std::uint32_t>(std::ldexp(1.0f, highest_exponent_)))
      not_finite = 1;
    if (!travel || terms_[s] == Terms::assigned) continue;
    const double start = start_of(s);
    double* sums = sums_of(s);
    for (Index i = 0; i < begins_[s + 1] - begins_[s]; ++i) sums[i] -= start;
  }
  subtracted_ = travel;
}

void AdaptiveSum::start(const Communicator& comm, Index first) {
  if (first >= started_) return;
  close(first, comm.size() > 1);
  const Index begin = begins_[static_cast<std::size_t>(first)], end = begins_[static_cast<std::size_t>(started_)];
  started_ = first;
  if (comm.size() == 1) return;
  comm.check_same("start of sums", static_cast<std::size_t>(end - begin));
  constexpr Index most = Index{1} << 27;  // a message's length is an int
  for (Index at = begin; at < end; at += most) {
    const Index n = std::min(most, end - at);
    comm.counted(static_cast<double>(n) * sizeof(double), 1, [&] {
      MPI_Iallreduce(MPI_IN_PLACE, values_.data() + notes_ + at, static_cast<int>(n), MPI_DOUBLE, MPI_SUM,
                     comm.handle(), &requests_.emplace_back());
    });
  }
}

void AdaptiveSum::advance() {
  int all_done = 0;
  if (!requests_.empty())
    MPI_Testall(static_cast<int>(requests_.size()), requests_.data(), &all_done, MPI_STATUSES_IGNORE);
}

AdaptiveSum::Outcome AdaptiveSum::reduce(const Communicator& comm) {
  close(0, comm.size() > 1);
  comm.sum_order_free(
      std::span(values_).first(static_cast<std::size_t>(notes_ + begins_[static_cast<std::size_t>(started_)])));
  started_ = 0;
  if (!requests_.empty())
    comm.counted(0, 0, [&] { MPI_Waitall(static_cast<int>(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE); });
  requests_.clear();

  const auto sections = exponents_.size();
  if (values_[sections] > 0) return Outcome::not_finite;
  if (std::any_of(values_.begin(), values_.begin() + static_cast<Index>(sections), [](double n) { return n > 0; })) {
    raise_exponents(comm);
    return Outcome::too_small;
  }
  return Outcome::done;
}

void AdaptiveSum::raise_exponents(const Communicator& comm) {
  std::vector<double> most;
  for (const std::uint32_t bits : largest_) most.push_back(std::bit_cast<float>(bits));
  comm.max(most);
  for (std::size_t s = 0; s < exponents_.size(); ++s)
    if (most[s] >= std::ldexp(1.0, exponents_[s]))
      exponents_[s] = std::min(std::ilogb(most[s]) + 1 + margin, highest_exponent_);
}

void AdaptiveSum::take(double factor, std::span<float> out) {
  for (std::size_t s = 0; s < exponents_.size(); ++s) {
    const double* sums = sums_of(s);
    const double start = subtracted_ ? 0 : start_of(s);
    float* to = out.data() + begins_[s];
    // The largest magnitude by the bits of the numbers, whose order is the same: a maximum of integers is vectorised.
    std::uint64_t most = 0;
    for (Index i = 0; i < begins_[s + 1] - begins_[s]; ++i) {
      const double sum = sums[i] - start;
      most = std::max(most, std::bit_cast<std::uint64_t>(sum) << 1);
      to[i] = static_cast<float>(factor * sum);
    }
    const int wanted = most > 0 ? std::ilogb(std::bit_cast<double>(most >> 1)) + 1 + margin : lowest;
    exponents_[s] = std::clamp(std::max(wanted, exponents_[s] - 1), lowest, highest_exponent_);
  }
}

}  // namespace shoal
