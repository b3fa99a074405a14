#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "shoal/core/error.hpp"
#include "shoal/report/figures.hpp"
#include "shoal/report/html.hpp"
#include "shoal/report/read_run.hpp"

namespace shoal {
namespace {

RunReport three_points() {
  RunReport report;
  report.title = "three </script> points & more";
  report.summary = {{"samples", "3 <b>"}};
  report.rows = report.points = 3;
  report.maps = {{"pca", "Principal components", "x", "y", {0, 1, 2}, {0, 0, 0}}};
  report.errors = {0.1f, 0.2f, 0.3f};
  report.clusters = {0, 1, 1};
  report.cluster_sizes = {1, 2};
  return report;
}

std::string temporary(const std::string& name) {
  const char* folder = std::getenv("TMPDIR");
  return std::string(folder ? folder : "/tmp") + "/" + name + std::to_string(::getpid());
}

TEST(Report, text_of_a_run_cannot_end_the_script_it_stands_in) {
  const std::string page = report_html(three_points());
  EXPECT_NE(page.find("<title>three &lt;/script&gt; points &amp; more</title>"), std::string::npos);
  EXPECT_NE(page.find("3 \\u003cb>"), std::string::npos);
  EXPECT_EQ(page.find("three </script>"), std::string::npos);
}

TEST(Report, names_no_address_that_a_browser_would_fetch) {
  const std::string page = report_html(three_points());
  for (const char* word : {"src=\"http", "href=\"http", "@import", "url(http", "src=\"//", "fetch(\"http"})
    EXPECT_EQ(page.find(word), std::string::npos) << word;
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(Report, all_marks_of_the_template_are_filled) {
  const std::string page = report_html(three_points());
  for (const char* mark : {"/*style*/", "/*script*/", "/*echarts*/", "/*run*/", "<!--title-->", "<!--arrays-->"})
    EXPECT_EQ(page.find(mark), std::string::npos) << mark;
}

TEST(Report, classes_are_counted_against_clusters_where_the_file_has_no_table) {
  RunReport report = three_points();
  add_classes(report, std::vector<std::int64_t>{7, 7, -1}, std::vector<std::int64_t>{0, 1, 1});
  EXPECT_EQ(report.class_values, (std::vector<std::int64_t>{-1, 7}));
  EXPECT_EQ(report.classes, (std::vector<std::int32_t>{1, 1, 0}));
  EXPECT_EQ(report.contingency, (std::vector<std::vector<std::int64_t>>{{0, 1}, {1, 1}}));
}

TEST(Report, a_sidecar_tells_phases_and_hosts) {
  RunReport report;
  add_sidecar(report, R"({"ranks": 3, "host_of_rank": ["a", "a", "b"], "versions": {"shoal": "1"},
    "phases": {"train": {"min_seconds": 1, "mean_seconds": 2, "max_seconds": 3, "slowest_rank": 2}}})");
  ASSERT_EQ(report.phases.size(), 1u);
  EXPECT_EQ(report.phases[0].name, "train");
  EXPECT_EQ(report.phases[0].max, 3);
  EXPECT_EQ(report.phases[0].slowest_rank, 2);
  bool hosts = false;
  for (const auto& fact : report.provenance) hosts = hosts || fact.value == "a (ranks 0-1), b (rank 2)";
  EXPECT_TRUE(hosts);
}

TEST(Report, a_broken_sidecar_adds_nothing) {
  RunReport report;
  for (const char* text : {"", "{", "[1, 2]", R"({"phases": 3, "host_of_rank": "x", "versions": []})"})
    add_sidecar(report, text);
  EXPECT_TRUE(report.phases.empty());
  EXPECT_TRUE(report.provenance.empty());
}

TEST(Figures, draw_what_there_is_and_leave_out_the_rest) {
  const std::string folder = temporary("shoal_figures_");
  const auto names = write_figures(three_points(), folder);
  EXPECT_EQ(names, (std::vector<std::string>{"pca-by-cluster.png", "pca-by-error.png", "error.png",
                                             "error-by-cluster.png", "cluster-sizes.png"}));
  for (const auto& name : names) EXPECT_GT(std::filesystem::file_size(folder + "/" + name), 5000u) << name;
  EXPECT_TRUE(write_figures(RunReport{}, folder).empty());
  std::filesystem::remove_all(folder);
}

TEST(Figures, say_where_they_cannot_be_written) {
  const std::string file = temporary("shoal_file_");
  std::ofstream(file) << "not a folder";
  try {
    write_figures(three_points(), file + "/figures");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::output);
    EXPECT_NE(std::string(error.what()).find(file), std::string::npos);
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace shoal
