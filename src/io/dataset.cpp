#include "shoal/io/dataset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <utility>

#include "dataset_formats.hpp"
#include "file_rows.hpp"
#include "hdf5_file.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

// "file.h5:/group/images" -> file and path inside. A file whose own name has a colon is found as well.
std::pair<std::string, std::string> split_name(const std::string& name) {
  std::error_code ignored;
  const auto colon = name.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(name, ignored)) return {name, ""};
  for (auto at = colon; at != std::string::npos && at > 0; at = name.rfind(':', at - 1))
    if (std::filesystem::exists(name.substr(0, at), ignored)) return {name.substr(0, at), name.substr(at + 1)};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

Error unknown_format(const InputBytes& file, std::string_view start) {
  const std::string name = "'" + file.path() + "'";
  if (file.size() == 0) return input_error(name + " is empty", "Copy or download it again.");
  if (start.starts_with("PK\x03\x04"))
    return input_error(name + " is a zip archive (perhaps .npz), not one array",
                       "In Python: numpy.save('images.npy', numpy.load('" + file.path() + "')['images']).");
  if (start.starts_with("\x89PNG") || start.starts_with("\xff\xd8\xff"))
    return input_error(name + " is a single picture, not a dataset", "Stack the pictures into one array (n, h, w, c).");
  return input_error(name + " is none of HDF5, .npy, IDX and gzipped IDX",
                     "Convert it first; from text, in Python: numpy.save('data.npy', numpy.loadtxt('" + file.path() +
                         "', delimiter=',', dtype='float32')).");
}

// False where a float of `Bits` and `Exponent` (the bits of infinity) is NaN or infinite. The largest of all, as
// integers without their sign, which compilers turn into full vectors.
template <class Bits>
bool all_below(const std::byte* elements, Index count, Bits infinity) {
  Bits largest = 0;
  for (Index i = 0; i < count; ++i) {
    Bits bits;
    std::memcpy(&bits, elements + i * static_cast<Index>(sizeof(Bits)), sizeof(Bits));
    largest = std::max<Bits>(largest, bits & (~Bits{0} >> 1));
  }
  return largest < infinity;
}

bool all_finite(const RowView& rows) {
  const Index count = rows.count * rows.width;
  if (rows.type == ElementType::float32) return all_below(rows.bytes, count, std::uint32_t{0x7f800000});
  return all_below(rows.bytes, count, std::uint64_t{0x7ff0000000000000});
}

}  // namespace

std::string name_of(DatasetFormat format) {
  switch (format) {
    case DatasetFormat::npy:
      return "npy";
    case DatasetFormat::idx:
      return "IDX";
    case DatasetFormat::idx_gz:
      return "IDX (gzip)";
    case DatasetFormat::hdf5:
      break;
  }
  return "HDF5";
}

Index DatasetInfo::row_elements() const {
  Index product = 1;
  for (std::size_t i = 1; i < dims.size(); ++i) product *= dims[i];
  return product;
}

DatasetInfo open_dataset(const std::string& name) {
  const auto [path, dataset] = split_name(name);
  const InputBytes file(path);
  std::string start(8, '\0');
  start.resize(file.read_some(0, std::as_writable_bytes(std::span(start))));
  if (hdf5::is_hdf5(path)) return open_hdf5(path, dataset);
  if (!dataset.empty())
    throw input_error("'" + path + "' is not an HDF5 file: it has no dataset '" + dataset + "'",
                      "Name the file alone.");
  if (start.starts_with("\x93NUMPY")) return open_npy(file);
  if (start.starts_with("\x1f\x8b")) return open_idx_gz(file);
  constexpr std::string_view idx_types = "\x08\x09\x0b\x0c\x0d\x0e";
  if (start.size() >= 3 && start[0] == '\0' && start[1] == '\0' && idx_types.find(start[2]) != std::string_view::npos)
    return open_idx(file);
  throw unknown_format(file, start);
}

RowData read_rows(const DatasetInfo& info, Index begin, Index end) {
  if (begin < 0 || end < begin || end > info.rows())
    throw input_error("'" + info.name() + "' has " + format_count(info.rows()) + " rows: rows " + format_count(begin) +
                      " to " + format_count(end) + " are not among them");
  RowData rows{info.type, end - begin, info.row_elements(), {}};
  rows.bytes.resize(static_cast<std::size_t>(rows.count * info.row_bytes()));
  if (rows.count == 0) return rows;
  if (info.format == DatasetFormat::idx_gz) {
    read_gz_rows(info, begin, rows);
    if (info.swapped) swap_bytes(rows.bytes, size_of(info.type));
  } else {
    FileRows(info).copy(begin, rows.count, rows.bytes.data());
  }
  return rows;
}

void require_finite(const RowView& rows, Index first_row, const std::string& name) {
  if (!is_floating(rows.type) || all_finite(rows)) return;
  for (Index row = 0; row < rows.count; ++row)
    for (Index column = 0; column < rows.width; ++column) {
      const double value = rows.at(row, column);
      if (std::isfinite(value)) continue;
      throw input_error(
          "'" + name + "' has " +
              (std::isnan(value) ? "NaN"
               : value > 0       ? "infinity"
                                 : "-infinity") +
              " in row " + format_count(first_row + row) + ", column " + format_count(column) +
              " (both counted from 0)",
          "Remove such rows or fill them, in Python: array[numpy.isfinite(array).reshape(len(array), -1).all(1)].");
    }
}

std::vector<std::int64_t> read_labels(const std::string& name, Index expected_rows) {
  return read_labels(name, expected_rows, 0, expected_rows);
}

std::vector<std::int64_t> read_labels(const std::string& name, Index expected_rows, Index begin, Index end) {
  const DatasetInfo info = open_dataset(name);
  if (info.row_elements() != 1)
    throw input_error(
        "The labels '" + info.name() + "' have the shape " + shape_text(info.dims) + "; one number a row is needed",
        "For one-hot labels, in Python: array.argmax(axis=1).");
  if (info.rows() != expected_rows)
    throw input_error("'" + info.name() + "' has " + format_count(info.rows()) + " labels, but the data has " +
                          format_count(expected_rows) + " rows",
                      "Give the labels of the same set (training or test) as the data.");
  const RowData rows = read_rows(info, begin, end);
  std::vector<std::int64_t> labels(static_cast<std::size_t>(rows.count));
  constexpr double largest_exact = 9007199254740992.0;
  for (Index row = 0; row < rows.count; ++row) {
    auto& label = labels[static_cast<std::size_t>(row)];
    if (rows.type == ElementType::int64) {  // does not fit a double
      std::memcpy(&label, rows.bytes.data() + static_cast<std::size_t>(row) * sizeof label, sizeof label);
      continue;
    }
    const double value = rows.at(row, 0);
    if (!(std::abs(value) <= largest_exact) || value != std::floor(value))
      throw input_error("The label of row " + format_count(begin + row) + " in '" + info.name() + "' is " +
                            format_number(value, 9) + ", not a whole number",
                        "Is this the file with the labels?");
    label = static_cast<std::int64_t>(value);
  }
  return labels;
}

}  // namespace shoal
