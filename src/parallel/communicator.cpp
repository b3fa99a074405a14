#include "shoal/parallel/communicator.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <numeric>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

constexpr std::size_t largest_message = std::size_t{1} << 27;  // elements; MPI counts are int

template <class T>
MPI_Datatype type_of();
template <>
MPI_Datatype type_of<double>() {
  return MPI_DOUBLE;
}
template <>
MPI_Datatype type_of<float>() {
  return MPI_FLOAT;
}
template <>
MPI_Datatype type_of<std::int64_t>() {
  return MPI_INT64_T;
}

template <class T, class Call>
void in_pieces(std::span<T> values, const Communicator& comm, Call call) {
  for (std::size_t at = 0; at < values.size(); at += largest_message) {
    const std::size_t n = std::min(largest_message, values.size() - at);
    comm.counted(static_cast<double>(n * sizeof(T)), 1, [&] { call(values.data() + at, static_cast<int>(n)); });
  }
}

template <class T>
void reduce(std::span<T> values, MPI_Op op, const Communicator& comm) {
  in_pieces(values, comm,
            [&](T* data, int n) { MPI_Allreduce(MPI_IN_PLACE, data, n, type_of<T>(), op, comm.handle()); });
}

template <class T>
T reduce_one(T value, MPI_Op op, const Communicator& comm) {
  reduce(std::span<T>(&value, 1), op, comm);
  return value;
}

template <class T>
void send_from(std::span<T> values, int from, const Communicator& comm) {
  in_pieces(values, comm, [&](T* data, int n) { MPI_Bcast(data, n, type_of<T>(), from, comm.handle()); });
}

template <class T>
std::vector<T> gather_one(T value, const Communicator& comm) {
  std::vector<T> all(static_cast<std::size_t>(comm.size()));
  comm.counted(static_cast<double>(all.size() * sizeof(T)), 1,
               [&] { MPI_Allgather(&value, 1, type_of<T>(), all.data(), 1, type_of<T>(), comm.handle()); });
  return all;
}

template <class T>
std::vector<T> concatenate_all(std::span<const T> mine, const Communicator& comm) {
  const auto counts = gather_one(static_cast<std::int64_t>(mine.size()), comm);
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::vector<T> all(static_cast<std::size_t>(total));
  if (total <= std::numeric_limits<int>::max()) {
    std::vector<int> lengths(counts.begin(), counts.end()), places(counts.size(), 0);
    std::partial_sum(lengths.begin(), lengths.end() - 1, places.begin() + 1);
    comm.counted(static_cast<double>(all.size() * sizeof(T)), 1, [&] {
      MPI_Allgatherv(mine.data(), static_cast<int>(mine.size()), type_of<T>(), all.data(), lengths.data(),
                     places.data(), type_of<T>(), comm.handle());
    });
    return all;
  }
  // MPI's places are int: longer arrays go by broadcasts in pieces, one after the other.
  std::size_t at = 0;
  for (int from = 0; from < comm.size(); ++from) {
    const std::span<T> part(all.data() + at, static_cast<std::size_t>(counts[static_cast<std::size_t>(from)]));
    if (from == comm.rank()) std::copy(mine.begin(), mine.end(), part.begin());
    send_from(part, from, comm);
    at += part.size();
  }
  return all;
}

}  // namespace

Communicator::Communicator(MPI_Comm handle, Checks checks) : handle_(handle), checks_(checks) {
  MPI_Comm_rank(handle, &rank_);
  MPI_Comm_size(handle, &size_);
}

void Communicator::compare_calls(const char* call, std::size_t count, int from) const {
  std::array<char, 80> mine{};
  std::snprintf(mine.data(), mine.size(), from < 0 ? "%s(%zu)" : "%s(%zu) from rank %d", call, count, from);
  std::vector<char> all(mine.size() * static_cast<std::size_t>(size_));
  MPI_Allgather(mine.data(), static_cast<int>(mine.size()), MPI_CHAR, all.data(), static_cast<int>(mine.size()),
                MPI_CHAR, handle_);
  for (std::size_t rank = 1; rank < static_cast<std::size_t>(size_); ++rank) {
    const char* theirs = all.data() + rank * mine.size();
    if (std::strcmp(all.data(), theirs) == 0) continue;
    throw Error(ExitCode::failure,
                std::string("the ranks do not make the same call: rank 0 ") + all.data() + ", rank " +
                    std::to_string(rank) + " " + theirs,
                "this is a bug of Shoal: every rank must make the same collective calls in the same order")
        .set_on_all_ranks();
  }
}

void Communicator::barrier() const {
  check_same("barrier", 0);
  counted(0, 1, [&] { MPI_Barrier(handle_); });
}

void Communicator::sum(std::span<std::int64_t> values) const {
  check_same("sum of integers", values.size());
  reduce(values, MPI_SUM, *this);
}
std::int64_t Communicator::sum(std::int64_t value) const {
  check_same("sum of integers", 1);
  return reduce_one(value, MPI_SUM, *this);
}
void Communicator::sum_order_free(std::span<double> values) const {
  check_same("sum_order_free", values.size());
  reduce(values, MPI_SUM, *this);
}
void Communicator::max(std::span<double> values) const {
  check_same("max", values.size());
  reduce(values, MPI_MAX, *this);
}
double Communicator::max(double value) const {
  check_same("max", 1);
  return reduce_one(value, MPI_MAX, *this);
}
std::int64_t Communicator::max(std::int64_t value) const {
  check_same("max of integers", 1);
  return reduce_one(value, MPI_MAX, *this);
}
double Communicator::min(double value) const {
  check_same("min", 1);
  return reduce_one(value, MPI_MIN, *this);
}
bool Communicator::any(bool value) const {
  check_same("any", 1);
  return reduce_one(std::int64_t{value}, MPI_MAX, *this) != 0;
}

void Communicator::broadcast(std::span<double> values, int from) const {
  check_same("broadcast of doubles", values.size(), from);
  send_from(values, from, *this);
}
void Communicator::broadcast(std::span<float> values, int from) const {
  check_same("broadcast of floats", values.size(), from);
  send_from(values, from, *this);
}
void Communicator::broadcast(std::span<std::int64_t> values, int from) const {
  check_same("broadcast of integers", values.size(), from);
  send_from(values, from, *this);
}

std::string Communicator::broadcast(std::string text, int from) const {
  auto length = static_cast<std::int64_t>(text.size());
  broadcast(std::span(&length, 1), from);
  text.resize(static_cast<std::size_t>(length));
  counted(static_cast<double>(length), 1,
          [&] { MPI_Bcast(text.data(), static_cast<int>(length), MPI_CHAR, from, handle_); });
  return text;
}

std::vector<double> Communicator::gather(double value) const {
  check_same("gather", 1);
  return gather_one(value, *this);
}
std::vector<std::int64_t> Communicator::gather(std::int64_t value) const {
  check_same("gather of integers", 1);
  return gather_one(value, *this);
}

std::vector<double> Communicator::concatenate(std::span<const double> values) const {
  check_same("concatenate doubles", 0);  // of any length
  return concatenate_all(values, *this);
}
std::vector<float> Communicator::concatenate(std::span<const float> values) const {
  check_same("concatenate floats", 0);
  return concatenate_all(values, *this);
}
std::vector<std::int64_t> Communicator::concatenate(std::span<const std::int64_t> values) const {
  check_same("concatenate integers", 0);
  return concatenate_all(values, *this);
}

void Communicator::abort(int status) const {
  MPI_Abort(handle_, status);
  std::_Exit(status);
}

std::vector<std::string> gather_texts(const Communicator& comm, const std::string& mine) {
  std::vector<std::string> texts;
  for (int rank = 0; rank < comm.size(); ++rank) texts.push_back(comm.broadcast(mine, rank));
  return texts;
}

}  // namespace shoal
