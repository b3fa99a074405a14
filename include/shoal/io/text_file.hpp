#pragma once
#include <memory>
#include <string>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

class UnfinishedFile;

/// A text that the root writes to a file of its own, which is never half there: under a temporary name first, synced;
/// publish() gives it its own name. Every member but the destructor is collective.
/// Errors: an output_error on all ranks alike; a file that stood under the name stays as it was.
class TextFile {
 public:
  TextFile(const Communicator& comm, const std::string& path, const std::string& text);

  /// Without publish(), removes the temporary file. Never communicates.
  ~TextFile();
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void publish();

 private:
  Communicator comm_;
  std::string path_;
  bool mine_ = false;  // this rank has a temporary file
  std::unique_ptr<UnfinishedFile> unfinished_;
};

}  // namespace shoal
