#pragma once
#include <cstdint>
#include <string>

// What happens to an output file's names and directory. Local: called by the root alone.
namespace shoal {

/// "dir/name.h5" -> "dir/.name.h5.partial".
std::string partial_name(const std::string& path);

/// Tries a file of a few kilobytes under the temporary name and removes it; output_error when that fails.
void try_writing(const std::string& path);

/// Makes the file system set aside the first `bytes` bytes of the temporary file, so that a full disk or quota shows
/// here. Does nothing on file systems that cannot. Errors: output_error about `path`.
void reserve_space(const std::string& partial, const std::string& path, std::int64_t bytes);

/// Waits until the file is on the disk, gives it its own name, and waits for the directory. Errors: output_error.
void publish(const std::string& partial, const std::string& path);

}  // namespace shoal
