#include "samples.hpp"

#include <algorithm>

#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"

namespace shoal {
namespace {

std::string kind_of(const Shape& shape) {
  if (shape.is_sequence())
    return " sequences of " + format_count(shape.width) + " steps of " + format_count(shape.channels);
  return (shape.pixels() > 1 ? " images of " : " rows of ") + shape.text();
}

}  // namespace

Samples open_samples(JobContext& job, const std::string& name, const std::string& layout) {
  Samples samples = agree(job.comm, [&] {
    const DatasetInfo info = open_dataset(name);
    return Samples{info, sample_layout(info, layout)};
  });
  job.log.info(samples.info.name() + ": " + format_count(samples.rows()) + kind_of(samples.layout.shape) + ", " +
               name_of(samples.info.type) + ", " +
               format_bytes(static_cast<double>(samples.rows()) * static_cast<double>(samples.info.row_bytes())));
  return samples;
}

RowData read_shard(JobContext& job, const Samples& samples, const Shard& shard) {
  return job.timings.measure("read", [&] {
    return agree(job.comm, [&] {
      RowData rows = read_rows(samples.info, shard.begin, shard.end);
      require_finite(rows, shard.begin, samples.info.name());
      return rows;
    });
  });
}

Matrix read_features(JobContext& job, const Samples& samples, const Shard& shard) {
  const RowData rows = read_shard(job, samples, shard);
  Matrix matrix(rows.count, rows.width);
  for (Index i = 0; i < rows.count; ++i) rows.to_floats(i, matrix.data() + i * rows.width);
  return matrix;
}

std::vector<std::int64_t> read_label_shard(JobContext& job, const std::string& name, const Shard& shard) {
  if (name.empty()) return {};
  return agree(job.comm, [&] { return read_labels(name, shard.global, shard.begin, shard.end); });
}

Model load_model(JobContext& job, const std::string& path) {
  Model model = agree(job.comm, [&] { return read_model(path); });
  const Architecture& a = model.network.architecture();
  job.log.info(path + ": autoencoder for " + a.input.text() + " with a code of " + format_count(a.code_size()) + ", " +
               format_count(a.parameter_count()) + " parameters");
  return model;
}

SampleFormat format_for(const Model& model, const Samples& samples) {
  const Shape& wanted = model.network.architecture().input;
  if (samples.layout.shape != wanted)
    throw input_error(samples.info.name() + " has samples of " + samples.layout.shape.text() +
                          ", but the model was trained on " + wanted.text(),
                      wanted.is_sequence() && !samples.layout.shape.is_sequence() && samples.info.dims.size() < 4
                          ? "for sequences (n, t, c) say --layout ntc"
                          : "give data of that shape, or train a model on these")
        .set_on_all_ranks();
  if (model.scaling == "unit" && samples.info.type != model.input_type)
    throw input_error(samples.info.name() + " holds " + name_of(samples.info.type) + ", but the model scales " +
                          name_of(model.input_type) + " to [0, 1]",
                      "give data of that type")
        .set_on_all_ranks();
  SampleFormat format = model.format;
  format.channels_last = samples.layout.channels_last;
  return format;
}

Shard row_shard(const JobContext& job, Index rows) {
  const Shard shard = RowBlocks::of(rows).shard(job.comm.rank(), job.comm.size());
  const auto sizes = job.comm.gather(shard.size());
  const auto [least, most] = std::minmax_element(sizes.begin(), sizes.end());
  job.log.info("shards: " + format_count(rows) + " rows, " + format_count(*least) + " to " + format_count(*most) +
               " a rank on " + std::to_string(sizes.size()) + (sizes.size() > 1 ? " ranks" : " rank"));
  return shard;
}

}  // namespace shoal
