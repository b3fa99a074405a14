#include "shoal/math/row_frame.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "shoal/math/lane_rows.hpp"
#include "widen.hpp"

namespace shoal {
namespace {

template <class T>
const T* row_of(const RowView& rows, Index row) {
  return reinterpret_cast<const T*>(rows.bytes) + row * rows.width;
}

/// Whether 8 floats from the beginning of each row on, which have fewer, are all within `rows`.
bool can_read_eight(const float* const (&pointers)[lane_count], const RowView& rows) {
  constexpr Index eight = 8;
  const float* last = row_of<float>(rows, rows.count) - eight;
  return rows.width <= eight && std::all_of(pointers, pointers + lane_count, [&](const float* p) { return p <= last; });
}

void load_from(const float* const (&pointers)[lane_count], const RowView& rows, Lanes* group) {
  if (can_read_eight(pointers, rows))
    load_narrow_rows(pointers, rows.width, group);
  else
    load_lane_rows(pointers, rows.width, group);
}
void load_from(const std::uint8_t* const (&pointers)[lane_count], const RowView& rows, Lanes* group) {
  load_lane_rows(pointers, rows.width, group);
}

template <class T, class Which>
void load_rows(const RowFrame& frame, const RowView& rows, Which which, Lanes* group) {
  const T* pointers[lane_count];
  for (Index i = 0; i < lane_count; ++i) pointers[i] = row_of<T>(rows, which(i));
  load_from(pointers, rows, group);
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

/// sum_j (y_j - center_j)^2 over features [begin, begin + count), x being those of the row.
float squared_length(const RowFrame& frame, const float* x, Index begin, Index count, const float* center) {
  const auto scale = static_cast<float>(frame.scale);
  const float* origin = frame.origin.data() + begin;
  center += begin;
  Lanes sums[2]{};
  const auto term = [&](Index j) { return sixteen(x + j) * scale - sixteen(origin + j) - sixteen(center + j); };
  Index j = 0;
  for (; j + 2 * lane_count <= count; j += 2 * lane_count) {
    const Lanes a = term(j), b = term(j + lane_count);
    sums[0] += a * a;
    sums[1] += b * b;
  }
  if (j + lane_count <= count) {
    const Lanes a = term(j);
    sums[0] += a * a;
    j += lane_count;
  }
  float sum = sum_of_lanes(sums[0] + sums[1]);
  for (; j < count; ++j) {
    const float a = x[j] * scale - origin[j] - center[j];
    sum += a * a;
  }
  return sum;
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

float RowFrame::squared_distance(const RowView& rows, Index row, const float* center) const {
  if (rows.type != ElementType::uint8) return squared_length(*this, row_of<float>(rows, row), 0, width(), center);
  constexpr Index strip = 512;
  alignas(64) float wide[strip];
  float sum = 0;
  for (Index j = 0; j < width(); j += strip) {
    const Index columns = std::min(strip, width() - j);
    widen(row_of<std::uint8_t>(rows, row) + j, columns, wide);
    sum += squared_length(*this, wide, j, columns, center);
  }
  return sum;
}

void RowFrame::place(const RowView& rows, Index row, Index begin, Index count, float* y) const {
  if (rows.type == ElementType::uint8) {
    widen(row_of<std::uint8_t>(rows, row) + begin, count, y);
    return place_part(y, begin, count, y);
  }
  place_part(row_of<float>(rows, row) + begin, begin, count, y);
}

void RowFrame::place_part(const float* x, Index begin, Index count, float* y) const {
  const auto factor = static_cast<float>(scale);
  const float* middle = origin.data() + begin;
  Index j = 0;
  for (; j + lane_count <= count; j += lane_count) {
    const Lanes placed = sixteen(x + j) * factor - sixteen(middle + j);
    std::memcpy(y + j, &placed, sizeof placed);
  }
  for (; j < count; ++j) y[j] = x[j] * factor - middle[j];
}

void RowFrame::place(const float* x, float* y) const {
  place_part(x, 0, width(), y);
}

}  // namespace shoal
