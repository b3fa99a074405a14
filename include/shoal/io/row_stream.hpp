#pragma once
#include "shoal/core/row_source.hpp"
#include "shoal/io/dataset.hpp"

namespace shoal {

/// Rows [begin, end) of a dataset, read from its file as they are asked for and never all in memory. Local.
///
/// Rows come in windows. While one is worked on the next is read on another thread, and after the last the first again,
/// so that passes from the start to the end, one after the other, wait for the disk only where it is slower than they
/// are. A range that lies elsewhere is read alone, in its own time. Where all rows fit in a window they are read once.
/// Read ahead are npy, IDX, and contiguous HDF5 datasets in the type of memory; other HDF5 datasets (chunked,
/// compressed, converted) are read by HDF5's library, which takes one thread only.
///
/// `memory_bytes`: for two windows and for what lies across their border; at least 16 rows each are held, whatever it
/// says. The source's most_rows says how many rows to ask for at most to stay within it.
/// Floats are checked as they are read for the first time, and by copy() always.
///
/// Errors: at once, an input_error for a gzipped IDX file, which has no index. As rows are read, on this rank alone: an
/// input_error with file, row and column of an element that is NaN or infinite, or with what read_rows says.
RowSource stream_rows(const DatasetInfo& info, Index begin, Index end, Index memory_bytes);

}  // namespace shoal
