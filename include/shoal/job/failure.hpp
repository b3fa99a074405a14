#pragma once
#include <exception>
#include <string>

#include "shoal/core/error.hpp"

namespace shoal {

/// What an exception means for the program's end.
struct Failure {
  ExitCode code = ExitCode::failure;
  std::string message;
  std::string hint;
  bool on_all_ranks = false;
};

/// The failure behind an exception: of an Error its own words; of std::bad_alloc, how to use less memory.
Failure failure_of(const std::exception_ptr& exception);

/// "shoal train: error: message\n  hint: ...\n"; a job that stopped early but can go on (75) has not made an error.
std::string told_by_root(const Failure& failure, const std::string& job);

/// "shoal: rank 2 of 4 on node7: message\n  hint: ...\n"
std::string told_by_rank(const Failure& failure, int rank, int ranks, const std::string& host);

}  // namespace shoal
