#pragma once
// --memory: where a rank's rows are while a job works on them, in memory or in their file.
#include "samples.hpp"
#include "shoal/core/row_source.hpp"
#include "shoal/job/options.hpp"

namespace shoal {

/// --memory, for each rank.
void add_memory_option(OptionSet& set, ByteLimit& memory);

/// What a job needs in this rank's memory besides its rows, in bytes.
struct MemoryNeeds {
  double work = 0;       ///< wherever the rows are
  double streaming = 0;  ///< only where they stay in the file, besides stream_rows' windows
};

/// Where the rows of `shard` will be; the same on all ranks.
struct RowPlace {
  Shard shard;
  bool streamed = false;
  Index stream_bytes = 0;  ///< this rank's, for stream_rows
};

/// Holds the rows in memory where on every rank they, the needs and the program as it is now stay within the limit, and
/// leaves them in the file otherwise; logs which and why where there is a limit, and warns where not even the smallest
/// windows stay within. Collective. Input error where rows must be streamed from a format that has no index.
/// `phase`: of a job that places rows several times, " to train".
RowPlace place_rows(JobContext& job, const Samples& samples, const Shard& shard, const MemoryNeeds& needs,
                    const ByteLimit& memory, const std::string& phase = "");

/// What rows at their place take of this rank's memory, without needs.streaming. Local.
double bytes_for_rows(const Samples& samples, const RowPlace& place);

/// This rank's rows, at their place.
struct HeldRows {
  RowData in_memory;  ///< empty where they are streamed
  RowSource source;
};

/// Reads the rows, or opens them to be streamed. Floats are checked here, or as they are read. Collective; input
/// errors, while streaming of one rank alone.
HeldRows hold_rows(JobContext& job, const Samples& samples, const RowPlace& place);

/// Logs how much memory a rank took at most, where there is a limit. Collective.
void tell_peak_memory(JobContext& job, const ByteLimit& memory);

}  // namespace shoal
