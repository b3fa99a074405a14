#include "shoal/job/fma_peak.hpp"

#include "shoal/core/timer.hpp"

namespace shoal {
namespace {

// One machine register: wider vectors would be cut up and spilled.
#if defined(__AVX512F__)
constexpr int register_bytes = 64;
#elif defined(__AVX__)
constexpr int register_bytes = 32;
#else
constexpr int register_bytes = 16;
#endif
using Register = float __attribute__((vector_size(register_bytes)));

// Independent sums: more than two units of four cycles' latency keep busy (8), and fewer than 16 registers hold.
constexpr int chains = 12;
constexpr double flops_per_round = 2.0 * chains * register_bytes / sizeof(float);

float run_chains(long rounds, float factor, float term) {
  const Register x = factor - Register{}, y = term - Register{};
  Register sums[chains];
#pragma GCC unroll 12
  for (int i = 0; i < chains; ++i) sums[i] = y * static_cast<float>(i);
  for (long r = 0; r < rounds; ++r) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) sums[i] = sums[i] * x + y;
  }
  Register total{};
#pragma GCC unroll 12
  for (int i = 0; i < chains; ++i) total += sums[i];
  return total[0];
}

}  // namespace

double fma_peak_gflops(double seconds) {
  constexpr long rounds = 20'000;
  // Volatile, so that no call can be left out or computed beforehand.
  volatile float factor = 0.999f, term = 1e-4f;
  [[maybe_unused]] volatile float result = 0;
  double calls = 0;
  const Stopwatch watch;
  do {
    result = run_chains(rounds, factor, term);
    ++calls;
  } while (watch.seconds() < seconds);
  return calls * static_cast<double>(rounds) * flops_per_round / watch.seconds() * 1e-9;
}

}  // namespace shoal
