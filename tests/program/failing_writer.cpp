// A job that fails while its HDF5 file is open: rank --rank throws between two write_rows, which the others wait in.
//   mpirun -n 3 failing_writer --rank 1 --output out.h5
#include <stdexcept>
#include <vector>

#include "shoal/io/output_file.hpp"
#include "shoal/job/run_job.hpp"

namespace {

struct WriterOptions {
  int rank = 0;
  std::string output = "out.h5";
};

void run(const shoal::JobContext& job, const WriterOptions& options) {
  constexpr shoal::Index rows = 1000, columns = 64;
  const auto shard = shoal::Shard::of(rows, job.comm.rank(), job.comm.size());
  const std::vector<float> numbers(static_cast<std::size_t>(shard.size() * columns), 1.0F);
  shoal::OutputFile file(job.comm, options.output);
  file.write_rows("/first", shard, numbers, {columns});
  if (job.comm.rank() == options.rank) throw std::runtime_error("the net is torn");
  file.write_rows("/second", shard, numbers, {columns});
  file.close();
}

}  // namespace

int main(int argc, char** argv) {
  WriterOptions options;
  shoal::OptionSet set("failing-writer", "Fails while it writes.");
  set.add("rank", options.rank, "the rank that throws; -1 for none").at_least(-1);
  set.add("output", options.output, "the file that it does not finish");
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { run(job, options); });
}
