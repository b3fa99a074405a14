#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "shoal/core/row_data.hpp"

namespace shoal {

/// The state of a computation under way, as named arrays of numbers: all that is needed to go on as if nothing had
/// happened, and nothing that depends on ranks. What a checkpoint file holds.
class Snapshot {
 public:
  struct Array {
    ElementType type = ElementType::uint8;
    std::vector<std::byte> bytes;
    bool operator==(const Array&) const = default;
  };

  /// Keeps a copy of the numbers under this name.
  void put(const std::string& name, std::span<const double> values);
  void put(const std::string& name, std::span<const float> values);
  void put(const std::string& name, std::span<const std::int64_t> values);
  void put(const std::string& name, const std::string& text);
  void put(const std::string& name, double value) { put(name, std::span<const double>(&value, 1)); }
  void put(const std::string& name, std::int64_t value) { put(name, std::span<const std::int64_t>(&value, 1)); }

  bool has(const std::string& name) const { return arrays_.contains(name); }

  /// The numbers under this name; `number` and `integer`: the only one. Errors: input_error where there are none, they
  /// are of another type, or are not one.
  std::vector<double> doubles(const std::string& name) const;
  std::vector<float> floats(const std::string& name) const;
  std::vector<std::int64_t> integers(const std::string& name) const;
  std::string text(const std::string& name) const;
  double number(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;
  /// Fills `values`. Errors: those above, and input_error where the numbers are not as many.
  void copy(const std::string& name, std::span<double> values) const;
  void copy(const std::string& name, std::span<float> values) const;
  void copy(const std::string& name, std::span<std::int64_t> values) const;

  /// All arrays of `part`, as prefix + "/" + name, in place of those that had this prefix before; and those of such a
  /// prefix again, without it.
  void put_part(const std::string& prefix, const Snapshot& part);
  Snapshot part(const std::string& prefix) const;

  const std::map<std::string, Array>& arrays() const { return arrays_; }
  void put(const std::string& name, Array array) { arrays_[name] = std::move(array); }
  bool operator==(const Snapshot&) const = default;

 private:
  template <class T>
  std::vector<T> values(const std::string& name) const;

  std::map<std::string, Array> arrays_;
};

}  // namespace shoal
