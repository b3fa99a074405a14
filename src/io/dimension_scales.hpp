#pragma once
#include <string>
#include <vector>

#include "hdf5_handle.hpp"

// HDF5 dimension scales written with the core library: the attributes that the HDF5 Dimension Scale Specification
// and Support (The HDF Group, 2005) prescribes. Same calls on all ranks; a negative return is HDF5's failure.
namespace shoal::hdf5 {

/// Dataset `dataset`, dimension `dimension`, has the scale `scale`.
struct Attachment {
  std::string dataset;
  int dimension = 0;
  std::string scale;
};

/// DIMENSION_LABELS, one name a dimension.
herr_t write_labels(hid_t dataset, const std::vector<std::string>& names);

/// CLASS and NAME of all scales, DIMENSION_LIST of all datasets, REFERENCE_LIST of all scales. Once a file.
herr_t write_scales(hid_t file, const std::vector<Attachment>& attachments);

}  // namespace shoal::hdf5
