#include "hdf5_types.hpp"

#include <array>
#include <tuple>

namespace shoal::hdf5 {

std::optional<ElementType> element_type_of(hid_t type) {
  using enum ElementType;
  const std::array<std::tuple<hid_t, hid_t, ElementType>, 9> known{{
      {H5T_STD_U8LE, H5T_STD_U8BE, uint8},
      {H5T_STD_I8LE, H5T_STD_I8BE, int16},
      {H5T_STD_U16LE, H5T_STD_U16BE, uint16},
      {H5T_STD_I16LE, H5T_STD_I16BE, int16},
      {H5T_STD_I32LE, H5T_STD_I32BE, int32},
      {H5T_STD_U32LE, H5T_STD_U32BE, int64},
      {H5T_STD_I64LE, H5T_STD_I64BE, int64},
      {H5T_IEEE_F32LE, H5T_IEEE_F32BE, float32},
      {H5T_IEEE_F64LE, H5T_IEEE_F64BE, float64},
  }};
  for (const auto& [little, big, element] : known)
    if (H5Tequal(type, little) > 0 || H5Tequal(type, big) > 0) return element;
  return std::nullopt;
}

hid_t native_type(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return H5T_NATIVE_UINT8;
    case ElementType::uint16:
      return H5T_NATIVE_UINT16;
    case ElementType::int16:
      return H5T_NATIVE_INT16;
    case ElementType::int32:
      return H5T_NATIVE_INT32;
    case ElementType::int64:
      return H5T_NATIVE_INT64;
    case ElementType::float32:
      return H5T_NATIVE_FLOAT;
    case ElementType::float64:
      break;
  }
  return H5T_NATIVE_DOUBLE;
}

hid_t stored_type(ElementType type) {
  switch (type) {
    case ElementType::uint8:
      return H5T_STD_U8LE;
    case ElementType::uint16:
      return H5T_STD_U16LE;
    case ElementType::int16:
      return H5T_STD_I16LE;
    case ElementType::int32:
      return H5T_STD_I32LE;
    case ElementType::int64:
      return H5T_STD_I64LE;
    case ElementType::float32:
      return H5T_IEEE_F32LE;
    case ElementType::float64:
      break;
  }
  return H5T_IEEE_F64LE;
}

std::string type_text(hid_t type) {
  const std::string bytes = std::to_string(H5Tget_size(type)) + " bytes";
  const std::string bits = std::to_string(8 * H5Tget_size(type));
  const std::string order = H5Tget_size(type) > 1 && H5Tget_order(type) == H5T_ORDER_BE ? " (big-endian)" : "";
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + bits + order;
    case H5T_FLOAT:
      return "float" + bits + order;
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "string" : "string of " + bytes;
    case H5T_COMPOUND:
      return "record of " + bytes;
    case H5T_ENUM:
      return "enumeration of " + bytes;
    case H5T_REFERENCE:
      return "reference";
    case H5T_VLEN:
      return "sequence";
    case H5T_ARRAY:
      return "array of " + bytes;
    case H5T_OPAQUE:
      return "opaque of " + bytes;
    case H5T_BITFIELD:
      return "bit field of " + bytes;
    default:
      return "unknown type";
  }
}

}  // namespace shoal::hdf5
