#include "shoal/io/whole_files.hpp"

#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

std::size_t count_in(const std::string& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

TEST(WholeFiles, are_there_whole_and_nothing_else) {
  const std::string folder = own_name("whole");
  std::filesystem::create_directory(folder);
  write_whole_files({{folder + "/a", "one"}, {folder + "/b", std::string(100000, 'b')}, {folder + "/c", ""}});
  EXPECT_EQ(read_file(folder + "/a"), "one");
  EXPECT_EQ(read_file(folder + "/b").size(), 100000u);
  EXPECT_EQ(count_in(folder), 3u);
  write_whole_files({});
}

TEST(WholeFiles, of_which_one_cannot_be_written_are_all_as_they_were) {
  const std::string folder = own_name("refused");
  std::filesystem::create_directory(folder);
  write_file(folder + "/a", "older");
  const Error error = error_of([&] { write_whole_files({{folder + "/a", "newer"}, {folder + "/nowhere/b", "new"}}); });
  EXPECT_EQ(error.code(), ExitCode::output);
  EXPECT_NE(std::string(error.what()).find(folder + "/nowhere"), std::string::npos) << error.what();
  EXPECT_EQ(read_file(folder + "/a"), "older");
  EXPECT_EQ(count_in(folder), 1u);
}

}  // namespace
}  // namespace shoal::io_tests
