#include "shoal/math/center_digits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "nearest_lanes.hpp"
#include "shoal/core/tile_instructions.hpp"
#include "shoal/core/transpose.hpp"

namespace shoal {
namespace {

constexpr Index chunk = 64, tile_bytes = 1024, chunk_bytes = 2 * tile_bytes;
constexpr double largest = 127 * 256 + 127;

/// The largest power of two that keeps numbers of at most this magnitude within two digits.
double scale_for(double magnitude) {
  return magnitude > 0 ? std::ldexp(1.0, std::clamp(std::ilogb(largest / magnitude), -100, 100)) : 1.0;
}

/// The digits of 64 numbers in four vectors, number 16 m + j in byte m of word j: those of centres and of rows alike.
inline void split(const Lanes* v, float scale, LaneNumbers& high, LaneNumbers& low) {
  high = low = LaneNumbers{};
#pragma GCC unroll 4
  for (int m = 0; m < 4; ++m) {
    // Adding half the base carries into the upper digit where the lower one is 128 and more.
    const LaneNumbers q = nearest_whole(v[m] * scale) + 128;
    low |= ((q ^ 128) & 255) << (8 * m);
    high |= ((q >> 8) & 255) << (8 * m);
  }
}

inline LaneNumbers& words_at(std::int8_t* bytes) {  // NOLINT(readability-non-const-parameter): it is written to
  return *reinterpret_cast<LaneNumbers*>(bytes);
}

using TileSums = std::int32_t[16][16];

// Of 16 centres with 2 groups of 16 rows: the sums of high times high digits, and of high times low ones.
struct alignas(64) BlockSums {
  TileSums high[2], middle[2];
};

#ifdef SHOAL_TILE_INSTRUCTIONS
inline void begin_sums() {
  SHOAL_TILE_ZERO(0);
  SHOAL_TILE_ZERO(1);
  SHOAL_TILE_ZERO(2);
  SHOAL_TILE_ZERO(3);
}

// Two products with the same sum stand apart where they can, so that one need not wait for the other.
inline void add_chunk(const std::int8_t* centers, const std::int8_t* rows, const std::int8_t* others) {
  SHOAL_TILE_LOAD(4, centers);
  SHOAL_TILE_LOAD(6, rows);
  SHOAL_TILE_ADD_PRODUCT(0, 4, 6);
  SHOAL_TILE_LOAD(5, centers + tile_bytes);
  SHOAL_TILE_ADD_PRODUCT(1, 5, 6);
  SHOAL_TILE_LOAD(7, others);
  SHOAL_TILE_ADD_PRODUCT(2, 4, 7);
  SHOAL_TILE_ADD_PRODUCT(3, 5, 7);
  SHOAL_TILE_LOAD(6, rows + tile_bytes);
  SHOAL_TILE_ADD_PRODUCT(1, 4, 6);
  SHOAL_TILE_LOAD(7, others + tile_bytes);
  SHOAL_TILE_ADD_PRODUCT(3, 4, 7);
}

inline void end_sums(BlockSums& sums) {
  SHOAL_TILE_STORE(0, sums.high[0]);
  SHOAL_TILE_STORE(1, sums.middle[0]);
  SHOAL_TILE_STORE(2, sums.high[1]);
  SHOAL_TILE_STORE(3, sums.middle[1]);
}
#else
inline void begin_sums() {}
inline void add_chunk(const std::int8_t*, const std::int8_t*, const std::int8_t*) {}
inline void end_sums(BlockSums&) {}
#endif

inline Lanes score(const std::int32_t* high, const std::int32_t* middle, float half, float high_worth,
                   float middle_worth) {
  return half - as_numbers(middle) * middle_worth - as_numbers(high) * high_worth;
}

}  // namespace

bool CenterDigits::pays(Index k, Index d) {
  // Below, rows are turned into digits for too few products. Above, sums of high digits could leave 32 bits.
  constexpr Index fewest_centers = 48, fewest_columns = 16, most_columns = 1 << 16;
  return k >= fewest_centers && d >= fewest_columns && d <= most_columns && has_byte_tiles();
}

// Errors, with u = 2^-23 (twice the unit roundoff: room for second-order terms), C the largest |c|, and p_y, p_c what
// rounding to a quantum moves a row and a centre by at most, sqrt(d) / 2 quanta. |y c - y' c'| <= (u |y| + p_y) C +
// (|y|
// + p_y) p_c; the products of low digits, which are left out, are at most d 2^14 products of quanta; low digits are 256
// p_y and 256 p_c long at most, so that no intermediate result is larger than C^2 / 2 + 2 (|y| + 257 p_y) (C + 257
// p_c).
CenterDigits::CenterDigits(const MatrixD& centers, const RowFrame& frame, double reach)
    : frame_(frame),
      d_(centers.cols()),
      chunks_((centers.cols() + chunk - 1) / chunk),
      row_scale_(static_cast<float>(scale_for(reach))) {
  const Index k = centers.rows(), blocks = (k + lane_count - 1) / lane_count, padded = chunks_ * chunk;
  half_.assign(static_cast<std::size_t>(blocks * lane_count), std::numeric_limits<float>::infinity());
  blocks_.assign(static_cast<std::size_t>(blocks * chunks_ * chunk_bytes), 0);
  batch_.assign(static_cast<std::size_t>(2 * chunks_ * chunk_bytes), 0);
  row_.assign(static_cast<std::size_t>(padded), 0);

  MatrixD placed(k, d_);
  for (Index j = 0; j < d_; ++j)
    placed.col(j) =
        (centers.col(j) * frame.scale).array() - static_cast<double>(frame.origin[static_cast<std::size_t>(j)]);
  const double scale = scale_for(placed.cwiseAbs().maxCoeff()), quantum = 1 / scale, row_quantum = 1.0 / row_scale_;
  double square = 0;
  for (Index c = 0; c < k; ++c) {
    const double own = placed.row(c).squaredNorm();
    square = std::max(square, own);
    half_[static_cast<std::size_t>(c)] = static_cast<float>(own / 2);
    for (Index j = 0; j < d_; ++j)
      row_[static_cast<std::size_t>(j)] = static_cast<float>(std::nearbyint(placed(c, j) * scale));
    std::int8_t* block = blocks_.data() + c / lane_count * chunks_ * chunk_bytes;
    for (Index t = 0; t < chunks_; ++t) {
      std::int8_t* at = block + t * chunk_bytes + c % lane_count * chunk;
      split(reinterpret_cast<const Lanes*>(row_.data() + t * chunk), 1.0f, words_at(at), words_at(at + tile_bytes));
    }
  }
  std::fill(row_.begin(), row_.end(), 0.0f);
  const double worth = quantum * row_quantum;
  high_ = static_cast<float>(65536 * worth);
  middle_ = static_cast<float>(256 * worth);

  constexpr double u = 0x1p-23;
  const double C = std::sqrt(square), root = std::sqrt(static_cast<double>(d_)) / 2;
  const double p_y = root * row_quantum, p_c = root * quantum, C_and_digits = C + 257 * p_c;
  const double left_out = static_cast<double>(d_) * 0x1p14 * worth;
  constant_error_ = static_cast<float>(
      (p_y * C + p_y * p_c + left_out + 4 * u * (square / 2 + 2 * 257 * p_y * C_and_digits)) * 1.01 + 0x1p-100);
  norm_error_ = static_cast<float>((u * C + p_c + 8 * u * C_and_digits) * 1.01);
  square_error_ = error_of_doubles(d_);
}

void CenterDigits::load(const RowView& rows, Index first, Index count) {
  LaneNumbers words[2][lane_count];
  for (Index group = 0; group < 2; ++group) {
    std::int8_t* to = batch_.data() + group * chunks_ * chunk_bytes;
    for (Index t = 0; t < chunks_; ++t, to += chunk_bytes) {
      const Index begin = t * chunk, columns = std::min(chunk, d_ - begin);
      for (Index r = 0; r < lane_count; ++r) {
        const Index i = group * lane_count + r;
        frame_.place(rows, first + (i < count ? i : 0), begin, columns, row_.data());
        split(reinterpret_cast<const Lanes*>(row_.data()), row_scale_, words[0][r], words[1][r]);
      }
      for (Index digit = 0; digit < 2; ++digit) {
        transpose(words[digit]);
        for (Index w = 0; w < lane_count; ++w) words_at(to + digit * tile_bytes + w * chunk) = words[digit][w];
      }
    }
  }
}

Lanes CenterDigits::errors(const float* norms) const {
  const Lanes norm = sixteen(norms);
  return norm * (norm * square_error_ + norm_error_) + constant_error_;
}

void CenterDigits::scan(NearestTwo (&best)[2]) {
  const TileRegisters registers;
  BlockSums sums[2];
  const auto blocks = static_cast<Index>(half_.size()) / lane_count;
  const std::int8_t *rows = batch_.data(), *others = rows + chunks_ * chunk_bytes;
  const auto take_some = [&](Index block, Index begin, Index end) {
    const BlockSums& from = sums[block % 2];
    NearestTwo a = best[0], b = best[1];
    for (Index i = begin; i < end; ++i) {
      const auto c = static_cast<std::int32_t>(block * lane_count + i);
      const float half = half_[static_cast<std::size_t>(c)];
      take(score(from.high[0][i], from.middle[0][i], half, high_, middle_), c, a);
      take(score(from.high[1][i], from.middle[1][i], half, high_, middle_), c, b);
    }
    best[0] = a;
    best[1] = b;
  };
  // Scores of one block are taken between the products of the next, so that neither waits for the other.
  for (Index block = 0; block < blocks; ++block) {
    const std::int8_t* centers = blocks_.data() + block * chunks_ * chunk_bytes;
    begin_sums();
    for (Index t = 0; t < chunks_; ++t) {
      add_chunk(centers + t * chunk_bytes, rows + t * chunk_bytes, others + t * chunk_bytes);
      if (block > 0) take_some(block - 1, lane_count * t / chunks_, lane_count * (t + 1) / chunks_);
    }
    end_sums(sums[block % 2]);
  }
  take_some(blocks - 1, 0, lane_count);
}

}  // namespace shoal
