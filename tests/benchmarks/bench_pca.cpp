// Measures PCA of a dataset in memory and prints one JSON line, with the machine's limits as they were in that run.
//   mpirun -n 2 shoal_bench_pca --input rows.npy --components 32 --seconds 3
// docs/benchmarks.md says what each figure means.
#include <cblas.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "meter.hpp"
#include "shoal/core/lanes.hpp"
#include "shoal/core/text.hpp"
#include "shoal/core/timer.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/job/fma_peak.hpp"
#include "shoal/job/run_job.hpp"
#include "shoal/math/blas.hpp"
#include "shoal/methods/covariance.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/methods/pca.hpp"

namespace shoal::benchmark {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string input;
  PcaOptions pca{.components = 32};
  double seconds = 3;
  Index least_repeats = 3;
};

/// Seconds of the slowest rank, for each of as many calls as fit into `seconds`.
template <class Body>
std::vector<double> time_of(const Communicator& comm, double seconds, Index least, Body&& body) {
  std::vector<double> times;
  for (double sum = 0; sum < seconds || static_cast<Index>(times.size()) < least; sum += times.back()) {
    comm.barrier();
    Stopwatch watch;
    body();
    times.push_back(comm.max(watch.seconds()));
  }
  return times;
}

double sum_over(const Communicator& comm, double mine) {
  const auto all = comm.gather(mine);
  return std::accumulate(all.begin(), all.end(), 0.0);
}

/// GFLOP/s of all ranks' cores at once in a square product, the best of a few.
double gemm_gflops(const Communicator& comm) {
  constexpr blasint n = 1536;
  const auto size = static_cast<std::size_t>(n) * n;
  AlignedVector<float> a(size, 0.5f), b(size, 0.25f), c(size, 0.0f);
  use_one_blas_thread();
  const auto times = time_of(comm, 0, 4, [&] {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, n, n, n, 1.0f, a.data(), n, b.data(), n, 0.0f, c.data(), n);
  });
  return comm.size() * 2e-9 * std::pow(n, 3) / *std::min_element(times.begin(), times.end());
}

/// GB/s of all ranks at once in reading their rows once.
double read_gbytes(const Communicator& comm, const RowData& rows) {
  const auto* words = reinterpret_cast<const std::uint64_t*>(rows.bytes.data());
  const std::size_t count = rows.bytes.size() / sizeof *words;
  std::uint64_t sum = 0;
  const auto times = time_of(comm, 0, 3, [&] {
    for (std::size_t i = 0; i < count; ++i) sum ^= words[i];
    __asm__ volatile("" : "+r"(sum));
  });
  return 1e-9 * sum_over(comm, static_cast<double>(rows.bytes.size())) / *std::min_element(times.begin(), times.end());
}

double rounded(double value) {
  return std::stod(format_number(value, 5));
}

void run(JobContext& job, const Options& options) {
  const Communicator& comm = job.comm;
  const DatasetInfo info = open_dataset(options.input);
  const Shard shard = my_shard(comm, info.rows());
  const RowData rows = read_rows(info, shard.begin, shard.end);
  const RowSource source = source_of(rows);
  const auto n = static_cast<double>(info.rows()), d = static_cast<double>(rows.width);

  const double peak = sum_over(comm, fma_peak_gflops(0.05)), gemm = gemm_gflops(comm),
               bandwidth = read_gbytes(comm, rows);
  Pca pca;
  std::string how;
  const auto fits = time_of(comm, options.seconds / 2, options.least_repeats,
                            [&] { pca = fit_pca(comm, source, info.rows(), options.pca); });
  const auto covariances = time_of(comm, options.seconds / 2, options.least_repeats,
                                   [&] { how = covariance_of(comm, source, info.rows(), "PCA").how; });
  if (!comm.is_root()) return;
  const Spread fit = Spread::of(fits), covariance = Spread::of(covariances);
  const double work = 1e-9 * n * d * (d + 1);  // of one triangle
  const Json line{
      {"bench", "pca"},
      {"rows", info.rows()},
      {"features", rows.width},
      {"type", name_of(rows.type)},
      {"components", pca.components.rows()},
      {"ranks", comm.size()},
      {"how", how},
      {"fit_s", rounded(fit.median)},
      {"fit_min_s", rounded(fit.least)},
      {"covariance_s", rounded(covariance.median)},
      {"covariance_min_s", rounded(covariance.least)},
      {"covariance_gflops", rounded(work / covariance.median)},
      {"gemm_gflops", rounded(gemm)},
      {"fma_peak_gflops", rounded(peak)},
      {"read_gbytes_per_s", rounded(bandwidth)},
      {"percent_of_gemm", rounded(100 * work / covariance.least / gemm)},
      {"gbytes_per_s", rounded(1e-9 * n * d * static_cast<double>(size_of(rows.type)) / covariance.median)},
      {"repeats", fits.size()},
      {"explained_variance", std::vector<double>(pca.explained_variance.begin(), pca.explained_variance.end())}};
  std::cout << line.dump() << std::endl;
}

}  // namespace
}  // namespace shoal::benchmark

int main(int argc, char** argv) {
  shoal::benchmark::Options options;
  shoal::OptionSet set("bench", "Measures PCA of a dataset in memory; prints one JSON line.");
  set.add("input", options.input, "rows, as .npy or HDF5").value_name("FILE").required();
  set.add("components", options.pca.components, "number of components").at_least(1);
  set.add("seconds", options.seconds, "to measure for, in all").at_least(0);
  set.add("repeats", options.least_repeats, "at least").at_least(1);
  return shoal::run_job(argc, argv, set, {.scope = {}, .announce = false},
                        [&](shoal::JobContext& job) { shoal::benchmark::run(job, options); });
}
