#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal {

/// "60000 x 28 x 28".
std::string shape_text(const std::vector<std::uint64_t>& dims);

/// The dims as Index once they are 1 to 4, none is 0 and their bytes fit 63 bits; else an input_error about `name`.
std::vector<Index> checked_shape(const std::string& name, const std::vector<std::uint64_t>& dims, ElementType type);

/// input_error unless `available` bytes hold that many elements of `element_bytes`. Call after checked_shape.
void require_bytes(const std::string& name, const std::vector<Index>& dims, ElementType type, std::int64_t available);

/// The product of dims with `unit`, or -1 when it does not fit 63 bits.
std::int64_t product_or_minus_one(const std::vector<std::uint64_t>& dims, std::uint64_t unit);

/// The refusal of an element type that Shoal does not read.
Error unknown_type(const std::string& name, const std::string& type);

}  // namespace shoal
