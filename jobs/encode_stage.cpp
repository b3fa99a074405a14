#include "encode_stage.hpp"

#include <algorithm>

#include "result_groups.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/progress.hpp"
#include "shoal/methods/forward_groups.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

constexpr Index piece_bytes = Index{16} << 20;

// The mean over all ranks' rows.
class MeanError {
 public:
  void add(const std::vector<double>& errors) {
    for (const double error : errors) sum_.add(std::span<const double>(&error, 1));
  }
  void tell(JobContext& job, Index rows) {
    sum_.reduce(job.comm);
    job.log.info("encode: " + format_count(rows) + " rows, mean squared reconstruction error " +
                 format_number(sum_[0] / static_cast<double>(rows)));
  }

 private:
  ExactSum sum_{1, 84, 4};
};

}  // namespace

double encode_bytes(const Model& model, Index output_bytes) {
  const Network& network = model.network;
  const Index row = output_bytes + 4 * network.architecture().code_size() + 16;
  return static_cast<double>(network.parameter_count()) * sizeof(float) +
         ForwardGroups::bytes(network, network.layer_count()) + static_cast<double>(std::max(piece_bytes, 16 * row));
}

Encoding encode_stage(JobContext& job, const Model& model, const SampleFormat& format, const RowSource& rows,
                      const Shard& shard) {
  Progress progress(job.log, "encode", rows.count, "rows of rank 0");
  Encoding all{Matrix(rows.count, model.network.architecture().code_size()), {}};
  all.errors.reserve(static_cast<std::size_t>(rows.count));
  job.timings.measure("encode", [&] {
    for_panels(rows, [&](Index first, const RowView& panel) {
      const Encoding part =
          encode(model.network, model.numbers, format, panel, [&](Index done) { progress.set(first + done); });
      all.codes.middleRows(first, panel.count) = part.codes;
      all.errors.insert(all.errors.end(), part.errors.begin(), part.errors.end());
    });
  });
  progress.finish();
  MeanError mean;
  mean.add(all.errors);
  mean.tell(job, shard.global);
  return all;
}

void encode_to_file(JobContext& job, OutputFile& file, const Model& model, const SampleFormat& format,
                    const RowSource& rows, const Shard& shard, const std::optional<std::vector<Index>>& image_dims) {
  const Index code = model.network.architecture().code_size(), width = rows.width;
  if (image_dims) create_reconstructions(file, shard.global, *image_dims);
  create_codes(file, "/codes", shard.global, code);

  // Writing is collective: as many pieces on all ranks, some of them empty.
  const Index row_bytes = 4 * code + 16 + (image_dims ? 4 * width : 0);
  const Index piece = std::min(rows.most_rows, std::max<Index>(16, piece_bytes / row_bytes / 16 * 16));
  const Index pieces = job.comm.max((rows.count + piece - 1) / piece);
  Progress progress(job.log, "encode", rows.count, "rows of rank 0");
  MeanError mean;
  for (Index p = 0; p < pieces; ++p) {
    const Index first = std::min(rows.count, p * piece), count = std::min(piece, rows.count - first);
    const RowView panel = rows.read(first, count);
    const Encoding part = job.timings.measure("encode", [&] {
      return encode(model.network, model.numbers, format, panel, [&](Index done) { progress.set(first + done); });
    });
    mean.add(part.errors);
    Matrix images;
    if (image_dims)
      images =
          job.timings.measure("reconstruct", [&] { return reconstruct(model.network, model.numbers, format, panel); });
    job.timings.measure("write", [&] {
      if (image_dims) file.write_part("/reconstructions", shard.begin + first, images);
      write_codes_part(file, "/codes", shard.begin + first, part);
    });
  }
  progress.finish();
  mean.tell(job, shard.global);
}

}  // namespace shoal
