#include "shoal/job/resident_memory.hpp"

#include <fstream>
#include <limits>
#include <string>

namespace shoal {
namespace {

double status_bytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word; status.ignore(std::numeric_limits<std::streamsize>::max(), '\n'))
    if (double kilobytes = 0; word == key && status >> kilobytes) return 1024 * kilobytes;
  return 0;
}

}  // namespace

double resident_bytes() {
  return status_bytes("VmRSS:");
}

double peak_resident_bytes() {
  return status_bytes("VmHWM:");
}

}  // namespace shoal
