// shoal inspect FILE: what is in a file.
//   shoal inspect images.npy
//   shoal inspect result.h5
#include <iostream>

#include "job.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/listing.hpp"
#include "shoal/job/table.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

bool is_hdf5(const std::string& file) {
  // Listing tells more than opening one dataset would: try it wherever no dataset is named.
  try {
    list_objects(file);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string describe_hdf5(const std::string& file) {
  Table table({"object", "type", "shape", "bytes"});
  std::string attributes;
  for (const auto& object : list_objects(file)) {
    table.add_row({object.path, object.type, object.dims.empty() ? "" : shape_text(object.dims),
                   object.group ? "" : format_bytes(object.bytes)});
    for (const auto& [key, value] : object.attributes)
      attributes += "  " + object.path + "  " + key + " = " + value + "\n";
  }
  return file + ": HDF5\n" + table.text() + (attributes.empty() ? "" : "attributes:\n" + attributes);
}

std::string describe_dataset(const std::string& name) {
  const DatasetInfo info = open_dataset(name);
  const Index shown = std::min<Index>(info.rows(), 1000);
  const RowData rows = read_rows(info, 0, shown);
  double low = rows.at(0, 0), high = low, sum = 0;
  for (Index i = 0; i < shown; ++i)
    for (Index j = 0; j < rows.width; ++j) {
      const double v = rows.at(i, j);
      low = std::min(low, v);
      high = std::max(high, v);
      sum += v;
    }
  return info.name() + ": " + name_of(info.format) + "\n  shape   " + shape_text(info.dims) + "\n  type    " +
         name_of(info.type) + "\n  bytes   " +
         format_bytes(static_cast<double>(info.rows()) * static_cast<double>(info.row_bytes())) + "\n  values  " +
         format_number(low) + " to " + format_number(high) + ", mean " +
         format_number(sum / static_cast<double>(shown * rows.width)) + " (of the first " + format_count(shown) +
         " rows)\n";
}

}  // namespace

Job inspect_job() {
  auto file = std::make_shared<std::string>();
  auto set = std::make_shared<OptionSet>("inspect", "Tells what is in a file: shapes, types, ranges, attributes.");
  set->add("file", *file, "npy, IDX, IDX.gz, HDF5, or one dataset of it: file.h5:/path")
      .required()
      .positional()
      .value_name("FILE");
  return {set,
          [file](JobContext& job) {
            const std::string text =
                agree(job.comm, [&] { return is_hdf5(*file) ? describe_hdf5(*file) : describe_dataset(*file); });
            job.log.print(text);
          },
          /*announce=*/false};
}

}  // namespace shoal
