#include "shape_check.hpp"

#include <algorithm>
#include <limits>

#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"

namespace shoal {
namespace {

template <class T>
std::string times(const std::vector<T>& dims) {
  std::vector<std::string> words;
  for (const auto n : dims) words.push_back(std::to_string(n));
  return words.empty() ? "scalar" : join(words, " x ");
}

}  // namespace

std::string shape_text(const std::vector<Index>& dims) {
  return times(dims);
}
std::string shape_text(const std::vector<std::uint64_t>& dims) {
  return times(dims);
}

std::int64_t product_or_minus_one(const std::vector<std::uint64_t>& dims, std::uint64_t unit) {
  std::uint64_t product = unit;
  if (std::find(dims.begin(), dims.end(), 0U) != dims.end()) return 0;
  for (const auto n : dims)
    if (__builtin_mul_overflow(product, n, &product)) return -1;
  return product > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
             ? -1
             : static_cast<std::int64_t>(product);
}

std::vector<Index> checked_shape(const std::string& name, const std::vector<std::uint64_t>& dims, ElementType type) {
  constexpr std::size_t highest_rank = 4;
  if (dims.empty() || dims.size() > highest_rank)
    throw input_error("'" + name + "' has " + std::to_string(dims.size()) + " dimensions (" + shape_text(dims) +
                          "); Shoal reads 1 to 4",
                      "Reshape it to (n, d), (n, h, w), (n, h, w, c) or (n, c, h, w).");
  if (dims.front() == 0)
    throw input_error("'" + name + "' has no rows: its shape is " + shape_text(dims),
                      "Was it selected or written to the end?");
  if (std::find(dims.begin(), dims.end(), 0U) != dims.end())
    throw input_error("'" + name + "' has rows without elements: its shape is " + shape_text(dims));
  if (product_or_minus_one(dims, sizeof(double)) < 0)
    throw input_error("'" + name + "' says that it holds " + shape_text(dims) + " " + name_of(type) +
                          ", more bytes than any file has",
                      "Its header is damaged: make or download the file again.");
  return {dims.begin(), dims.end()};
}

void require_bytes(const std::string& name, const std::vector<Index>& dims, ElementType type, std::int64_t available) {
  const std::vector<std::uint64_t> unsigned_dims(dims.begin(), dims.end());
  const std::int64_t claimed = product_or_minus_one(unsigned_dims, size_of(type));
  if (claimed < 0 || claimed > available)
    throw input_error("'" + name + "' says " + shape_text(dims) + " " + name_of(type) + " = " + format_count(claimed) +
                          " bytes but only " + format_count(available) + " bytes follow its header",
                      "It was cut off or its header is damaged: make, copy or download it again.");
}

Error unknown_type(const std::string& name, const std::string& type) {
  return input_error("'" + name + "' holds elements of type " + type +
                         "; Shoal reads uint8, uint16, int16, int32, int64, float32 and float64",
                     "Convert it first, in Python: array.astype('float32').");
}

}  // namespace shoal
