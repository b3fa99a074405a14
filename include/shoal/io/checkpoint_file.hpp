#pragma once
#include <functional>
#include <optional>
#include <string>

#include "shoal/core/snapshot.hpp"

namespace shoal {

/// Writes a snapshot so that it is there whole or not at all: under a temporary name, flushed to the disk, read back
/// and compared, renamed. The checkpoint before it is kept as `path`.1; where that one is damaged, the one that is
/// `path`.1 already. Local: one rank writes. Errors: output_error.
///
/// The file: "SHOALCP1", the number of bytes that follow (64 bits), the arrays by name (length, name, type, length,
/// bytes), and a CRC-32 of all of that; numbers in the machine's own order.
void write_checkpoint(const std::string& path, const Snapshot& snapshot);

/// The newest whole checkpoint, `path` or `path`.1; nothing where there is none. `warn` is told of one that is
/// damaged. Nothing that a file claims is believed before its checksum agrees. Local.
std::optional<Snapshot> read_checkpoint(const std::string& path,
                                        const std::function<void(const std::string&)>& warn = {});

/// Removes both. Local.
void remove_checkpoint(const std::string& path);

}  // namespace shoal
