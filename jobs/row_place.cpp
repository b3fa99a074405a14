#include "row_place.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/row_stream.hpp"
#include "shoal/job/provenance.hpp"
#include "shoal/job/resident_memory.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

// What MPI and HDF5 take while files are written, and what the heap loses between its pieces.
constexpr double spare_bytes = 24.0 * (1 << 20);
// Larger windows read no faster, and the first of them is waited for.
constexpr double largest_stream = 512.0 * (1 << 20);
constexpr Index largest_piece = Index{16} << 20, lane_group = 16;
constexpr Index fewest_rows = 48;  // in two windows and across their border

}  // namespace

void add_memory_option(OptionSet& set, ByteLimit& memory) {
  set.add("memory", memory,
          "of each rank, e.g. 4GiB: rows that do not fit beside the rest are streamed from the file, with the same "
          "results")
      .not_stored();
}

RowPlace place_rows(JobContext& job, const Samples& samples, const Shard& shard, const MemoryNeeds& needs,
                    const ByteLimit& memory, const std::string& phase) {
  RowPlace place{shard};
  if (memory.bytes == 0) return place;
  const Communicator& comm = job.comm;
  const auto limit = static_cast<double>(memory.bytes);
  const auto row_bytes = static_cast<double>(samples.info.row_bytes());
  const double rows = static_cast<double>(shard.size()) * row_bytes;
  const double program = resident_bytes() + spare_bytes;
  const double left = limit - program - needs.work, least = static_cast<double>(fewest_rows) * row_bytes;
  const double for_stream = left - needs.streaming;
  place.streamed = comm.any(rows + needs.held > left);
  place.stream_bytes = static_cast<Index>(std::clamp(for_stream, least, std::max(least, largest_stream)));

  const std::string all = format_bytes(comm.max(rows)) + " of rows a rank, " + format_bytes(comm.max(needs.work)) +
                          " to work with and " + format_bytes(comm.max(program)) + " for the program";
  if (!place.streamed) {
    job.log.info("memory" + phase + ": " + all + " fit into " + format_bytes(limit) + ": rows are held in memory");
    return place;
  }
  if (samples.info.format == DatasetFormat::idx_gz)
    throw input_error(samples.info.name() + " does not fit into --memory " + format_bytes(limit) + " (" + all +
                          "), and gzipped IDX cannot be streamed: each pass would unpack all of it",
                      "convert it once, shoal convert " + samples.info.path + " --output data.h5, or use more ranks")
        .set_on_all_ranks();
  const double windows = comm.max(static_cast<double>(place.stream_bytes) + needs.streaming);
  job.log.info("memory" + phase + ": " + all + " do not fit into " + format_bytes(limit) +
               ": rows are streamed from the file, with " + format_bytes(windows) + " for windows of them");
  if (comm.any(for_stream < least))
    job.log.warn("--memory " + format_bytes(limit) +
                 " is too little: " + format_bytes(comm.max(program + needs.work + needs.streaming + least)) +
                 " a rank are needed even with the smallest windows, and taken");
  return place;
}

double bytes_for_rows(const Samples& samples, const RowPlace& place) {
  if (place.streamed) return static_cast<double>(place.stream_bytes);
  return static_cast<double>(place.shard.size()) * static_cast<double>(samples.info.row_bytes());
}

HeldRows hold_rows(JobContext& job, const Samples& samples, const RowPlace& place) {
  HeldRows rows;
  if (place.streamed) {
    rows.source = agree(
        job.comm, [&] { return stream_rows(samples.info, place.shard.begin, place.shard.end, place.stream_bytes); });
  } else {
    rows.in_memory = read_shard(job, samples, place.shard);
    rows.source = source_of(rows.in_memory);
  }
  return rows;
}

void for_pieces(const Communicator& comm, const RowSource& rows, Index result_bytes,
                const std::function<void(Index first, const RowView& panel)>& take) {
  const Index most = largest_piece / std::max<Index>(1, result_bytes) / lane_group * lane_group;
  const Index piece = std::min(rows.most_rows, std::max(lane_group, most));
  const Index pieces = comm.max((rows.count + piece - 1) / piece);
  for (Index p = 0; p < pieces; ++p) {
    const Index first = std::min(rows.count, p * piece);
    take(first, rows.read(first, std::min(piece, rows.count - first)));
  }
}

double piece_bytes(Index result_bytes) {
  return static_cast<double>(std::max(largest_piece, lane_group * result_bytes));
}

void tell_peak_memory(JobContext& job, const ByteLimit& memory) {
  if (memory.bytes == 0) return;
  const double peak = job.comm.max(static_cast<double>(peak_memory_bytes()));
  job.log.info("memory: at most " + format_bytes(peak) + " a rank were resident, of " +
               format_bytes(static_cast<double>(memory.bytes)));
}

}  // namespace shoal
