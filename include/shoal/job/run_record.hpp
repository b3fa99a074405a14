#pragma once
#include <map>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// What a sidecar (provenance_json) says of where a run's time went.
struct RunRecord {
  struct Phase {
    std::string name;
    std::vector<double> seconds_of_rank, communication_of_rank, bytes_of_rank;
    Index calls = 0;
  };
  std::string job, revision;
  double seconds = 0;
  Index ranks = 0, cores = 0;
  std::vector<Phase> phases;
  std::vector<double> communication_of_rank, bytes_of_rank, memory_of_rank;
  std::map<std::string, std::string> options;  ///< all, as resolved
};

/// Errors: input_error that names `path` where the text is no sidecar of this version.
RunRecord run_record(const std::string& text, const std::string& path);

}  // namespace shoal
