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

/// Writes a text under the temporary name of `path`. Removes it again and throws an output_error when that fails.
void write_aside(const std::string& path, const std::string& text);

/// Waits until the file is on the disk. Errors: output_error about `path`.
void sync_file(const std::string& partial, const std::string& path);

/// Gives the file its own name and waits until that is on the disk too. Errors: output_error about `path`.
void give_name(const std::string& partial, const std::string& path);

}  // namespace shoal
