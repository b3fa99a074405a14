#include "shoal/io/directory_check.hpp"

#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
  return names;
}

TEST(DirectoryCheck, leaves_nothing_behind) {
  const Communicator comm = test_world();
  const std::string directory = shared_name("checked");
  if (comm.is_root()) std::filesystem::create_directory(directory);
  comm.barrier();
  try_directory(comm, directory);
  const TransferSeconds seconds = try_transfer(comm, directory, 100000);
  EXPECT_GT(seconds.write, 0);
  EXPECT_GT(seconds.read, 0);
  EXPECT_GT(free_bytes(directory), 0);
  EXPECT_EQ(try_locks(comm, directory, comm.size() - 1), FileLocks::kept);
  comm.barrier();
  EXPECT_EQ(names_in(directory), std::vector<std::string>{});
}

TEST(DirectoryCheck, a_missing_directory_is_an_output_error_of_all_ranks) {
  const Communicator comm = test_world();
  const Error error = error_of([&] { try_directory(comm, shared_name("nowhere")); });
  EXPECT_EQ(error.code(), ExitCode::output);
  EXPECT_TRUE(error.on_all_ranks());
  EXPECT_EQ(try_locks(comm, shared_name("nowhere"), 0), FileLocks::refused);
}

}  // namespace
}  // namespace shoal::io_tests
