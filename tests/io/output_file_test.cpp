#include "shoal/io/output_file.hpp"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <numeric>
#include <thread>

#include "io_files.hpp"
#include "shoal/io/result_file.hpp"

namespace shoal::io_tests {
namespace {

bool partial_exists(const std::string& name) {
  return std::filesystem::exists(run_directory() + "/." + std::filesystem::path(name).filename().string() + ".partial");
}

// Rows of a (rows, 3) array whose element (i, j) is 10 i + j.
template <class T>
std::vector<T> pattern(const Shard& shard) {
  std::vector<T> values;
  for (Index row = shard.begin; row < shard.end; ++row)
    for (int column = 0; column < 3; ++column) values.push_back(static_cast<T>(10 * row + column));
  return values;
}

// A file with all there is: types, groups, an empty array, a scalar, attributes, labels and scales.
void write_everything(const Communicator& comm, const std::string& path, Index rows) {
  OutputFile file(comm, path);
  const Shard shard = Shard::of(rows, comm.rank(), comm.size());
  file.write_rows("/codes/float", shard, pattern<float>(shard), {3});
  file.write_rows("/codes/double", shard, pattern<double>(shard), {3, 1});
  file.write_rows("/kmeans/labels", shard, std::vector<std::int32_t>(static_cast<std::size_t>(shard.size()), 7));
  file.write_rows("bytes", shard, pattern<std::uint8_t>(shard), {3});
  file.write_rows("/deep/in/groups", shard, pattern<std::int64_t>(shard), {1, 3});
  file.write("/model/weights", std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  file.write("/model/scalar", std::vector<double>{2.5}, {});
  file.write("/model/empty", std::vector<double>{}, {0, 3});
  file.write("/codes/component", std::vector<std::int64_t>{0, 1, 2}, {3});
  file.attribute("/", "configuration", R"({"epochs": 3, "name": "Müsli"})");
  file.attribute("/", "nothing", "");
  file.attribute("/model", "loss", 0.25);
  file.attribute("/model", "steps", 12);
  file.attribute("/model", "mean", std::vector<double>{1.5, 2.5});
  file.attribute("/model", "shape", std::vector<std::int64_t>{3, 32, 32});
  file.describe("/codes/float", "1", "The codes of all samples.");
  file.label_dimensions("/codes/float", {"sample", "component"});
  file.attach_scale("/codes/float", 1, "/codes/component");
  file.attach_scale("/codes/double", 1, "/codes/component");
  EXPECT_TRUE(file.transfers_were_collective() || comm.size() == 1);
  file.close();
}

TEST(OutputFile, what_was_written_is_read_back) {
  const Communicator world = test_world();
  const std::string path = shared_name("all.h5");
  for (const Index rows : {1, 2, 7, 100}) {  // fewer than ranks, not divisible
    write_everything(world, path, rows);
    EXPECT_FALSE(partial_exists(path));
    const ResultFile file(path);
    const Shard all{rows, 0, rows};
    EXPECT_EQ(file.floats("/codes/float"), pattern<float>(all));
    EXPECT_EQ(file.dims("codes/float"), (std::vector<Index>{rows, 3}));
    EXPECT_EQ(file.doubles("/codes/double"), pattern<double>(all));
    EXPECT_EQ(file.dims("/codes/double"), (std::vector<Index>{rows, 3, 1}));
    EXPECT_EQ(file.integers("/kmeans/labels"), std::vector<std::int64_t>(static_cast<std::size_t>(rows), 7));
    EXPECT_EQ(file.integers("/deep/in/groups"), pattern<std::int64_t>(all));
    EXPECT_EQ(file.doubles("/model/weights"), (std::vector<double>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(file.doubles("/model/scalar"), std::vector<double>{2.5});
    EXPECT_EQ(file.dims("/model/scalar"), std::vector<Index>{});
    EXPECT_EQ(file.doubles("/model/empty"), std::vector<double>{});
    EXPECT_EQ(file.text_attribute("/", "configuration"), R"({"epochs": 3, "name": "Müsli"})");
    EXPECT_EQ(file.text_attribute("/", "nothing"), "");
    EXPECT_EQ(file.number_attribute("/model", "loss"), 0.25);
    EXPECT_EQ(file.integer_attribute("/model", "steps"), 12);
    EXPECT_EQ(file.numbers_attribute("/model", "mean"), (std::vector<double>{1.5, 2.5}));
    EXPECT_EQ(file.text_attribute("/codes/float", "units"), "1");
    EXPECT_EQ(file.text_attribute("/codes/component", "CLASS"), "DIMENSION_SCALE");
    world.barrier();
  }
}

TEST(OutputFile, rows_from_user_data_keep_their_type) {
  const Communicator world = test_world();
  const Shard shard = Shard::of(5, world.rank(), world.size());
  RowData rows{ElementType::uint16, shard.size(), 4, {}};
  rows.bytes.resize(static_cast<std::size_t>(shard.size()) * 8);
  for (std::size_t i = 0; i < rows.bytes.size(); i += 2)
    rows.bytes[i] = static_cast<std::byte>(shard.begin * 8 + static_cast<Index>(i));
  OutputFile file(world, shared_name("rows.h5"));
  file.write_rows("images", shard, rows, {2, 2});
  file.close();
  const DatasetInfo info = open_dataset(shared_name("rows.h5"));
  EXPECT_EQ(info.type, ElementType::uint16);
  EXPECT_EQ(info.dataset, "/images");
  EXPECT_EQ(info.dims, (std::vector<Index>{5, 2, 2}));
  const RowData back = read_rows(info, shard.begin, shard.end);
  EXPECT_EQ(back.bytes, rows.bytes);
}

TEST(OutputFile, any_number_of_ranks_writes_the_same_bytes) {
  const Communicator world = test_world(), self(MPI_COMM_SELF);
  for (const Index rows : {3, 1000}) {
    const std::string together = shared_name("together.h5"), alone = own_name("alone.h5");
    write_everything(world, together, rows);
    write_everything(self, alone, rows);
    EXPECT_EQ(read_file(together), read_file(alone)) << rows;
    world.barrier();
  }
}

TEST(OutputFile, the_bytes_do_not_depend_on_the_time) {
  const Communicator world = test_world();
  write_everything(world, shared_name("before.h5"), 5);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 counts in seconds
  write_everything(world, shared_name("after.h5"), 5);
  EXPECT_EQ(read_file(shared_name("before.h5")), read_file(shared_name("after.h5")));
  world.barrier();
}

TEST(OutputFile, without_close_nothing_is_left_and_an_older_file_stays) {
  const Communicator world = test_world();
  const std::string path = shared_name("kept.h5");
  write_everything(world, path, 4);
  const std::string before = read_file(path);
  {
    OutputFile file(world, path);
    const Shard shard = Shard::of(4, world.rank(), world.size());
    file.write_rows("x", shard, pattern<float>(shard), {3});
    EXPECT_TRUE(partial_exists(path));
    world.barrier();
  }
  world.barrier();
  EXPECT_FALSE(partial_exists(path));
  EXPECT_EQ(read_file(path), before);
  world.barrier();
  write_everything(world, path, 4);  // and it can be written again
  EXPECT_EQ(read_file(path), before);
}

TEST(OutputFile, a_rank_that_unwinds_alone_does_not_communicate) {
  const Communicator world = test_world();
  const std::string path = shared_name("alone.h5");
  {
    auto file = std::make_unique<OutputFile>(world, path);
    if (world.rank() == world.size() - 1) file.reset();  // would wait for the others if it closed the file
    world.barrier();
  }
  world.barrier();
  EXPECT_FALSE(partial_exists(path));
}

TEST(OutputFile, an_unwritable_directory_is_told_early_and_leaves_nothing) {
  const Communicator world = test_world();
  if (world.is_root()) write_file(shared_name("plain"), "x");
  world.barrier();
  const auto refusal = [&](const std::string& path) {
    const Error error = error_of([&] { OutputFile::require_writable(world, path); });
    EXPECT_EQ(error.code(), ExitCode::output) << path << ": " << error.what();
    EXPECT_TRUE(error.on_all_ranks());
    EXPECT_EQ(error_of([&] { const OutputFile file(world, path); }).code(), ExitCode::output) << path;
    return std::string(error.what()) + " | " + error.hint();
  };
  EXPECT_NE(refusal(shared_name("missing/out.h5")).find("mkdir -p"), std::string::npos);
  EXPECT_NE(refusal(shared_name("plain/out.h5")).find("is a file, not a directory"), std::string::npos);
  EXPECT_NE(refusal(run_directory()).find("is a directory"), std::string::npos);
  EXPECT_NE(refusal(run_directory() + "/").find("is a directory"), std::string::npos);
  EXPECT_NE(refusal("/proc/out.h5").find("/proc"), std::string::npos);
  EXPECT_NE(refusal("").find("empty"), std::string::npos);
  OutputFile::require_writable(world, shared_name("fine.h5"));
  EXPECT_FALSE(std::filesystem::exists(shared_name("fine.h5")));
  EXPECT_FALSE(partial_exists("fine.h5"));
}

TEST(OutputFile, a_disk_that_fills_up_is_an_error_on_all_ranks) {
  const Communicator world = test_world();
  const std::string path = shared_name("full.h5");
  // No file may grow beyond 1 MiB: what a full disk is to a program.
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 20, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const Shard shard = Shard::of(1000, world.rank(), world.size());
  const Error error = error_of([&] {
    OutputFile file(world, path);
    file.write_rows("x", shard, std::vector<double>(static_cast<std::size_t>(shard.size()) * 1000, 1.0), {1000});
    file.close();
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(error.code(), ExitCode::output) << error.what();
  EXPECT_TRUE(error.on_all_ranks());
  EXPECT_NE(std::string(error.what()).find("full.h5"), std::string::npos) << error.what();
  world.barrier();
  EXPECT_FALSE(partial_exists(path));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(OutputFile, wrong_numbers_of_values_fail_on_all_ranks) {
  const Communicator world = test_world();
  OutputFile file(world, shared_name("wrong.h5"));
  const Shard shard = Shard::of(8, world.rank(), world.size());
  std::vector<float> rows(static_cast<std::size_t>(shard.size()));
  if (world.is_root()) rows.push_back(1);
  EXPECT_EQ(error_of([&] { file.write_rows("x", shard, rows); }).code(), ExitCode::failure);
  EXPECT_EQ(error_of([&] { file.write("y", rows, {1000}); }).code(), ExitCode::failure);
  EXPECT_EQ(error_of([&] { file.attribute("/nowhere", "a", 1); }).code(), ExitCode::output);
  file.close();
}

}  // namespace
}  // namespace shoal::io_tests
