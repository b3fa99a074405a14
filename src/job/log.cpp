#include "shoal/job/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <iostream>

#include "shoal/job/launch.hpp"

namespace shoal {
namespace {

constexpr std::string_view erase_line = "\r\033[K";

}  // namespace

Clock Clock::of_system() {
  return {[] { return std::time(nullptr); },
          [] { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }};
}

Log::Log(std::ostream& out, std::ostream& warnings, bool terminal, Clock clock)
    : out_(&out), warnings_(&warnings), terminal_(terminal), clock_(std::move(clock)) {}

Log Log::of(const Communicator& comm) {
  Log log(std::cout, std::cerr, comm.is_root() && writes_to_terminal());
  if (!comm.is_root()) log.out_ = log.warnings_ = nullptr;
  return log;
}

void Log::info(std::string_view text) {
  if (writes()) line(*out_, text);
}

void Log::warn(std::string_view text) {
  if (writes()) line(*warnings_, "warning: " + std::string(text));
}

void Log::line(std::ostream& stream, std::string_view text) {
  overwrite("");
  stream << format_local_time(clock_.now()) << "  " << text << std::endl;  // flushed: a batch log is read as it grows
}

void Log::print(std::string_view text) {
  if (!writes()) return;
  overwrite("");
  *out_ << text << (text.ends_with('\n') ? "" : "\n") << std::flush;
}

void Log::overwrite(const std::string& text) {
  if (!writes() || !terminal_ || (text.empty() && !overwritable_)) return;
  *out_ << erase_line << text << std::flush;
  overwritable_ = !text.empty();
}

bool writes_to_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  if (launched_size() == 0) return true;
  // Open MPI gives each rank a terminal of its own as stdout, also when mpirun's goes to a file: look at the
  // launcher's.
  const std::string launcher_stdout = "/proc/" + std::to_string(getppid()) + "/fd/1";
  const int file = open(launcher_stdout.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return false;
  const bool terminal = isatty(file) != 0;
  close(file);
  return terminal;
}

std::string format_local_time(std::time_t time) {
  std::tm parts{};
  localtime_r(&time, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

}  // namespace shoal
