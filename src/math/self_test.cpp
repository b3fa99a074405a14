#include "shoal/math/self_test.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "shoal/core/random.hpp"
#include "shoal/math/blas.hpp"

namespace shoal {
namespace {

class Fingerprint {
 public:
  void add(double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    for (int byte = 0; byte < 8; ++byte) hash_ = (hash_ ^ (bits >> (8 * byte) & 0xff)) * 1099511628211U;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 14695981039346656037U;
};

// Every operation is one that IEEE 754 defines to the last bit; multiply-adds are written out as such, because a
// compiler may fuse a product and a sum on one machine and not on another.
std::uint64_t ieee_fingerprint() {
  Fingerprint print;
  Random random(1, Stream::test);
  double x = 0.5;
  for (int i = 0; i < 4096; ++i) {
    const double a = random.uniform(), b = random.uniform();
    x = std::fma(x, a, b) / (1 + a);
    print.add(x);
    print.add(std::sqrt(x));
  }
  volatile double small = 0x1p-1022;  // the smallest normal number: its parts are denormal
  for (int i = 0; i < 52; ++i) {
    small = small / 2;
    print.add(small);
  }
  return print.value();
}

}  // namespace

std::uint64_t known_ieee_bits() {
  return 12275908062532580232U;
}

ArithmeticBits test_arithmetic() {
  constexpr Index rows = 256, columns = 96;
  MatrixD panel(rows, columns), gram = MatrixD::Zero(columns, columns), plain = MatrixD::Zero(columns, columns);
  Random random(2, Stream::test);
  for (Index i = 0; i < panel.size(); ++i) panel.data()[i] = random.uniform() - 0.5;
  add_gram(panel, gram);
  for (Index row = 0; row < rows; ++row)
    for (Index i = 0; i < columns; ++i)
      for (Index j = i; j < columns; ++j) plain(i, j) += panel(row, i) * panel(row, j);
  ArithmeticBits result;
  result.ieee = ieee_fingerprint();
  Fingerprint print;
  for (Index i = 0; i < columns; ++i)
    for (Index j = i; j < columns; ++j) {
      print.add(gram(i, j));
      result.blas_error = std::max(result.blas_error, std::abs(gram(i, j) - plain(i, j)) / plain(0, 0));
    }
  result.blas = print.value();
  return result;
}

}  // namespace shoal
