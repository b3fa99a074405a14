#include "crash_guard.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

constexpr std::array<int, 4> crashes{SIGSEGV, SIGBUS, SIGFPE, SIGABRT};

// A signal handler gets no argument: what it must know lies here. The file that this thread reads, or none.
thread_local const char* reading = nullptr;
std::array<struct sigaction, crashes.size()> before;

void say(const char* text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
}

// Calls nothing but what POSIX allows in a handler.
void on_crash(int signal) {
  if (reading) {
    say("shoal: error: the HDF5 library crashed while it read '");
    say(reading);
    say("'\n  hint: The file is damaged: make, copy or download it again.\n");
    ::_exit(static_cast<int>(ExitCode::input));
  }
  // Not ours: whoever was asked before (MPI prints a trace) gets it, since the instruction fails again.
  for (std::size_t i = 0; i < crashes.size(); ++i)
    if (crashes[i] == signal) sigaction(signal, &before[i], nullptr);
  if (signal == SIGABRT) ::raise(signal);
}

bool install() {
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < crashes.size(); ++i) sigaction(crashes[i], &action, &before[i]);
  return true;
}

}  // namespace

CrashGuard::CrashGuard(const std::string& path) : outer_(reading) {
  [[maybe_unused]] static const bool installed = install();
  reading = path.c_str();
}

CrashGuard::~CrashGuard() {
  reading = outer_;
}

}  // namespace shoal
