#include "shoal/job/options.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "test_environment.hpp"

namespace shoal {
namespace {

enum class Scale { automatic, unit, standard };

struct TrainOptions {
  std::string input;
  std::string output = "model.h5";
  std::string encoder = "conv";
  Index epochs = 20;
  int threads = 1;
  std::uint64_t seed = 1;
  double learning_rate = 1e-3;
  float momentum = 0.9f;
  bool shuffle = true;
  bool verbose = false;
  Scale scale = Scale::automatic;
  std::string optimizer = "adam";
  std::vector<std::string> metrics{"mse"};
  std::optional<double> tolerance;
};

struct TrainSet {
  TrainOptions options;
  OptionSet set{"train", "Learns an autoencoder from images."};
  OptionScope scope{
      .sections = {"train"}, .other_sections = {"kmeans", "pca"}, .known_elsewhere = {"clusters", "components"}};

  TrainSet() {
    set.add("input", options.input, "images to learn from").positional().value_name("FILE");
    set.add("output", options.output, "where the model goes").not_stored();
    set.group("Training");
    set.add("encoder", options.encoder, "layers of the encoder");
    set.add("epochs", options.epochs, "passes over the data").at_least(1);
    set.add("threads", options.threads, "threads a rank").at_least(1);
    set.add("seed", options.seed, "of all random numbers");
    set.add("learning-rate", options.learning_rate, "step of the optimizer").above(0);
    set.add("momentum", options.momentum, "share of the last step").in(0, 1);
    set.add("shuffle", options.shuffle, "whether batches differ between epochs");
    set.add("verbose", options.verbose, "says more");
    set.add_choice("scale", options.scale, {"auto", "unit", "standard"}, "what is done to the elements");
    set.add_choice("optimizer", options.optimizer, {"adam", "sgd"}, "how weights follow gradients");
    set.add("metrics", options.metrics, "what is measured");
    set.add("tolerance", options.tolerance, "stops when the loss changes by less").at_least(0);
  }

  void resolve(const Arguments& arguments) { set.resolve(arguments.count(), arguments.values(), scope); }
  std::string refusal(const Arguments& arguments) {
    return message_of([&] { resolve(arguments); });
  }
  std::string where(const std::string& name) const {
    for (const auto& setting : set.resolved())
      if (setting.name == name) return setting.where;
    return "?";
  }
};

TEST(OptionSet, takes_the_structs_values_as_defaults) {
  TrainSet train;
  train.resolve({});
  EXPECT_EQ(train.options.epochs, 20);
  EXPECT_EQ(train.where("epochs"), "default");
}

TEST(OptionSet, binds_values_of_every_type) {
  TrainSet train;
  train.resolve({"images.npy",
                 "--epochs",
                 "30",
                 "--threads=2",
                 "--seed",
                 "18446744073709551615",
                 "--learning-rate",
                 "1e-4",
                 "--momentum=0.5",
                 "--shuffle=false",
                 "--verbose",
                 "--scale",
                 "standard",
                 "--optimizer",
                 "sgd",
                 "--metrics",
                 "mse, psnr",
                 "--tolerance",
                 "0.5",
                 "--encoder",
                 "conv 8 k3 s2 p1, relu, dense 32"});
  EXPECT_EQ(train.options.input, "images.npy");
  EXPECT_EQ(train.options.epochs, 30);
  EXPECT_EQ(train.options.threads, 2);
  EXPECT_EQ(train.options.seed, 18446744073709551615u);
  EXPECT_EQ(train.options.learning_rate, 1e-4);
  EXPECT_EQ(train.options.momentum, 0.5f);
  EXPECT_FALSE(train.options.shuffle);
  EXPECT_TRUE(train.options.verbose);
  EXPECT_EQ(train.options.scale, Scale::standard);
  EXPECT_EQ(train.options.optimizer, "sgd");
  EXPECT_EQ(train.options.metrics, (std::vector<std::string>{"mse", "psnr"}));
  EXPECT_EQ(train.options.tolerance, 0.5);
  EXPECT_EQ(train.options.encoder, "conv 8 k3 s2 p1, relu, dense 32");
}

TEST(OptionSet, the_command_line_counts_over_the_environment_over_the_file) {
  const TextFile file("epochs = 2\nseed = 2\nthreads = 2\n");
  const EnvironmentVariable epochs("SHOAL_EPOCHS", "3"), seed("SHOAL_SEED", "3");
  TrainSet train;
  train.resolve({"--config", file.path().c_str(), "--epochs", "4"});
  EXPECT_EQ(train.options.epochs, 4);
  EXPECT_EQ(train.options.seed, 3u);
  EXPECT_EQ(train.options.threads, 2);
  EXPECT_EQ(train.where("epochs"), "command line");
  EXPECT_EQ(train.where("seed"), "environment variable SHOAL_SEED");
  EXPECT_EQ(train.where("threads"), file.path() + ":3");
}

TEST(OptionSet, a_file_may_be_named_bare_or_by_the_environment) {
  const TextFile file("epochs = 2\n");
  TrainSet bare;
  bare.resolve({file.path().c_str()});
  EXPECT_EQ(bare.options.epochs, 2);
  const EnvironmentVariable config("SHOAL_CONFIG", file.path());
  TrainSet named;
  named.resolve({});
  EXPECT_EQ(named.options.epochs, 2);
}

TEST(OptionSet, dashes_and_underscores_are_equal) {
  const TextFile file("learning_rate = 0.5\n");
  TrainSet train;
  train.resolve({"--config", file.path().c_str()});
  EXPECT_EQ(train.options.learning_rate, 0.5);
  train.resolve({"--learning_rate=0.25"});
  EXPECT_EQ(train.options.learning_rate, 0.25);
}

TEST(OptionSet, a_number_may_be_negative_and_a_value_may_hold_an_equals_sign) {
  TrainSet train;
  train.resolve({"--output=a=b"});
  EXPECT_EQ(train.options.output, "a=b");
  EXPECT_EQ(train.refusal({"--epochs", "-1"}),
            "option --epochs is '-1' (command line), but must be a whole number of at least 1");
}

TEST(OptionSet, refuses_unknown_options_with_a_suggestion) {
  EXPECT_EQ(TrainSet().refusal({"--epoch", "5"}), "unknown option --epoch; did you mean --epochs?");
  EXPECT_EQ(TrainSet().refusal({"--epoch=5"}), "unknown option --epoch; did you mean --epochs?");
  EXPECT_EQ(TrainSet().refusal({"--zzzzzzzz"}), "unknown option --zzzzzzzz");
  EXPECT_EQ(TrainSet().refusal({"--clusters", "5"}), "option --clusters belongs to another job, not to 'shoal train'");
  EXPECT_EQ(TrainSet().refusal({"a.npy", "b.npy"}), "unexpected argument 'b.npy'");
}

TEST(OptionSet, refuses_unknown_variables_but_skips_those_of_other_jobs) {
  const EnvironmentVariable other("SHOAL_CLUSTERS", "3");
  EXPECT_EQ(TrainSet().refusal({}), "");
  const EnvironmentVariable misspelt("SHOAL_EPOCH", "3");
  EXPECT_EQ(TrainSet().refusal({}), "unknown environment variable SHOAL_EPOCH; did you mean SHOAL_EPOCHS?");
}

TEST(OptionSet, refuses_options_without_or_with_two_values) {
  EXPECT_EQ(TrainSet().refusal({"--epochs", "2", "--epochs=3"}), "option --epochs is given twice: '2' and '3'");
  EXPECT_EQ(TrainSet().refusal({"--encoder", "--epochs", "3"}), "option --encoder needs a value, but --epochs follows");
  EXPECT_NE(TrainSet().refusal({"--epochs"}), "");
  EXPECT_NE(TrainSet().refusal({"--epochs="}), "");
}

TEST(OptionSet, refuses_bad_values_with_their_source_and_what_is_expected) {
  const EnvironmentVariable variable("SHOAL_MOMENTUM", "1.5");
  EXPECT_EQ(TrainSet().refusal({}),
            "option --momentum is '1.5' (environment variable SHOAL_MOMENTUM), but must be a number from 0 to 1");
  const TextFile file("\nscale = uniit\n");
  EXPECT_EQ(TrainSet().refusal({file.path().c_str()}),
            "option --scale is 'uniit' (" + file.path() + ":2), but must be one of auto, unit, standard");
  for (const char* text : {"", "3x", "3.5", "1e3", "99999999999999999999"}) {
    const TextFile epochs("epochs = " + std::string(text));
    EXPECT_NE(TrainSet().refusal({epochs.path().c_str()}), "") << text;
  }
}

TEST(OptionSet, refuses_numbers_that_are_not_finite_or_on_an_excluded_border) {
  EXPECT_NE(TrainSet().refusal({"--learning-rate", "nan"}), "");
  EXPECT_NE(TrainSet().refusal({"--learning-rate", "inf"}), "");
  EXPECT_EQ(TrainSet().refusal({"--learning-rate", "0"}),
            "option --learning-rate is '0' (command line), but must be a number above 0");
  EXPECT_EQ(TrainSet().refusal({"--shuffle=maybe"}),
            "option --shuffle is 'maybe' (command line), but must be true or false");
}

TEST(OptionSet, names_all_missing_options) {
  TrainOptions options;
  OptionSet set("train", "");
  set.add("input", options.input, "").required();
  set.add("output", options.output, "").required();
  const Arguments none{};
  EXPECT_EQ(message_of([&] { set.resolve(none.count(), none.values()); }), "shoal train needs --input and --output");
}

TEST(OptionSet, gives_its_settings_to_a_set_elsewhere) {
  TrainSet root, other;
  root.resolve({"--epochs", "7", "--momentum", "0.1", "--scale", "unit", "--metrics", "a,b", "--tolerance", "none"});
  std::vector<Setting> given;
  for (const auto& setting : root.set.resolved())
    if (setting.where != "default") given.push_back(setting);
  other.set.apply(given);
  EXPECT_EQ(other.set.resolved(), root.set.resolved());
  EXPECT_EQ(other.options.momentum, root.options.momentum);
}

TEST(OptionSet, json_is_sorted_and_leaves_out_what_is_not_stored) {
  TrainSet train;
  train.resolve(
      {"--momentum", "0.1", "--encoder", "dense \"32\"", "--output", "elsewhere.h5", "--learning-rate", "1e-4"});
  EXPECT_EQ(
      train.set.json(),
      R"({"encoder":"dense \"32\"","epochs":20,"input":"","learning-rate":0.0001,"metrics":["mse"],"momentum":0.1,)"
      R"("optimizer":"adam","scale":"auto","seed":1,"shuffle":true,"threads":1,"tolerance":null,"verbose":false})");
}

TEST(OptionSet, help_shows_groups_defaults_and_choices_in_100_columns) {
  TrainSet train;
  std::string extra;
  train.set.add("a-very-long-name-of-an-option", extra,
                std::string(30, 'x') + " " + std::string(30, 'y') + " " + std::string(30, 'z'));
  const std::string help = train.set.help();
  EXPECT_EQ(help.find("Usage: shoal train [FILE] [options]\n\nLearns an autoencoder from images.\n\nOptions:\n"), 0u)
      << help;
  EXPECT_NE(help.find("\nTraining:\n"), std::string::npos) << help;
  EXPECT_NE(help.find("--epochs N "), std::string::npos) << help;
  EXPECT_NE(help.find("passes over the data (default: 20)"), std::string::npos) << help;
  EXPECT_NE(help.find("one of adam, sgd (default: adam)"), std::string::npos) << help;
  EXPECT_NE(help.find("--verbose  "), std::string::npos) << help;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

}  // namespace
}  // namespace shoal
