#pragma once
#include <cstddef>

namespace shoal {

/// Memory that runs out at a chosen place: `new` of exactly so many bytes fails, anywhere in this program. 0: none
/// does.
extern std::size_t refused_bytes;

}  // namespace shoal
