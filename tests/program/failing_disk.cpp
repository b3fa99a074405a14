// A disk that fails, for any program: preloaded (LD_PRELOAD), it lets calls on chosen files fail as the kernel would.
//   DISK_FILE=out.h5     files whose path has this text in it
//   DISK_CALL=write      which calls count: write (and its kin), fsync, rename, fallocate, open
//   DISK_AT=3            the first one that fails, counted from 1 over all of this process; those after it fail as well
//   DISK_ERROR=28        errno (28 ENOSPC, 5 EIO), or 0: writes are short from then on, one byte each, but succeed
//   DISK_RANK=1          on this rank of mpirun alone
//   DISK_LOG=file        gets a line when a call was made to fail, so that a test knows whether one was
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum class Fate { passes, fails, is_short };

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool concerns(const char* call, const char* path) {
  if (std::strcmp(setting("DISK_CALL"), call) != 0 || !std::strstr(path, setting("DISK_FILE"))) return false;
  const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
  return *setting("DISK_RANK") == '\0' || std::strcmp(rank ? rank : "0", setting("DISK_RANK")) == 0;
}

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

void note(const char* call) {
  static std::atomic_flag noted;
  if (noted.test_and_set() || *setting("DISK_LOG") == '\0') return;
  const int log =
      real<int (*)(const char*, int, mode_t)>("open")(setting("DISK_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (log < 0) return;
  dprintf(log, "%s\n", call);
  ::close(log);
}

Fate fate(const char* call, const char* path) {
  static std::atomic<int> calls;
  if (!concerns(call, path) || ++calls < std::atoi(setting("DISK_AT"))) return Fate::passes;
  note(call);
  errno = std::atoi(setting("DISK_ERROR"));
  return errno == 0 ? Fate::is_short : Fate::fails;
}

Fate fate(const char* call, int descriptor) {
  std::array<char, 32> link{};
  std::array<char, 4096> path{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
  if (readlink(link.data(), path.data(), path.size() - 1) < 0) return Fate::passes;
  return fate(call, path.data());
}

// What is left of `size` bytes to be written.
std::size_t shortened(Fate fate, std::size_t size) {
  return fate == Fate::is_short && size > 1 ? 1 : size;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* data, size_t size) {
  const Fate f = fate("write", file);
  return f == Fate::fails ? -1 : real<ssize_t (*)(int, const void*, size_t)>("write")(file, data, shortened(f, size));
}

ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  const Fate f = fate("write", file);
  return f == Fate::fails
             ? -1
             : real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite")(file, data, shortened(f, size), at);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  return pwrite(file, data, size, at);
}

ssize_t writev(int file, const iovec* parts, int count) {
  const Fate f = fate("write", file);
  return f == Fate::fails ? -1 : real<ssize_t (*)(int, const iovec*, int)>("writev")(file, parts, count);
}

int fsync(int file) {
  return fate("fsync", file) == Fate::passes ? real<int (*)(int)>("fsync")(file) : -1;
}

int fallocate(int file, int mode, off_t at, off_t size) {
  return fate("fallocate", file) == Fate::passes
             ? real<int (*)(int, int, off_t, off_t)>("fallocate")(file, mode, at, size)
             : -1;
}

int fallocate64(int file, int mode, off64_t at, off64_t size) {
  return fallocate(file, mode, at, size);
}

int rename(const char* from, const char* to) {
  return fate("rename", to) == Fate::passes ? real<int (*)(const char*, const char*)>("rename")(from, to) : -1;
}

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  if ((flags & O_ACCMODE) != O_RDONLY && fate("open", path) != Fate::passes) return -1;
  return real<int (*)(const char*, int, mode_t)>("open")(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  mode_t mode = 0;
  if (flags & (O_CREAT | __O_TMPFILE)) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return open(path, flags, mode);
}

}  // extern "C"
