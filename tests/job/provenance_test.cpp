#include "shoal/job/provenance.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "shoal/core/error.hpp"
#include "shoal/job/run_record.hpp"
#include "test_world.hpp"

namespace shoal {
namespace {

TEST(Provenance, tells_ranks_options_times_memory_and_versions) {
  const auto comm = test_world();
  Log log = Log::of(comm);
  Timings timings;
  timings.add("train", 1.5);
  Index epochs = 3;
  OptionSet options("train", "");
  options.add("epochs", epochs, "");
  const JobContext job{
      comm, log, timings, options, "shoal train --epochs 3", std::chrono::system_clock::from_time_t(0)};
  const auto json = nlohmann::json::parse(provenance_json(job, build_info("HDF5 1.10.8", "OpenBLAS 0.3.21")));
  EXPECT_EQ(json["job"], "train");
  EXPECT_EQ(json["start"], "1970-01-01T00:00:00Z");
  EXPECT_EQ(json["ranks"], comm.size());
  EXPECT_EQ(json["host_of_rank"].size(), static_cast<std::size_t>(comm.size()));
  EXPECT_EQ(json["host_of_rank"][0], host_name());
  EXPECT_EQ(json["options"]["epochs"]["value"], "3");
  EXPECT_EQ(json["options"]["epochs"]["from"], "default");
  EXPECT_EQ(json["phases"]["train"]["mean_seconds"], 1.5);
  EXPECT_EQ(json["peak_memory_bytes_of_rank"].size(), static_cast<std::size_t>(comm.size()));
  EXPECT_GT(json["peak_memory_bytes_of_rank"][0].get<Index>(), 1 << 20);
  EXPECT_EQ(json["phases"]["train"]["seconds_of_rank"].size(), static_cast<std::size_t>(comm.size()));
  EXPECT_EQ(json["communication_seconds_of_rank"].size(), static_cast<std::size_t>(comm.size()));
  EXPECT_GE(json["cores"].get<Index>(), 1);
  EXPECT_GT(json["seconds"].get<double>(), 0);
  EXPECT_EQ(json["versions"]["hdf5"], "HDF5 1.10.8");
  EXPECT_EQ(json["versions"]["mpi"], mpi_version());
}

TEST(Provenance, is_read_back_as_a_record_of_the_run) {
  const auto comm = test_world();
  Log log = Log::of(comm);
  Timings timings(comm.traffic());
  timings.measure("read", [] {});
  timings.measure("kmeans", [&] { comm.max(1.0); });
  OptionSet options("kmeans", "");
  const JobContext job{comm, log, timings, options, "shoal kmeans", {}};
  const RunRecord record = run_record(provenance_json(job, build_info("", "")), "x.h5.json");
  EXPECT_EQ(record.job, "kmeans");
  EXPECT_EQ(record.ranks, comm.size());
  ASSERT_EQ(record.phases.size(), 2u);
  EXPECT_EQ(record.phases[0].name, "read");
  EXPECT_EQ(record.phases[1].calls, comm.size() > 1 ? 1 : 0);
  EXPECT_EQ(std::ssize(record.phases[1].seconds_of_rank), comm.size());
  EXPECT_EQ(std::ssize(record.memory_of_rank), comm.size());
}

TEST(Provenance, a_text_that_is_no_sidecar_is_an_input_error) {
  EXPECT_THROW(run_record("{", "x.h5.json"), Error);
  EXPECT_THROW(run_record("{\"job\": \"train\"}", "x.h5.json"), Error);
}

TEST(Provenance, version_text_names_every_part) {
  const std::string text = version_text(build_info("1.10.8 (parallel)", "OpenBLAS"));
  for (const char* part : {"shoal ", "compiler", "MPI", "HDF5      1.10.8 (parallel)", "BLAS      OpenBLAS"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

}  // namespace
}  // namespace shoal
