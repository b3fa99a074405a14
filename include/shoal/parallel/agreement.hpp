#pragma once
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <vector>

#include "shoal/core/error.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Throws on all ranks the error of the lowest rank that has one; returns when none has. Collective.
/// The thrown Error is marked on_all_ranks(), so that the job can end in order with one message.
void throw_together(const Communicator& comm, const std::exception_ptr& mine);

/// Runs `body` on every rank and returns its result; when it throws on any rank, all ranks throw the same Error.
/// Collective, but `body` itself must not communicate. Use it where one rank's failure is ordinary: reading files.
template <class Body>
auto agree(const Communicator& comm, Body&& body) {
  std::exception_ptr failure;
  using Result = std::invoke_result_t<Body>;
  if constexpr (std::is_void_v<Result>) {
    try {
      body();
    } catch (...) {
      failure = std::current_exception();
    }
    throw_together(comm, failure);
  } else {
    std::optional<Result> result;
    try {
      result.emplace(body());
    } catch (...) {
      failure = std::current_exception();
    }
    throw_together(comm, failure);
    return *std::move(result);
  }
}

/// The sum over ranks of the numbers that `body` returns, as many on every rank; when it throws on any rank, all ranks
/// throw the same Error. Agreeing costs no exchange of its own. Collective, but `body` itself must not communicate.
template <class Body>
std::vector<std::int64_t> sum_agreed(const Communicator& comm, std::size_t count, Body&& body) {
  std::exception_ptr failure;
  std::vector<std::int64_t> numbers;
  try {
    numbers = body();
  } catch (...) {
    failure = std::current_exception();
  }
  numbers.resize(count + 1);
  numbers.back() = failure ? 1 : 0;
  comm.sum(numbers);
  if (numbers.back() > 0) throw_together(comm, failure);
  numbers.pop_back();
  return numbers;
}

}  // namespace shoal
