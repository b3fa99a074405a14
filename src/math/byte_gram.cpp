#include "shoal/math/byte_gram.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "byte_kernels.hpp"
#include "shoal/core/byte_tiles.hpp"

namespace shoal {
namespace {

// Long enough that sums seldom travel to memory, and short enough for the second-level cache where columns are few.
constexpr Index most_staged_rows = 4096;

}  // namespace

std::string name_of(BytePath path) {
  switch (path) {
    case BytePath::amx:
      return "amx";
    case BytePath::vnni:
      return "vnni";
    case BytePath::floats:
      break;
  }
  return "floats";
}

bool is_available(BytePath path) {
  return path == BytePath::amx ? has_byte_tiles() : path == BytePath::vnni ? vnni_is_available() : true;
}

BytePath fastest_byte_path() {
  for (const BytePath path : {BytePath::amx, BytePath::vnni})
    if (is_available(path)) return path;
  return BytePath::floats;
}

ByteGram::ByteGram(Index d, BytePath path)
    : d_(d), padded_((d + byte_strip - 1) / byte_strip * byte_strip), path_(path), capacity_(most_staged_rows) {
  if (!is_available(path)) throw std::logic_error("This processor cannot multiply bytes by " + name_of(path) + ".");
  const auto width = static_cast<std::size_t>(padded_);
  sums_.assign(width * width + width, 0.0);
  if (path_ == BytePath::floats) {
    floats_.emplace(ColumnMap::identity(d), 52);  // a quantum of 1: integers are not rounded
    return;
  }
  staged_.resize(static_cast<std::size_t>(capacity_ * d));
  left_.resize(static_cast<std::size_t>(capacity_) * width);
  right_.resize(static_cast<std::size_t>(capacity_) * width);
}

void ByteGram::add(const RowView& rows) {
  for (Index first = 0; first < rows.count;) {
    const Index count = path_ == BytePath::floats ? std::min(FloatGram::panel_rows, rows.count - first)
                                                  : std::min(capacity_ - waiting_, rows.count - first);
    const RowView part = rows.part(first, count);
    first += count;
    if (path_ == BytePath::floats) {
      floats_->add(part);
      continue;
    }
    add_column_sums(part);
    std::memcpy(staged_.data() + waiting_ * d_, part.bytes, static_cast<std::size_t>(count * d_));
    waiting_ += count;
    if (waiting_ == capacity_) multiply();
  }
}

void ByteGram::add_column_sums(const RowView& rows) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(rows.bytes);
  double* sums = sums_.data() + padded_ * padded_;
  constexpr Index piece = 1024, most = 256;  // 256 bytes fit into 16 bits
  std::uint16_t part[piece];
  for (Index j = 0; j < d_; j += piece)
    for (Index first = 0; first < rows.count; first += most) {
      const Index width = std::min(piece, d_ - j), last = std::min(first + most, rows.count);
      std::fill_n(part, width, std::uint16_t{0});
      for (Index i = first; i < last; ++i) {
        const std::uint8_t* x = bytes + i * d_ + j;
        for (Index l = 0; l < width; ++l) part[l] = static_cast<std::uint16_t>(part[l] + x[l]);
      }
      for (Index l = 0; l < width; ++l) sums[j + l] += part[l];
    }
}

void ByteGram::multiply() {
  const Index chunks = (waiting_ + byte_chunk - 1) / byte_chunk, strips = padded_ / byte_strip;
  std::fill(staged_.begin() + waiting_ * d_, staged_.begin() + chunks * byte_chunk * d_, std::uint8_t{0});
  pack_bytes(staged_.data(), chunks, d_, right_.data());
  const Index blocks = strips * chunks * 2;
  if (path_ == BytePath::amx) {
    pack_left_amx(right_.data(), blocks, left_.data());
    multiply_amx(left_.data(), right_.data(), strips, chunks, sums_.data(), padded_);
  } else {
    pack_left_vnni(right_.data(), blocks, left_.data());
    multiply_vnni(left_.data(), right_.data(), strips, chunks, sums_.data(), padded_);
    // What the left factor lacks. The padding's zeros are less 128, too, but meet zeros on the right.
    const auto* rows = staged_.data();
    std::vector<double> shift(static_cast<std::size_t>(padded_), 0.0);
    for (Index i = 0; i < waiting_; ++i)
      for (Index j = 0; j < d_; ++j) shift[static_cast<std::size_t>(j)] += 128.0 * rows[i * d_ + j];
    for (Index i = 0; i < padded_; ++i)
      for (Index j = 0; j < padded_; ++j)
        sums_[static_cast<std::size_t>(i * padded_ + j)] += shift[static_cast<std::size_t>(j)];
  }
  waiting_ = 0;
}

void ByteGram::finish() {
  if (waiting_ > 0) multiply();
  if (!floats_) return;
  floats_->finish();
  floats_->subtract_start();
  for (Index i = 0; i < d_; ++i)
    for (Index j = i; j < d_; ++j) sums_[static_cast<std::size_t>(i * padded_ + j)] = floats_->product(i, j);
  for (Index j = 0; j < d_; ++j) sums_[static_cast<std::size_t>(padded_ * padded_ + j)] = floats_->column_sum(j);
}

}  // namespace shoal
