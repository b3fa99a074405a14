// Attributes of files of unknown origin, as text.
#include <algorithm>
#include <cstring>

#include "hdf5_objects.hpp"
#include "hdf5_types.hpp"
#include "shape_check.hpp"
#include "shoal/core/text.hpp"

namespace shoal::hdf5 {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 26;
constexpr std::size_t shown_characters = 200;
constexpr hssize_t shown_numbers = 32;

std::string shortened(std::string text) {
  if (text.size() <= shown_characters) return text;
  std::size_t end = shown_characters - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;  // not within a UTF-8 character
  return text.substr(0, end) + "...";
}

template <class T>
std::string numbers_text(hid_t attribute, hid_t memory_type, std::size_t count) {
  std::vector<T> values(count);
  if (H5Aread(attribute, memory_type, values.data()) < 0) return "damaged";
  std::vector<std::string> words;
  for (const T value : values) {
    if constexpr (std::is_same_v<T, double>)
      words.push_back(format_number(value, 9));
    else
      words.push_back(std::to_string(value));
  }
  return join(words);
}

std::string value_text(hid_t attribute) {
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = space.valid() ? H5Sget_simple_extent_npoints(space) : -1;
  if (!type.valid() || count < 0) return "damaged";
  std::string text;
  if (read_text(attribute, text)) return shortened(text);
  const auto element = element_type_of(type);
  if (!element || count > shown_numbers) return "(" + format_count(count) + " x " + type_text(type) + ")";
  const auto n = static_cast<std::size_t>(count);
  return is_floating(*element) ? numbers_text<double>(attribute, H5T_NATIVE_DOUBLE, n)
                               : numbers_text<std::int64_t>(attribute, H5T_NATIVE_INT64, n);
}

}  // namespace

bool read_text(hid_t attribute, std::string& text) {
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (!type.valid() || !space.valid() || H5Tget_class(type) != H5T_STRING) return false;
  if (H5Sget_simple_extent_npoints(space) != 1) return false;
  if (H5Tis_variable_str(type) > 0) {
    char* value = nullptr;
    const Handle memory(H5Tcopy(type), H5Tclose);
    if (H5Aread(attribute, memory, &value) < 0) return false;
    if (value) text = value;
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, static_cast<void*>(&value));
    return true;
  }
  const std::size_t size = H5Tget_size(type);
  if (size == 0 || size > longest_text) return false;
  text.assign(size, '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return false;
  text.resize(::strnlen(text.data(), size));
  return true;
}

std::vector<std::pair<std::string, std::string>> attributes_of(hid_t object) {
  std::vector<std::string> names;
  hsize_t at = 0;
  H5Aiterate2(
      object, H5_INDEX_NAME, H5_ITER_INC, &at,
      [](hid_t, const char* name, const H5A_info_t*, void* into) -> herr_t {
        static_cast<std::vector<std::string>*>(into)->emplace_back(name);
        return 0;
      },
      &names);
  std::vector<std::pair<std::string, std::string>> attributes;
  for (const auto& name : names) {
    const Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
    attributes.emplace_back(name, attribute.valid() ? value_text(attribute) : "damaged");
  }
  return attributes;
}

}  // namespace shoal::hdf5
