#include "shoal/io/whole_files.hpp"

#include <unistd.h>

#include <memory>

#include "output_directory.hpp"
#include "unfinished_file.hpp"

namespace shoal {

void write_whole_files(const std::vector<WholeFile>& files) {
  std::vector<std::unique_ptr<UnfinishedFile>> unfinished;
  std::size_t named = 0;
  try {
    for (const auto& file : files) {
      unfinished.push_back(std::make_unique<UnfinishedFile>(partial_name(file.path)));
      write_aside(file.path, file.bytes);
      sync_file(partial_name(file.path), file.path);
    }
    for (; named < files.size(); ++named) give_name(partial_name(files[named].path), files[named].path);
  } catch (...) {
    for (; named < files.size(); ++named) ::unlink(partial_name(files[named].path).c_str());
    throw;
  }
}

}  // namespace shoal
