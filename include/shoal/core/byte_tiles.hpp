#pragma once

namespace shoal {

/// Whether this processor multiplies tiles of bytes (Intel AMX) and its system lets us. The same for all threads.
bool has_byte_tiles();

/// While one lives, this thread's eight tile registers hold 16 rows of 64 bytes each. Needs has_byte_tiles().
class TileRegisters {
 public:
  TileRegisters();
  ~TileRegisters();
  TileRegisters(const TileRegisters&) = delete;
  TileRegisters& operator=(const TileRegisters&) = delete;
};

}  // namespace shoal
