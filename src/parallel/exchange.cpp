#include "shoal/parallel/exchange.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace shoal {
namespace {

std::vector<std::int64_t> begins_of(std::span<const std::int64_t> counts) {
  std::vector<std::int64_t> begins(counts.size() + 1, 0);
  for (std::size_t r = 0; r < counts.size(); ++r) begins[r + 1] = begins[r] + counts[r];
  return begins;
}

/// Lengths and places as MPI wants them: int.
struct Pieces {
  std::vector<int> counts, places;
};

Pieces pieces_of(std::span<const Index> begins) {
  Pieces pieces;
  for (std::size_t r = 0; r + 1 < begins.size(); ++r) {
    if (begins[r + 1] > std::numeric_limits<int>::max())
      throw std::length_error("An array of " + std::to_string(begins[r + 1]) +
                              " numbers is too long to be shared in one piece.");
    pieces.counts.push_back(static_cast<int>(begins[r + 1] - begins[r]));
    pieces.places.push_back(static_cast<int>(begins[r]));
  }
  return pieces;
}

}  // namespace

std::vector<std::byte> exchange_bytes(const Communicator& comm, std::span<const std::byte> bytes,
                                      std::span<const std::int64_t> counts, std::vector<std::int64_t>& received) {
  comm.check_same("exchange", 0);  // of any length
  const auto ranks = static_cast<std::size_t>(comm.size());
  received.resize(ranks);
  comm.counted(static_cast<double>(2 * ranks * sizeof(std::int64_t)), 1,
               [&] { MPI_Alltoall(counts.data(), 1, MPI_INT64_T, received.data(), 1, MPI_INT64_T, comm.handle()); });
  const auto to = begins_of(counts), from = begins_of(received);
  std::vector<std::byte> mine(static_cast<std::size_t>(from.back()));

  // MPI's counts and places are int: in rounds, each of at most `most` bytes between two ranks, through buffers.
  const std::int64_t most = (std::int64_t{1} << 29) / comm.size();
  std::int64_t longest = 0;
  for (std::size_t r = 0; r < ranks; ++r) longest = std::max({longest, counts[r], received[r]});
  longest = comm.max(longest);
  std::vector<std::byte> sent, got;
  for (std::int64_t at = 0; at < longest; at += most) {
    const auto part = [&](std::int64_t size) { return std::clamp<std::int64_t>(size - at, 0, most); };
    Pieces out, in;
    sent.clear();
    std::int64_t incoming = 0;
    for (std::size_t r = 0; r < ranks; ++r) {
      out.places.push_back(static_cast<int>(sent.size()));
      out.counts.push_back(static_cast<int>(part(counts[r])));
      const auto begin = bytes.begin() + to[r] + std::min(at, counts[r]);
      sent.insert(sent.end(), begin, begin + part(counts[r]));
      in.places.push_back(static_cast<int>(incoming));
      in.counts.push_back(static_cast<int>(part(received[r])));
      incoming += part(received[r]);
    }
    got.resize(static_cast<std::size_t>(incoming));
    comm.counted(static_cast<double>(sent.size() + got.size()), 1, [&] {
      MPI_Alltoallv(sent.data(), out.counts.data(), out.places.data(), MPI_BYTE, got.data(), in.counts.data(),
                    in.places.data(), MPI_BYTE, comm.handle());
    });
    for (std::size_t r = 0; r < ranks; ++r)
      std::copy_n(got.begin() + in.places[r], in.counts[r], mine.begin() + from[r] + std::min(at, received[r]));
  }
  return mine;
}

std::vector<float> exchange_known(const Communicator& comm, std::span<const float> values,
                                  std::span<const Index> counts, std::span<const Index> received) {
  comm.check_same("exchange of known lengths", 0);
  const Pieces out = pieces_of(begins_of(counts)), in = pieces_of(begins_of(received));
  std::vector<float> mine(static_cast<std::size_t>(in.places.back() + in.counts.back()));
  comm.counted(static_cast<double>((values.size() + mine.size()) * sizeof(float)), 1, [&] {
    MPI_Alltoallv(values.data(), out.counts.data(), out.places.data(), MPI_FLOAT, mine.data(), in.counts.data(),
                  in.places.data(), MPI_FLOAT, comm.handle());
  });
  return mine;
}

void share_parts(const Communicator& comm, std::span<float> values, std::span<const Index> begins) {
  comm.check_same("share_parts", values.size());
  const Pieces pieces = pieces_of(begins);
  comm.counted(static_cast<double>(values.size_bytes()), 1, [&] {
    MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, values.data(), pieces.counts.data(), pieces.places.data(),
                   MPI_FLOAT, comm.handle());
  });
}

std::vector<std::int64_t> sum_parts(const Communicator& comm, std::span<const std::int64_t> terms,
                                    std::span<const Index> begins) {
  comm.check_same("sum_parts", terms.size());
  const Pieces pieces = pieces_of(begins);
  std::vector<std::int64_t> mine(static_cast<std::size_t>(pieces.counts[static_cast<std::size_t>(comm.rank())]));
  comm.counted(static_cast<double>(terms.size_bytes()), 1, [&] {
    MPI_Reduce_scatter(terms.data(), mine.data(), pieces.counts.data(), MPI_INT64_T, MPI_SUM, comm.handle());
  });
  return mine;
}

}  // namespace shoal
