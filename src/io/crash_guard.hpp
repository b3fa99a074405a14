#pragma once
#include <string>

namespace shoal {

/// While it lives, a crash of this thread (segmentation fault, bus error, abort) ends the process with the sentence and
/// the exit status of an input error that names `path`. HDF5 1.10.8 crashes in some damaged files, whatever is checked
/// before: the caller is told which file it was, and mpirun ends the other ranks, in place of a bare signal.
/// To be held around the calls of HDF5 that read; guards of one thread end in the reverse order of their beginning.
class CrashGuard {
 public:
  /// `path` must live longer.
  explicit CrashGuard(const std::string& path);
  ~CrashGuard();
  CrashGuard(const CrashGuard&) = delete;
  CrashGuard& operator=(const CrashGuard&) = delete;

 private:
  const char* outer_;
};

}  // namespace shoal
