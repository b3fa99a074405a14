#include "shoal/math/row_frame.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "shoal/math/lane_rows.hpp"

namespace shoal {
namespace {

template <class T>
const T* row_of(const RowView& rows, Index row) {
  return reinterpret_cast<const T*>(rows.bytes) + row * rows.width;
}

template <class T, class Which>
void load_rows(const RowFrame& frame, const RowView& rows, Which which, Lanes* group) {
  const T* pointers[lane_count];
  for (Index i = 0; i < lane_count; ++i) pointers[i] = row_of<T>(rows, which(i));
  load_lane_rows(pointers, rows.width, group);
  const auto scale = static_cast<float>(frame.scale);
  const float* origin = frame.origin.data();
  for (Index j = 0; j < rows.width; ++j) group[j] = group[j] * scale - origin[j];
}

template <class Which>
void load_any(const RowFrame& frame, const RowView& rows, Which which, Lanes* group) {
  if (rows.type == ElementType::uint8)
    load_rows<std::uint8_t>(frame, rows, which, group);
  else
    load_rows<float>(frame, rows, which, group);
}

inline Lanes sixteen(const float* values) {
  Lanes v;
  std::memcpy(&v, values, sizeof v);
  return v;
}

inline Lanes sixteen(const std::uint8_t* values) {
  alignas(64) float wide[lane_count];
  for (Index i = 0; i < lane_count; ++i) wide[i] = values[i];
  return sixteen(wide);
}

/// sum_j (y_j - other_j)^2.
template <class T>
float squared_length(const RowFrame& frame, const T* x, const float* other) {
  const Index d = frame.width();
  const auto scale = static_cast<float>(frame.scale);
  const float* origin = frame.origin.data();
  Lanes sums[2]{};
  const auto term = [&](Index j) {
    const Lanes y = sixteen(x + j) * scale - sixteen(origin + j);
    return other ? y - sixteen(other + j) : y;
  };
  Index j = 0;
  for (; j + 2 * lane_count <= d; j += 2 * lane_count) {
    const Lanes a = term(j), b = term(j + lane_count);
    sums[0] += a * a;
    sums[1] += b * b;
  }
  if (j + lane_count <= d) {
    const Lanes a = term(j);
    sums[0] += a * a;
    j += lane_count;
  }
  float sum = sum_of_lanes(sums[0] + sums[1]);
  for (; j < d; ++j) {
    const float y = static_cast<float>(x[j]) * scale - origin[j], a = other ? y - other[j] : y;
    sum += a * a;
  }
  return sum;
}

float length(const RowFrame& frame, const RowView& rows, Index row, const float* other) {
  return std::sqrt(rows.type == ElementType::uint8 ? squared_length(frame, row_of<std::uint8_t>(rows, row), other)
                                                   : squared_length(frame, row_of<float>(rows, row), other));
}

}  // namespace

RowFrame RowFrame::about(const VectorD& middle, double magnitude) {
  RowFrame frame;
  frame.scale = std::ldexp(1.0, std::clamp(magnitude > 0 ? -std::ilogb(magnitude) - 2 : 0, -126, 126));
  frame.origin.resize(static_cast<std::size_t>(middle.size()));
  for (Index j = 0; j < middle.size(); ++j)
    frame.origin[static_cast<std::size_t>(j)] = static_cast<float>(middle[j] * frame.scale);
  return frame;
}

void RowFrame::load(const RowView& rows, std::span<const Index> which, Lanes* group) const {
  load_any(
      *this, rows, [&](Index i) { return which[i < std::ssize(which) ? static_cast<std::size_t>(i) : 0]; }, group);
}

void RowFrame::load(const RowView& rows, Index first, Index count, Lanes* group) const {
  load_any(
      *this, rows, [&](Index i) { return i < count ? first + i : first; }, group);
}

float RowFrame::distance(const RowView& rows, Index row, const float* center) const {
  return length(*this, rows, row, center);
}

float RowFrame::norm(const RowView& rows, Index row) const {
  return length(*this, rows, row, nullptr);
}

}  // namespace shoal
