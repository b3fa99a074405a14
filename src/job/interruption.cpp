#include "shoal/job/interruption.hpp"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <initializer_list>
#include <limits>

namespace shoal {
namespace {

// What a handler may touch: a flag, and nothing else.
volatile std::sig_atomic_t requested = 0;

extern "C" void note_request(int) {
  requested = 1;
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // reads and writes go on
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGTERM, SIGUSR1, SIGUSR2}) sigaction(signal, &action, nullptr);
}

}  // namespace

void heed_signals() {
  handle(note_request);
}

void ignore_signals() {
  handle(SIG_IGN);
}

bool stop_requested() {
  return requested != 0;
}

double seconds_until_slurm_ends() {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  if (!text) return std::numeric_limits<double>::infinity();
  const double end = std::atof(text);
  return end > 0 ? end - static_cast<double>(std::time(nullptr)) : std::numeric_limits<double>::infinity();
}

}  // namespace shoal
