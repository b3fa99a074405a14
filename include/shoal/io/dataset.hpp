#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/core/row_data.hpp"

namespace shoal {

/// The file formats that users bring.
enum class DatasetFormat { npy, idx, idx_gz, hdf5 };

/// "npy", "IDX", "IDX (gzip)", "HDF5".
std::string name_of(DatasetFormat format);

/// What a dataset's header says, checked against the file's real size: dims are (n), (n,d), (n,h,w), (n,h,w,c) or
/// (n,c,h,w), all at least 1, and rows() * row_bytes() fits 64 bits.
struct DatasetInfo {
  std::string path;
  std::string dataset;  ///< the path inside an HDF5 file, else empty
  DatasetFormat format = DatasetFormat::npy;
  ElementType type = ElementType::uint8;  ///< in memory; read_rows converts to it
  bool swapped = false;                   ///< npy, IDX: the file's byte order is not this machine's
  std::vector<Index> dims;
  /// npy, IDX: the first element's byte (of the unpacked stream). HDF5: that of a contiguous dataset in the type of
  /// memory, which needs no HDF5 to be read; 0 for others.
  std::int64_t data_offset = 0;

  Index rows() const { return dims.front(); }
  Index row_elements() const;
  Index row_bytes() const { return row_elements() * static_cast<Index>(size_of(type)); }

  /// "train.h5:/images": what a user would type.
  std::string name() const { return dataset.empty() ? path : path + ":" + dataset; }
};

/// "60000 x 28 x 28".
std::string shape_text(const std::vector<Index>& dims);

/// Reads a dataset's header. Local, not collective; all ranks may call it on the same file.
///
/// `name` is `file.npy`, `train-images-idx3-ubyte`, the same with `.gz`, `file.h5` or `file.h5:/group/images`. The
/// format is recognised by the first bytes, not the extension. An HDF5 file with exactly one dataset needs no path.
/// - npy: versions 1-3, C order, either byte order; bool reads as uint8.
/// - IDX: types uint8, int16, int32, float32, float64.
/// - HDF5: contiguous, compact, chunked, compressed; int8 reads as int16 and uint32 as int64.
/// Errors: input_error with file, numbers and a hint. Nothing that a header claims is believed, or allocated, before
/// it was compared with the size of the file.
DatasetInfo open_dataset(const std::string& name);

/// Rows [begin, end) in native byte order, (end - begin, row_elements()). Local and independent: each rank reads only
/// its own rows, by pread or by HDF5's serial driver: contiguous ranges need none of MPI-IO's exchange.
/// A gzipped IDX file has no index: each rank unpacks it from the start up to `end`.
/// Errors: input_error with file and rows when the file is shorter than its header says or cannot be read.
RowData read_rows(const DatasetInfo& info, Index begin, Index end);

/// Throws an input_error that names file, global row, column (of the flattened row) and value of the first element
/// that is NaN or infinite. `first_row` is the global number of rows' first row. Local.
void require_finite(const RowView& rows, Index first_row, const std::string& name);

/// One whole number for each of `expected_rows` rows, from a dataset of shape (n) or (n,1): integers, or floats that
/// are whole. Reads all of it on the calling rank; local. Errors: input_error with both numbers of rows and the file.
std::vector<std::int64_t> read_labels(const std::string& name, Index expected_rows);

/// Those of rows [begin, end) alone.
std::vector<std::int64_t> read_labels(const std::string& name, Index expected_rows, Index begin, Index end);

}  // namespace shoal
