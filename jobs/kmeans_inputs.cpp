#include "kmeans_inputs.hpp"

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

MatrixD to_matrix(const RowData& data) {
  MatrixD matrix(data.count, data.width);
  for (Index i = 0; i < data.count; ++i)
    for (Index j = 0; j < data.width; ++j) matrix(i, j) = data.at(i, j);
  return matrix;
}

}  // namespace

MatrixD read_start_centers(JobContext& job, const std::string& name, Index d) {
  MatrixD centers = agree(job.comm, [&] {
    const DatasetInfo info = open_dataset(name);
    RowData rows = read_rows(info, 0, info.rows());
    require_finite(rows, 0, info.name());
    return to_matrix(rows);
  });
  if (centers.cols() != d)
    throw input_error(name + " has " + format_count(centers.cols()) + " columns, but the rows have " + format_count(d),
                      "give one start centre a row, e.g. kmeans.h5:/kmeans/centers")
        .set_on_all_ranks();
  return centers;
}

std::vector<float> read_weights(JobContext& job, const std::string& name, const Shard& shard) {
  return agree(job.comm, [&] {
    const DatasetInfo info = open_dataset(name);
    if (info.rows() != shard.global || info.row_elements() != 1)
      throw input_error(info.name() + " holds " + shape_text(info.dims) + " numbers, but there are " +
                            format_count(shard.global) + " rows",
                        "give one weight for each row");
    const RowData rows = read_rows(info, shard.begin, shard.end);
    require_finite(rows, shard.begin, info.name());
    std::vector<float> weights(static_cast<std::size_t>(rows.count));
    for (Index i = 0; i < rows.count; ++i) rows.to_floats(i, &weights[static_cast<std::size_t>(i)]);
    return weights;
  });
}

}  // namespace shoal
