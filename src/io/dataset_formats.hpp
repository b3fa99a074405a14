#pragma once
#include "input_bytes.hpp"
#include "shoal/io/dataset.hpp"

// One function a format for open_dataset and read_rows. All are local and throw input_error.
namespace shoal {

DatasetInfo open_npy(const InputBytes& file);
DatasetInfo open_idx(const InputBytes& file);
DatasetInfo open_idx_gz(const InputBytes& file);
DatasetInfo open_hdf5(const std::string& path, const std::string& dataset);

/// Rows [begin, begin + rows.count) into rows.bytes, as they are in the file.
void read_gz_rows(const DatasetInfo& info, Index begin, RowData& rows);

/// Rows [begin, begin + count) to `into`, converted to native elements.
void read_hdf5_rows(const DatasetInfo& info, Index begin, Index count, std::byte* into);

}  // namespace shoal
