#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "shoal/core/row_data.hpp"

namespace shoal {

/// A view of numbers of any type that a file holds: what a vector, span or row-major matrix of them, or RowData,
/// converts to, so that a writer needs no template.
class Numbers {
 public:
  template <class Range>
  requires requires(const Range& r) {
    { *r.data() } -> std::convertible_to<double>;
    { r.size() } -> std::integral;
  }
  Numbers(const Range& range)  // NOLINT(google-explicit-constructor): a conversion is its purpose
      : Numbers(type_of<std::remove_cvref_t<decltype(*range.data())>>(), range.data(),
                static_cast<std::size_t>(range.size()) * sizeof(*range.data())) {}
  Numbers(const RowData& rows)  // NOLINT(google-explicit-constructor)
      : Numbers(rows.type, rows.bytes.data(), rows.bytes.size()) {}
  Numbers(const RowView& rows)  // NOLINT(google-explicit-constructor)
      : Numbers(rows.type, rows.bytes, static_cast<std::size_t>(rows.count * rows.width) * size_of(rows.type)) {}

  ElementType type() const { return type_; }
  const std::byte* data() const { return bytes_.data(); }
  Index size() const { return static_cast<Index>(bytes_.size() / size_of(type_)); }

 private:
  Numbers(ElementType type, const void* data, std::size_t bytes)
      : type_(type), bytes_(static_cast<const std::byte*>(data), bytes) {}

  template <class T>
  static constexpr ElementType type_of() {
    if constexpr (std::is_same_v<T, std::uint8_t>)
      return ElementType::uint8;
    else if constexpr (std::is_same_v<T, std::uint16_t>)
      return ElementType::uint16;
    else if constexpr (std::is_same_v<T, std::int16_t>)
      return ElementType::int16;
    else if constexpr (std::is_same_v<T, std::int32_t>)
      return ElementType::int32;
    else if constexpr (std::is_same_v<T, float>)
      return ElementType::float32;
    else if constexpr (std::is_same_v<T, double>)
      return ElementType::float64;
    else {
      static_assert(std::is_integral_v<T> && std::is_signed_v<T> && sizeof(T) == 8, "not a type that files hold");
      return ElementType::int64;
    }
  }

  ElementType type_{};
  std::span<const std::byte> bytes_;
};

}  // namespace shoal
