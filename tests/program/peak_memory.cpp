// Runs a command and says how much memory its largest process took.
//   peak_memory FILE COMMAND [ARGUMENTS...]   writes the bytes to FILE, and ends with the command's status
// The kernel's own count (getrusage), over the command and all that it waited for: mpirun's ranks.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "peak_memory FILE COMMAND [ARGUMENTS...]\n";
    return 2;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[2], argv + 2);
    std::cerr << "peak_memory: cannot run " << argv[2] << "\n";
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return 126;
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  std::ofstream(argv[1]) << usage.ru_maxrss * 1024L << "\n";
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
