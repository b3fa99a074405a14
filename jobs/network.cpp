// shoal network: how long sums over the ranks take, by the length of the message.
//   mpirun -n 64 shoal network --output network.h5
#include "job.hpp"
#include "option_groups.hpp"
#include "result_groups.hpp"
#include "shoal/core/text.hpp"
#include "shoal/job/table.hpp"
#include "shoal/parallel/links.hpp"

namespace shoal {
namespace {

struct Options {
  Index repetitions = 20;
  OutputOptions output;
};

void run(JobContext& job, const Options& options) {
  const std::vector<Index> lengths{1, 64, 1024, 16384, 131072, 1048576};
  double longest = 0;
  for (const Index length : lengths) longest += 8.0 * static_cast<double>(length);
  job.log.info("estimate: sums of 8 bytes to " + format_bytes(8.0 * static_cast<double>(lengths.back())) + ", " +
               format_count(options.repetitions) +
               " each: " + format_bytes(longest * static_cast<double>(options.repetitions)) + " a rank");
  if (options.output.dry_run) return;
  require_output(job, options.output.output);
  std::vector<double> bytes, seconds;
  Table table({"message", "seconds", "bytes a second"});
  for (const Index length : lengths) {
    bytes.push_back(8.0 * static_cast<double>(length));
    seconds.push_back(job.timings.measure(
        "sums", [&] { return allreduce_seconds(job.comm, length, static_cast<int>(options.repetitions)); }));
    table.add_row({format_bytes(bytes.back()), format_number(seconds.back()),
                   format_bytes(bytes.back() / std::max(seconds.back(), 1e-12))});
  }
  job.log.print(table.text());
  write_output(job, options.output.output, [&](OutputFile& file) {
    const std::vector<Index> dims{std::ssize(bytes)};
    file.write("/network/bytes", bytes, dims);
    file.describe("/network/bytes", "bytes", "length of the message");
    file.write("/network/seconds", seconds, dims);
    file.describe("/network/seconds", "s", "of one sum over all ranks: the median, of the slowest rank");
    file.label_dimensions("/network/seconds", {"message"});
    file.attach_scale("/network/seconds", 0, "/network/bytes");
    file.attribute("/network", "ranks", std::int64_t{job.comm.size()});
  });
}

}  // namespace

Job network_job() {
  auto options = std::make_shared<Options>();
  auto set = std::make_shared<OptionSet>("network", "Measures sums over the ranks, by the length of the message.");
  set->add("repetitions", options->repetitions, "of each length; the median counts").in(1, 1e6);
  add_output_options(*set, options->output, "network.h5");
  return {set, [options](JobContext& job) { run(job, *options); }};
}

}  // namespace shoal
