// Result files that are not what they say: a report of them is refused, with the file and the object, or drawn.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include "shoal/core/error.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/report/figures.hpp"
#include "shoal/report/html.hpp"
#include "shoal/report/read_run.hpp"
#include "shoal/report/run_under_way.hpp"

namespace shoal {
namespace {

// A file of the test's own, with what `body` writes into it.
class RunFile {
 public:
  explicit RunFile(const std::function<void(OutputFile&)>& body) {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder ? folder : "/tmp") + "/shoal_run_" + std::to_string(::getpid()) + ".h5";
    OutputFile file(Communicator(MPI_COMM_SELF), path_);
    body(file);
    file.close();
  }
  ~RunFile() { std::filesystem::remove(path_); }
  RunFile(const RunFile&) = delete;
  RunFile& operator=(const RunFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void expect_refused(const RunFile& file, const std::string& object, const std::string& words) {
  try {
    read_run(file.path(), 1000);
    ADD_FAILURE() << "no error of " << object;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::input);
    const std::string text = error.what();
    EXPECT_NE(text.find(file.path() + ":" + object), std::string::npos) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text;
    EXPECT_FALSE(error.hint().empty());
  }
}

void write_history(OutputFile& file, std::size_t losses, std::size_t held_out, std::size_t rates) {
  file.write("/history/epoch", std::vector<double>{1, 2, 3}, {3});
  file.write("/history/training_loss", std::vector<double>(losses, 0.5), {static_cast<Index>(losses)});
  file.write("/history/held_out_loss", std::vector<double>(held_out, 0.5), {static_cast<Index>(held_out)});
  file.write("/history/learning_rate", std::vector<double>(rates, 0.5), {static_cast<Index>(rates)});
}

TEST(DamagedRun, a_single_number_in_place_of_rows_is_refused) {
  for (const std::string name :
       {"/codes/reconstruction_error", "/pca/scores", "/kmeans/labels", "/embedding/points", "/kmeans/distances"}) {
    const RunFile file([&](OutputFile& out) {
      out.write("/codes/reconstruction_error", std::vector<float>(name[1] == 'c' ? 1 : 4),
                name[1] == 'c' ? std::vector<Index>{} : std::vector<Index>{4});
      if (name[1] != 'c') out.write(name, std::vector<float>{1}, {});
    });
    expect_refused(file, name, "is a single number");
  }
}

TEST(DamagedRun, a_history_whose_series_have_other_lengths_is_refused) {
  const auto refused = [](std::size_t losses, std::size_t held_out, std::size_t rates, const std::string& name) {
    const RunFile file([&](OutputFile& out) { write_history(out, losses, held_out, rates); });
    expect_refused(file, "/history/" + name, "numbers, but /history/epoch has 3");
  };
  refused(1, 3, 3, "training_loss");
  refused(3, 2, 3, "held_out_loss");
  refused(3, 3, 4, "learning_rate");
  const RunFile whole([](OutputFile& out) { write_history(out, 3, 3, 3); });
  EXPECT_EQ(read_run(whole.path(), 1000).epochs.size(), 3u);
}

TEST(DamagedRun, a_contingency_table_without_its_names_is_refused) {
  const auto table = [](const std::vector<Index>& dims, Index classes, Index clusters) {
    return [=](OutputFile& out) {
      out.write("/score/contingency", std::vector<std::int64_t>(6, 1), dims);
      out.write("/score/class_values", std::vector<std::int64_t>(static_cast<std::size_t>(classes)), {classes});
      out.write("/score/class_of_cluster", std::vector<std::int64_t>(static_cast<std::size_t>(clusters)), {clusters});
    };
  };
  expect_refused(RunFile(table({6}, 2, 3)), "/score/contingency", "has 1 dimensions");
  expect_refused(RunFile(table({2, 3}, 3, 3)), "/score/class_values", "has 3 numbers");
  expect_refused(RunFile(table({2, 3}, 2, 2)), "/score/class_of_cluster", "has 2 numbers");
}

TEST(DamagedRun, numbers_that_no_run_has_are_drawn_all_the_same) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const float nan = std::nanf("");
  const RunFile file([&](OutputFile& out) {
    out.write("/history/epoch", std::vector<double>{1e17, 1e17 + 16, 1e17 + 32}, {3});
    out.write("/history/training_loss", std::vector<double>{1e-300, infinity, 1}, {3});
    out.write("/history/held_out_loss", std::vector<double>{-infinity, 1, 1}, {3});
    out.write("/codes/reconstruction_error", std::vector<float>{-1, 1e30f, nan}, {3});
    out.write("/kmeans/labels", std::vector<float>{-1e30f, 1e30f, nan}, {3});
    out.write("/kmeans/sizes", std::vector<std::int64_t>{-5, std::numeric_limits<std::int64_t>::max()}, {2});
    out.write("/pca/scores", std::vector<float>{nan, 1, 1e38f, -1e38f, 0, 0}, {3, 2});
  });
  RunReport report = read_run(file.path(), 1000);
  EXPECT_EQ(report.clusters, (std::vector<std::int32_t>{-1, -1, -1}));
  EXPECT_FALSE(report_html(report).empty());
  const std::string folder = file.path() + ".figures";
  try {
    EXPECT_FALSE(write_figures(report, folder).empty());
  } catch (const Error&) {  // cairo may refuse a coordinate
  }
  std::filesystem::remove_all(folder);
}

std::string written(const std::string& text) {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder ? folder : "/tmp") + "/shoal_" + std::to_string(::getpid()) + ".json";
  std::ofstream(path) << text;
  return path;
}

TEST(DamagedRun, a_running_file_that_is_none_is_refused_and_odd_numbers_are_shown) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1]"), std::string(R"({"job": 3})"), deep}) {
    const std::string path = written(text);
    EXPECT_THROW(read_under_way(path), Error) << text.substr(0, 20);
  }
  RunUnderWay run{"train", "{", "mse", "", "", 1, std::numeric_limits<std::int64_t>::max(), 1e300, 1e300, {}};
  run.epochs.push_back({std::numeric_limits<std::int64_t>::min(), 1, 1, 1, -1e-300});
  const std::string path = written(text_of(run));
  EXPECT_FALSE(report_html(report_of(read_under_way(path), path)).empty());
  std::filesystem::remove(path);
}

TEST(DamagedRun, a_sidecar_nested_without_end_does_no_harm) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  RunReport report;
  add_sidecar(report, R"({"ranks": )" + deep + R"(, "versions": {"shoal": )" + deep + "}}");
  add_options(report, "{\"input\": " + deep + "}");
  EXPECT_FALSE(report_html(report).empty());
}

}  // namespace
}  // namespace shoal
