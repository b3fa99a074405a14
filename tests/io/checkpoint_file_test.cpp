#include "shoal/io/checkpoint_file.hpp"

#include "io_files.hpp"

namespace shoal::io_tests {
namespace {

namespace fs = std::filesystem;

Snapshot state(double number) {
  Snapshot s;
  s.put("number", number);
  s.put("weights", std::vector<float>(10, static_cast<float>(number)));
  s.put("rows", std::vector<std::int64_t>{1, 2, 3});
  s.put("what", std::string("k-means"));
  s.put("nothing", std::vector<double>{});
  return s;
}

struct Read {
  std::optional<Snapshot> snapshot;
  std::vector<std::string> warnings;
};

Read read(const std::string& path) {
  Read result;
  result.snapshot = read_checkpoint(path, [&](const std::string& warning) { result.warnings.push_back(warning); });
  return result;
}

TEST(CheckpointFile, gives_back_what_was_written) {
  const std::string path = own_name("whole");
  EXPECT_FALSE(read(path).snapshot);
  write_checkpoint(path, state(1));
  EXPECT_EQ(read(path).snapshot, state(1));
  EXPECT_FALSE(fs::exists(path + ".1"));
  EXPECT_TRUE(read(path).warnings.empty());
  write_checkpoint(path, Snapshot{});
  EXPECT_EQ(read(path).snapshot, Snapshot{});
  remove_checkpoint(path);
  EXPECT_FALSE(fs::exists(path) || fs::exists(path + ".1"));
}

TEST(CheckpointFile, keeps_the_one_before) {
  const std::string path = own_name("two");
  for (const double number : {1, 2, 3}) write_checkpoint(path, state(number));
  EXPECT_EQ(read(path).snapshot, state(3));
  EXPECT_EQ(read_checkpoint(path + ".1"), state(2));
  fs::remove(path);  // as between two renames
  EXPECT_EQ(read(path).snapshot, state(2));
  EXPECT_TRUE(read(path).warnings.empty());
}

// Every way a file can be damaged must be noticed: the one before serves, and is kept when the next one is written.
void expect_damage_is_noticed(const std::string& path, const std::string& bytes, const std::string& what) {
  write_file(path, bytes);
  const Read found = read(path);
  ASSERT_EQ(found.snapshot, state(1)) << what;
  ASSERT_EQ(found.warnings,
            std::vector<std::string>{"the checkpoint '" + path + "' is damaged: looking for the one before it"})
      << what;
}

TEST(CheckpointFile, any_damage_is_noticed_and_the_one_before_serves) {
  const std::string path = own_name("damaged");
  write_checkpoint(path, state(1));
  write_checkpoint(path, state(2));
  const std::string good = read_file(path);
  for (std::size_t size = 0; size < good.size(); ++size)
    expect_damage_is_noticed(path, good.substr(0, size), "cut to " + std::to_string(size));
  for (std::size_t i = 0; i < good.size(); ++i)
    for (const char change : {'\x01', '\x80'}) {
      std::string bytes = good;
      bytes[i] ^= change;
      expect_damage_is_noticed(path, bytes, "byte " + std::to_string(i));
    }
  expect_damage_is_noticed(path, good + '\0', "longer");
  expect_damage_is_noticed(path, good + good, "twice");
  expect_damage_is_noticed(path, std::string(good.size(), '\0'), "zeros");
}

TEST(CheckpointFile, a_damaged_one_does_not_take_the_place_of_the_good_one_before) {
  const std::string path = own_name("kept");
  write_checkpoint(path, state(1));
  write_checkpoint(path, state(2));
  write_file(path, "SHOALCP1");
  write_checkpoint(path, state(3));
  EXPECT_EQ(read(path).snapshot, state(3));
  EXPECT_EQ(read_checkpoint(path + ".1"), state(1));
}

TEST(CheckpointFile, where_both_are_damaged_there_is_none) {
  const std::string path = own_name("both");
  write_checkpoint(path, state(1));
  write_checkpoint(path, state(2));
  fs::resize_file(path, 20);
  fs::resize_file(path + ".1", 20);
  const Read found = read(path);
  EXPECT_FALSE(found.snapshot);
  EXPECT_EQ(found.warnings.size(), 2u);
}

TEST(CheckpointFile, that_cannot_be_written_leaves_the_one_before_and_nothing_else) {
  const std::string path = own_name("folder") + "/run.checkpoint";
  const Error error = error_of([&] { write_checkpoint(path, state(1)); });
  EXPECT_EQ(error.code(), ExitCode::output);
  EXPECT_EQ(std::string(error.what()), "the checkpoint '" + path + "' cannot be written: No such file or directory");
}

}  // namespace
}  // namespace shoal::io_tests
