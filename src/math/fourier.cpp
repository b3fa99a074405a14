#include "shoal/math/fourier.hpp"

#include <fftw3.h>

#include <algorithm>

#include "shoal/core/lanes.hpp"

namespace shoal {

struct Fourier::State {
  Index n;
  AlignedVector<float> real;
  AlignedVector<std::complex<float>> half, full, turned;
  fftwf_plan forward, backward, there, back;

  explicit State(Index size)
      : n(size),
        real(static_cast<std::size_t>(n)),
        half(static_cast<std::size_t>(n / 2 + 1)),
        full(static_cast<std::size_t>(n)),
        turned(static_cast<std::size_t>(n)) {
    const auto length = static_cast<int>(n);
    const auto of = [](auto& line) { return reinterpret_cast<fftwf_complex*>(line.data()); };
    forward = fftwf_plan_dft_r2c_1d(length, real.data(), of(half), FFTW_ESTIMATE);
    backward = fftwf_plan_dft_c2r_1d(length, of(half), real.data(), FFTW_ESTIMATE);
    there = fftwf_plan_dft_1d(length, of(full), of(turned), FFTW_FORWARD, FFTW_ESTIMATE);
    back = fftwf_plan_dft_1d(length, of(turned), of(full), FFTW_BACKWARD, FFTW_ESTIMATE);
  }
  ~State() {
    for (auto* const plan : {forward, backward, there, back}) fftwf_destroy_plan(plan);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Fourier::Fourier(Index n) : state_(std::make_unique<State>(n)) {}
Fourier::~Fourier() = default;
Fourier::Fourier(Fourier&&) noexcept = default;
Fourier& Fourier::operator=(Fourier&&) noexcept = default;

Index Fourier::size() const {
  return state_->n;
}

std::span<const std::complex<float>> Fourier::forward(std::span<const float> numbers) {
  const auto rest = std::copy(numbers.begin(), numbers.end(), state_->real.begin());
  std::fill(rest, state_->real.end(), 0.0f);
  fftwf_execute(state_->forward);
  return state_->half;
}

std::span<const float> Fourier::backward(std::span<const std::complex<float>> transform) {
  std::copy(transform.begin(), transform.end(), state_->half.begin());
  fftwf_execute(state_->backward);
  return state_->real;
}

void Fourier::filter(std::span<std::complex<float>> numbers, std::span<const float> factors) {
  const auto rest = std::copy(numbers.begin(), numbers.end(), state_->full.begin());
  std::fill(rest, state_->full.end(), std::complex<float>{});
  fftwf_execute(state_->there);
  const Index n = state_->n;
  for (Index k = 0; k < n; ++k)
    state_->turned[static_cast<std::size_t>(k)] *= factors[static_cast<std::size_t>(std::min(k, n - k))];
  fftwf_execute(state_->back);
  std::copy_n(state_->full.begin(), numbers.size(), numbers.begin());
}

}  // namespace shoal
