#include "shoal/parallel/agreement.hpp"

#include <algorithm>
#include <string>

namespace shoal {
namespace {

Error as_error(const Communicator& comm, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return {ExitCode::failure,
            "rank " + std::to_string(comm.rank()) + " on " + host_name() + ": " + std::string(error.what())};
  }
}

}  // namespace

void throw_together(const Communicator& comm, const std::exception_ptr& mine) {
  const auto failed = comm.gather(std::int64_t{mine != nullptr});
  const auto first = std::find(failed.begin(), failed.end(), 1);
  if (first == failed.end()) return;
  const int from = static_cast<int>(first - failed.begin());
  Error error(ExitCode::failure, "");
  if (mine) error = as_error(comm, mine);
  auto code = static_cast<std::int64_t>(error.code());
  comm.broadcast(std::span(&code, 1), from);
  const std::string message = comm.broadcast(std::string(error.what()), from);
  const std::string hint = comm.broadcast(error.hint(), from);
  throw Error(static_cast<ExitCode>(code), message, hint).set_on_all_ranks();
}

}  // namespace shoal
