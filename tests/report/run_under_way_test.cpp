#include "shoal/report/run_under_way.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "shoal/core/error.hpp"

namespace shoal {
namespace {

RunUnderWay some_run() {
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {"train",
          R"({"epochs": 20, "code": 8})",
          "mse",
          "2026-11-22T10:00:00Z",
          "2026-11-22T10:01:00Z",
          3,
          20,
          1000,
          0.125,
          {{1, 0.5, none, 1e-3, 2}, {2, 0.25, 0.375, 5e-4, 4}}};
}

TEST(RunUnderWay, is_read_as_it_was_written) {
  const auto path = (std::filesystem::temp_directory_path() / "under_way_test.json").string();
  std::ofstream(path) << text_of(some_run());
  const RunUnderWay run = read_under_way(path);
  EXPECT_EQ(text_of(run), text_of(some_run()));
  EXPECT_TRUE(std::isnan(run.epochs[0].held_out_loss));
  EXPECT_EQ(run.epochs[1].training_loss, 0.25);
  std::ofstream(path) << R"({"job": "train"})";
  EXPECT_THROW(read_under_way(path), Error);
  EXPECT_THROW(read_under_way(path + ".missing"), Error);
}

TEST(RunUnderWay, reports_how_far_it_is) {
  const RunReport report = report_of(some_run(), "results/model.h5");
  EXPECT_EQ(report.title, "shoal train: model.h5, under way");
  EXPECT_EQ(report.training_loss, (std::vector<double>{0.5, 0.25}));
  EXPECT_EQ(report.points, 0);
  const auto fact = [&](const std::string& name) {
    for (const auto& one : report.summary)
      if (one.name == name) return one.value;
    return std::string();
  };
  EXPECT_EQ(fact("training"), "epoch 2 of 20");
  EXPECT_EQ(fact("rows a second"), "250");
  EXPECT_EQ(fact("left to train"), "1 min 12 s");
  EXPECT_EQ(fact("in communication"), "12.5%");
  ASSERT_EQ(report.configuration.size(), 2u);
}

TEST(RunUnderWay, stays_small_and_has_its_newest_epochs) {
  RunUnderWay run = some_run();
  run.epochs.clear();
  for (std::int64_t epoch = 1; epoch <= 100'000; ++epoch) add_epoch(run, {epoch, 0.5, 0.5, 1e-3, 2});
  const auto& epochs = run.epochs;
  ASSERT_GE(epochs.size(), 500u);
  EXPECT_LE(epochs.size(), 1000u);
  EXPECT_EQ(epochs.front().epoch, 1);
  EXPECT_EQ(epochs.back().epoch, 100'000);
  EXPECT_EQ((epochs.end() - 2)->epoch, 99'999);
  for (std::size_t i = 1; i < epochs.size(); ++i) EXPECT_LT(epochs[i - 1].epoch, epochs[i].epoch);
}

}  // namespace
}  // namespace shoal
