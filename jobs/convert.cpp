// shoal convert: npy, IDX or IDX.gz into HDF5, in the type of the source; labels beside the images where they are
// given.
//   mpirun -n 2 shoal convert --input train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz --output
//   fashion.h5
#include <algorithm>

#include "job.hpp"
#include "option_groups.hpp"
#include "result_groups.hpp"
#include "row_place.hpp"
#include "samples.hpp"
#include "shoal/core/text.hpp"

namespace shoal {
namespace {

struct Options {
  DataOptions data;
  std::string labels;
  std::string dataset = "/images";
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const Samples samples = open_samples(job, options.data.input, "nhwc");  // the order is kept, whatever it is
  const Shard shard = row_shard(job, samples.rows());
  // Rows pass through memory window by window, but for a gzipped file, each reading of which begins at its start.
  const Index window_bytes = std::min(Index{64} << 20, shard.size() * samples.info.row_bytes());
  const RowPlace place{shard, samples.info.format != DatasetFormat::idx_gz, window_bytes};
  job.log.info("estimate: " + format_bytes(job.comm.max(bytes_for_rows(samples, place))) + " of rows a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  const HeldRows rows = hold_rows(job, samples, place);
  const auto labels = read_label_shard(job, options.labels, shard);

  write_output(job, options.output.output, [&](OutputFile& file) {
    const std::vector<Index> row_dims(samples.info.dims.begin() + 1, samples.info.dims.end());
    file.create_rows(options.dataset, shard.global, samples.info.type, row_dims);
    for_pieces(job.comm, rows.source, samples.info.row_bytes(), [&](Index first, const RowView& piece) {
      file.write_part(options.dataset, shard.begin + first, piece);
    });
    file.describe(options.dataset, "", "converted from " + samples.info.name());
    if (!options.labels.empty()) {
      file.write_rows("/labels", shard, labels);
      file.describe("/labels", "", "class of each row, converted from " + options.labels);
    }
  });
}

}  // namespace

Job convert_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("convert", "Converts npy, IDX and IDX.gz to HDF5.");
  set->group("Data");
  set->add("input", options->data.input, "npy, IDX, IDX.gz or HDF5").required().positional().value_name("FILE");
  set->add("labels", options->labels, "labels of the rows, to be written to /labels").value_name("FILE");
  set->add("dataset", options->dataset, "name of the dataset in the output");
  add_output_options(*set, options->output, "converted.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
