#pragma once
#include <optional>
#include <string>

#include "hdf5_handle.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal::hdf5 {

/// The element type that holds every value of a file's type, or none: int8 fits int16, uint32 fits int64; uint64,
/// float16, enumerations, strings and records fit none.
std::optional<ElementType> element_type_of(hid_t type);

/// This machine's type and the file's little-endian one. Not to be closed.
hid_t native_type(ElementType type);
hid_t stored_type(ElementType type);

/// For people: "float32", "uint16 (big-endian)", "string of 12 bytes", "record of 16 bytes".
std::string type_text(hid_t type);

}  // namespace shoal::hdf5
