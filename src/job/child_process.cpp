#include "shoal/job/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

namespace shoal {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// Until the child ends, to the instant, since it is timed; or is asked to end because `stop` says so.
void await(pid_t child, const std::function<bool()>& stop) {
  constexpr int second = 1000;
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  if (descriptor < 0) return;  // before Linux 5.3: to its end, then
  pollfd ended{descriptor, POLLIN, 0};
  // A signal ends the call early, one that came just before it is seen within the second.
  while (poll(&ended, 1, second) <= 0)
    if (stop && stop()) {
      kill(child, SIGTERM);
      break;
    }
  close(descriptor);
}

}  // namespace

std::vector<std::string> present_environment() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) all.emplace_back(*entry);
  return all;
}

std::string own_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

int run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                const std::string& log, const std::function<bool()>& stop) {
  constexpr int not_started = 127;
  // All that allocates is done before the fork: the child of a program with threads may not.
  const auto argv = pointers(arguments), envp = pointers(environment);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (input < 0 || output < 0) return not_started;
  const pid_t parent = getpid(), child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(not_started);
    dup2(input, 0);
    dup2(output, 1);
    dup2(output, 2);
    execvpe(argv[0], argv.data(), envp.data());
    const char* why = std::strerror(errno);
    for (const char* text : {static_cast<const char*>(argv[0]), ": ", why, "\n"})
      if (write(2, text, std::strlen(text)) < 0) break;
    _exit(not_started);
  }
  close(input);
  close(output);
  if (child < 0) return not_started;
  await(child, stop);
  int status = 0;
  pid_t ended = 0;
  while ((ended = waitpid(child, &status, 0)) < 0 && errno == EINTR) {
  }
  if (ended < 0) return not_started;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace shoal
