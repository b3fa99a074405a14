#pragma once
#include <cstddef>
#include <string>

namespace shoal {

/// While one lives, a signal that ends the program (INT, HUP, TERM, USR1, USR2, unless the program does something else
/// on it) removes this file first: what is half written takes space and is of no use. Local.
class UnfinishedFile {
 public:
  explicit UnfinishedFile(const std::string& path);
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

 private:
  std::size_t slot_;
};

}  // namespace shoal
