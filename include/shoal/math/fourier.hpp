#pragma once
#include <complex>
#include <memory>
#include <span>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// Discrete Fourier transforms of n numbers, F_k = sum_j f_j exp(-2 pi i j k / n), one line at a time, in float, by
/// FFTW (Frigo, Johnson 2005, doi 10.1109/JPROC.2004.840301). Plans are made without measuring, and lines are copied to
/// and from buffers of one alignment: the same numbers give the same bits on every rank. One object for one thread.
class Fourier {
 public:
  /// n even.
  explicit Fourier(Index n);
  ~Fourier();
  Fourier(Fourier&&) noexcept;
  Fourier& operator=(Fourier&&) noexcept;

  Index size() const;

  /// Of real numbers: F_0 ... F_{n/2}. numbers: at most n, the rest are zeros.
  std::span<const std::complex<float>> forward(std::span<const float> numbers);

  /// The real numbers whose transform is n times less than (F_0 ... F_{n/2}): without the factor 1 / n.
  std::span<const float> backward(std::span<const std::complex<float>> transform);

  /// Of complex numbers, in place, multiplied by factors_k in between, and back: without the factor 1 / n. numbers: at
  /// most n, the rest are zeros; as many are given back. factors (n / 2 + 1): real, factor k is also that of n - k.
  void filter(std::span<std::complex<float>> numbers, std::span<const float> factors);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
