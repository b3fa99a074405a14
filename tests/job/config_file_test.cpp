#include "shoal/job/config_file.hpp"

#include <gtest/gtest.h>

#include "shoal/job/option_sources.hpp"
#include "test_environment.hpp"

namespace shoal {
namespace {

struct Set {
  Index epochs = 0, code = 0;
  OptionSet set{"train", ""};
  OptionScope scope{.sections = {"train"}, .other_sections = {"kmeans"}, .known_elsewhere = {"clusters"}};
  Set() {
    set.add("epochs", epochs, "");
    set.add("code", code, "");
  }
  std::string refusal(const std::string& text) const {
    const TextFile file(text);
    std::string message = message_of([&] { settings_of_config_file(set, file.path(), scope); });
    if (message.starts_with(file.path())) message.erase(0, file.path().size());
    return message;
  }
};

TEST(ConfigFile, reads_keys_sections_and_comments) {
  const TextFile file(
      "# a comment\n batch_size = 256   # images\r\n\n[train]\nencoder = conv 8 k3 s2 p1, relu, dense 32\npath = "
      "a#b=c\nempty =\n");
  const auto lines = read_config_file(file.path());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0].key + "|" + lines[0].value + "|" + lines[0].section, "batch-size|256|");
  EXPECT_EQ(lines[0].number, 2);
  EXPECT_EQ(lines[1].value, "conv 8 k3 s2 p1, relu, dense 32");
  EXPECT_EQ(lines[1].section, "train");
  EXPECT_EQ(lines[2].value, "a#b=c");
  EXPECT_EQ(lines[3].value, "");
  EXPECT_EQ(lines[3].number, 7);
}

TEST(ConfigFile, tells_of_sections_without_lines) {
  const TextFile file("ranks = 1\n[train]\n# nothing\n [ k means ] \nk = 2\n");
  const auto sections = read_config_sections(file.path());
  ASSERT_EQ(sections.size(), 2u);
  EXPECT_EQ(sections[0].section, "train");
  EXPECT_EQ(sections[0].number, 2);
  EXPECT_EQ(sections[1].section, "k means");
}

TEST(ConfigFile, names_the_line_it_cannot_read) {
  EXPECT_EQ(Set().refusal("epochs = 1\nepochs 2\n"), ":2: 'epochs 2' is neither 'key = value' nor '[section]'");
  EXPECT_EQ(Set().refusal("= 2\n"), ":1: '= 2' is neither 'key = value' nor '[section]'");
}

TEST(ConfigFile, says_which_file_is_missing) {
  EXPECT_EQ(message_of([] { read_config_file("/nowhere/train.ini"); }),
            "cannot read /nowhere/train.ini: No such file or directory");
  EXPECT_EQ(message_of([] { read_config_file("/tmp"); }), "cannot read /tmp: Is a directory");
}

TEST(ConfigFile, refuses_keys_that_no_job_knows_with_line_and_suggestion) {
  EXPECT_EQ(Set().refusal("clusters = 3\n\nepoch = 1\n"), ":3: unknown key 'epoch'; did you mean epochs?");
  EXPECT_EQ(Set().refusal("cluster = 3\n"), ":1: unknown key 'cluster'; did you mean clusters?");
  EXPECT_EQ(Set().refusal("config = other.ini\n"), ":1: unknown key 'config'");
}

TEST(ConfigFile, skips_sections_of_other_jobs_and_refuses_unknown_ones) {
  EXPECT_EQ(Set().refusal("[kmeans]\nanything = 3\n"), "");
  EXPECT_EQ(Set().refusal("[trian]\nepochs = 3\n"), ":2: unknown section [trian]; did you mean train?");
}

TEST(ConfigFile, a_line_in_the_jobs_own_section_counts_over_one_above_it) {
  const TextFile file("epochs = 1\ncode = 1\n[train]\nepochs = 2\n");
  Set set;
  set.set.apply(settings_of_config_file(set.set, file.path(), set.scope));
  EXPECT_EQ(set.epochs, 2);
  EXPECT_EQ(set.code, 1);
}

TEST(ConfigFile, refuses_a_key_that_is_set_twice) {
  EXPECT_EQ(Set().refusal("epochs = 1\ncode = 2\nepochs = 1\n"), ":3: 'epochs' is already set in line 1");
}

}  // namespace
}  // namespace shoal
