#include "shoal/job/resident_memory.hpp"

#include <fstream>
#include <limits>
#include <string>

namespace shoal {

double resident_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word; status.ignore(std::numeric_limits<std::streamsize>::max(), '\n'))
    if (double kilobytes = 0; word == "VmRSS:" && status >> kilobytes) return 1024 * kilobytes;
  return 0;
}

}  // namespace shoal
