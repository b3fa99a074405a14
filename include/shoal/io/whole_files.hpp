#pragma once
#include <string>
#include <vector>

namespace shoal {

/// A file and all that is to be in it.
struct WholeFile {
  std::string path;
  std::string bytes;
};

/// Writes files that belong together: all under temporary names first, synced; only then do they get their own. So a
/// full disk leaves what stood there as it was, and nothing else. Local: for what one rank alone writes (what the root
/// writes for all is a TextFile). Errors: output_error.
void write_whole_files(const std::vector<WholeFile>& files);

}  // namespace shoal
