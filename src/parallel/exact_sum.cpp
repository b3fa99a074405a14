#include "shoal/parallel/exact_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace shoal {

ExactSum::ExactSum(Index size, int bound_exponent, int levels)
    : size_(size),
      levels_(levels),
      limit_(std::ldexp(1.0, bound_exponent)),
      quantum_(std::ldexp(1.0, bound_exponent - level_bits)),
      words_(static_cast<std::size_t>(size * levels + 1), 0) {
  static_assert(level_bits + headroom_bits < 63);
}

void ExactSum::clear() {
  std::fill(words_.begin(), words_.end(), 0);
  additions_ = 0;
}

void ExactSum::settle_carries() {
  for (int level = levels_ - 1; level > 0; --level)
    for (Index i = 0; i < size_; ++i) {
      std::int64_t& word = words_[static_cast<std::size_t>(level * size_ + i)];
      const std::int64_t carry = word >> level_bits;
      word -= carry * (std::int64_t{1} << level_bits);
      words_[static_cast<std::size_t>((level - 1) * size_ + i)] += carry;
    }
  additions_ = 1;
}

template <class T>
void ExactSum::add_terms(std::span<const T> values, Index offset) {
  if (++additions_ == most_additions) settle_carries();
  const auto n = static_cast<Index>(values.size());
  // In pieces that stay in the first-level cache over the levels.
  constexpr Index piece = 512;
  double rest[piece];
  std::int64_t unusable = 0;
  for (Index at = 0; at < n; at += piece) {
    const Index m = std::min(piece, n - at);
    const T* terms = values.data() + at;
    for (Index i = 0; i < m; ++i) {
      const auto x = static_cast<double>(terms[i]);
      const bool usable = std::abs(x) < limit_;  // false for NaN
      unusable += !usable;
      rest[i] = usable ? x : 0.0;
    }
    double quantum = quantum_, inverse = 1.0 / quantum_;
    for (int level = 0; level < levels_; ++level) {
      std::int64_t* words = words_.data() + level * size_ + offset + at;
      for (Index i = 0; i < m; ++i) {
        const auto word = static_cast<std::int64_t>(rest[i] * inverse);
        rest[i] -= static_cast<double>(word) * quantum;  // exact: word * quantum holds the leading bits of rest
        words[i] += word;
      }
      quantum *= 0x1p-42;
      inverse *= 0x1p42;
    }
  }
  words_.back() += unusable;
}

void ExactSum::add(std::span<const float> values, Index offset) {
  add_terms(values, offset);
}
void ExactSum::add(std::span<const double> values, Index offset) {
  add_terms(values, offset);
}

void ExactSum::reduce(const Communicator& comm) {
  if (additions_ > most_additions / comm.size()) settle_carries();
  comm.sum(words_);
}

std::vector<std::int64_t> ExactSum::saved(const Communicator& comm) const {
  ExactSum copy = *this;
  copy.settle_carries();
  copy.reduce(comm);
  copy.settle_carries();
  return copy.words_;
}

void ExactSum::restore(std::span<const std::int64_t> saved) {
  if (saved.size() != words_.size()) throw std::logic_error("ExactSum::restore: another number of sums");
  std::copy(saved.begin(), saved.end(), words_.begin());
  additions_ = 1;
}

double ExactSum::operator[](Index i) const {
  if (words_.back() != 0) return std::numeric_limits<double>::quiet_NaN();
  // Carry what a finer level has gathered into the coarser one, so that the last additions round only once or twice.
  std::int64_t carry = 0;
  double sum = 0, quantum = std::ldexp(quantum_, -level_bits * (levels_ - 1));
  for (int level = levels_ - 1; level >= 0; --level, quantum *= 0x1p42) {
    const std::int64_t word = words_[static_cast<std::size_t>(level * size_ + i)] + carry;
    carry = level > 0 ? (word + (std::int64_t{1} << (level_bits - 1))) >> level_bits : 0;
    sum += static_cast<double>(word - carry * (std::int64_t{1} << level_bits)) * quantum;
  }
  return sum;
}

std::vector<double> ExactSum::values() const {
  std::vector<double> all(static_cast<std::size_t>(size_));
  for (Index i = 0; i < size_; ++i) all[static_cast<std::size_t>(i)] = (*this)[i];
  return all;
}

double exact_sum(const Communicator& comm, double value) {
  ExactSum sum(1, 84, 4);
  sum.add(std::span<const double>(&value, 1));
  sum.reduce(comm);
  return sum[0];
}

int bound_exponent_of(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  return std::ilogb(value) + 1;
}

}  // namespace shoal
