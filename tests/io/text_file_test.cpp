#include "shoal/io/text_file.hpp"

#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

bool is_aside(const std::string& name) {
  return std::filesystem::exists(shared_name("." + name + ".partial"));
}

TEST(TextFile, is_written_by_the_root_and_replaces_an_older_one) {
  const Communicator comm = test_world();
  const std::string path = shared_name("text.json");
  TextFile(comm, path, "old").publish();
  TextFile newer(comm, path, "new\n");
  comm.barrier();
  EXPECT_EQ(read_file(path), "old");
  EXPECT_TRUE(is_aside("text.json"));
  comm.barrier();
  newer.publish();
  EXPECT_EQ(read_file(path), "new\n");
  EXPECT_FALSE(is_aside("text.json"));
}

TEST(TextFile, that_is_not_published_leaves_nothing) {
  const Communicator comm = test_world();
  { const TextFile unfinished(comm, shared_name("unfinished.json"), "text"); }
  comm.barrier();
  EXPECT_FALSE(is_aside("unfinished.json"));
  EXPECT_FALSE(std::filesystem::exists(shared_name("unfinished.json")));
}

TEST(TextFile, that_cannot_be_written_is_an_error_of_all_ranks) {
  const Error error = error_of([] { TextFile(test_world(), "/nowhere/run.json", "text").publish(); });
  EXPECT_EQ(error.code(), ExitCode::output);
  EXPECT_TRUE(error.on_all_ranks());
  EXPECT_STREQ(error.what(),
               "'/nowhere/run.json' cannot be written in the directory '/nowhere': No such file or directory");
}

}  // namespace
}  // namespace shoal::io_tests
