#include "shoal/job/failure.hpp"

#include <new>

namespace shoal {
namespace {

std::string with_hint(const std::string& sentence, const std::string& hint) {
  return sentence + "\n" + (hint.empty() ? "" : "  hint: " + hint + "\n");
}

}  // namespace

Failure failure_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return {error.code(), error.what(), error.hint(), error.on_all_ranks()};
  } catch (const std::bad_alloc&) {
    return {
        ExitCode::failure, "out of memory",
        "spread the rows over more ranks on more nodes, or use fewer ranks a node, a smaller batch or a smaller model; "
        "--dry-run estimates the memory a rank",
        false};
  } catch (const std::exception& error) {
    return {ExitCode::failure, error.what(), "", false};
  } catch (...) {
    return {ExitCode::failure, "an exception that is not a std::exception", "", false};
  }
}

std::string told_by_root(const Failure& failure, const std::string& job) {
  const std::string verdict = is_stop(failure.code) ? "stopped: " : "error: ";
  return with_hint("shoal " + job + ": " + verdict + failure.message, failure.hint);
}

std::string told_by_rank(const Failure& failure, int rank, int ranks, const std::string& host) {
  return with_hint(
      "shoal: rank " + std::to_string(rank) + " of " + std::to_string(ranks) + " on " + host + ": " + failure.message,
      failure.hint);
}

}  // namespace shoal
