#include "unfinished_file.hpp"

#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <cstring>

namespace shoal {
namespace {

// Names where a handler can read them: it may neither allocate nor lock. Few files are written at a time.
constexpr std::size_t slots = 8;
std::array<std::array<char, PATH_MAX>, slots> names;
std::array<volatile std::sig_atomic_t, slots> used{};

extern "C" void remove_and_end(int signal) {
  for (std::size_t i = 0; i < slots; ++i)
    if (used[i] != 0) ::unlink(names[i].data());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void listen() {
  for (const int signal : {SIGINT, SIGHUP, SIGTERM, SIGUSR1, SIGUSR2}) {
    struct sigaction present {};
    if (sigaction(signal, nullptr, &present) != 0 || present.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = remove_and_end;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& path) : slot_(0) {
  while (slot_ < slots && used[slot_] != 0) ++slot_;
  if (slot_ == slots || path.size() >= PATH_MAX) {
    slot_ = slots;
    return;
  }
  std::memcpy(names[slot_].data(), path.c_str(), path.size() + 1);
  used[slot_] = 1;
  listen();
}

UnfinishedFile::~UnfinishedFile() {
  if (slot_ < slots) used[slot_] = 0;
}

}  // namespace shoal
