#include "shoal/core/row_data.hpp"

#include <cstring>
#include <utility>

namespace shoal {
namespace {

// Calls `body` with a value of the C++ type of `type`.
template <class Body>
decltype(auto) with_type(ElementType type, Body&& body) {
  switch (type) {
    case ElementType::uint8:
      return body(std::uint8_t{});
    case ElementType::uint16:
      return body(std::uint16_t{});
    case ElementType::int16:
      return body(std::int16_t{});
    case ElementType::int32:
      return body(std::int32_t{});
    case ElementType::int64:
      return body(std::int64_t{});
    case ElementType::float32:
      return body(float{});
    case ElementType::float64:
      break;
  }
  return body(double{});
}

}  // namespace

std::string name_of(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return "uint8";
    case ElementType::uint16:
      return "uint16";
    case ElementType::int16:
      return "int16";
    case ElementType::int32:
      return "int32";
    case ElementType::int64:
      return "int64";
    case ElementType::float32:
      return "float32";
    case ElementType::float64:
      break;
  }
  return "float64";
}

std::size_t size_of(ElementType type) {
  return with_type(type, [](auto value) { return sizeof(value); });
}

bool is_floating(ElementType type) {
  return type == ElementType::float32 || type == ElementType::float64;
}

void RowView::to_floats(Index row, float* values) const {
  with_type(type, [&]<class T>(T) {
    const std::byte* at = bytes + static_cast<std::size_t>(row * width) * sizeof(T);
    for (Index i = 0; i < width; ++i, at += sizeof(T)) {
      T value;
      std::memcpy(&value, at, sizeof(T));
      values[i] = static_cast<float>(value);
    }
  });
}

double RowView::at(Index row, Index column) const {
  return with_type(type, [&]<class T>(T value) {
    std::memcpy(&value, bytes + static_cast<std::size_t>(row * width + column) * sizeof(T), sizeof(T));
    return static_cast<double>(value);
  });
}

void RowView::ask_for(Index row) const {
  constexpr Index cache_line = 64;
  const Index row_bytes = width * static_cast<Index>(size_of(type));
  const std::byte* begin = bytes + row * row_bytes;
  for (Index at = 0; at < row_bytes; at += cache_line) __builtin_prefetch(begin + at);
  __builtin_prefetch(begin + row_bytes - 1);
}

RowView RowView::part(Index first, Index rows) const {
  return {type, rows, width, bytes + static_cast<std::size_t>(first * width) * size_of(type)};
}

}  // namespace shoal
