#include "shoal/io/text_file.hpp"

#include <unistd.h>

#include "output_directory.hpp"
#include "shoal/parallel/agreement.hpp"
#include "unfinished_file.hpp"

namespace shoal {

TextFile::TextFile(const Communicator& comm, const std::string& path, const std::string& text)
    : comm_(comm), path_(path) {
  agree(comm, [&] {
    if (!comm.is_root()) return;
    unfinished_ = std::make_unique<UnfinishedFile>(partial_name(path));
    write_aside(path, text);
    try {
      sync_file(partial_name(path), path);
    } catch (...) {
      ::unlink(partial_name(path).c_str());
      throw;
    }
    mine_ = true;
  });
}

TextFile::~TextFile() {
  if (mine_) ::unlink(partial_name(path_).c_str());
}

void TextFile::publish() {
  agree(comm_, [&] {
    if (mine_) give_name(partial_name(path_), path_);
    mine_ = false;
    unfinished_.reset();
  });
}

}  // namespace shoal
