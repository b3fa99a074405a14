#include "shoal/job/child_process.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "test_world.hpp"

namespace shoal {
namespace {

std::string log_of_rank() {
  return (std::filesystem::temp_directory_path() / ("child" + std::to_string(test_world().rank()) + ".log")).string();
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(ChildProcess, gets_arguments_and_environment_and_tells_its_status) {
  const std::string log = log_of_rank();
  EXPECT_EQ(run_program({"sh", "-c", "echo $0 $COLOUR; echo wrong >&2; exit 7", "two words"},
                        {"COLOUR=blue", "PATH=/usr/bin:/bin"}, log),
            7);
  EXPECT_EQ(content_of(log), "two words blue\nwrong\n");
}

TEST(ChildProcess, tells_of_a_signal_and_of_a_program_that_is_not_there) {
  const std::string log = log_of_rank();
  EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}, present_environment(), log), 128 + 9);
  EXPECT_EQ(run_program({"no-such-launcher"}, present_environment(), log), 127);
  EXPECT_NE(content_of(log).find("no-such-launcher: No such file"), std::string::npos) << content_of(log);
}

TEST(ChildProcess, is_ended_when_it_is_to_stop) {
  int asked = 0;
  const auto stop = [&] { return ++asked > 1; };
  EXPECT_EQ(run_program({"sleep", "100"}, present_environment(), log_of_rank(), stop), 128 + 15);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace shoal
