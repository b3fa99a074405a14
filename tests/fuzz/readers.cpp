#include "readers.hpp"

#include <zlib.h>

#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <vector>

#include "embedding_groups.hpp"
#include "result_groups.hpp"
#include "shoal/core/error.hpp"
#include "shoal/io/checkpoint_file.hpp"
#include "shoal/io/dataset.hpp"
#include "shoal/io/listing.hpp"
#include "shoal/io/model_file.hpp"
#include "shoal/io/result_file.hpp"
#include "shoal/io/sample_layout.hpp"
#include "shoal/job/options.hpp"
#include "shoal/report/html.hpp"
#include "shoal/report/read_run.hpp"
#include "shoal/report/run_under_way.hpp"

namespace shoal::fuzz {
namespace {

bool succeeds(const std::function<void()>& body) {
  try {
    body();
    return true;
  } catch (const Error&) {
    return false;
  }
}

void read_dataset(const std::string& name) {
  const DatasetInfo info = open_dataset(name);
  for (const char* layout : {"auto", "nchw", "ntc"}) succeeds([&] { sample_layout(info, layout); });
  const RowData rows = read_rows(info, 0, info.rows());
  succeeds([&] { require_finite(rows, 0, name); });
  read_rows(info, info.rows() - 1, info.rows());
  succeeds([&] { read_labels(name, info.rows()); });
}

void read_results(const std::string& file) {
  const ResultFile results(file);
  for (const auto& object : list_objects(file)) {
    succeeds([&] { results.doubles(object.path); });
    succeeds([&] { results.integers(object.path); });
    for (const auto& attribute : object.attributes) {
      const std::string& key = attribute.first;
      succeeds([&] { results.text_attribute(object.path, key); });
      succeeds([&] { results.numbers_attribute(object.path, key); });
    }
    if (!object.group) succeeds([&] { read_dataset(file + ":" + object.path); });
  }
}

// What jobs take from the results of others.
bool read_fits(const std::string& file) {
  const bool pca = succeeds([&] { read_pca(file, "/pca"); });
  const bool centers = succeeds([&] { read_centers(file, "/kmeans"); });
  const bool map = succeeds([&] { read_map(file, "/embedding"); });
  return pca || centers || map;
}

// A report of it, with all points and with some.
bool read_report(const std::string& file) {
  constexpr Index all = 1'000'000, some = 7;
  succeeds([&] { option_of_run(file, "input"); });
  succeeds([&] { read_run(file, some); });
  return succeeds([&] {
    RunReport report = read_run(file, all);
    if (!report.clusters.empty()) {
      const std::vector<std::int64_t> clusters(report.clusters.begin(), report.clusters.end());
      add_classes(report, std::vector<std::int64_t>(static_cast<std::size_t>(report.rows), 1), clusters);
    }
    report_html(report);
  });
}

// How far a run is, and what a sidecar tells: both are JSON, and this may be either.
bool read_json(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  RunReport report;
  add_sidecar(report, text);
  add_options(report, text);
  report_html(report);
  return succeeds([&] { report_html(report_of(read_under_way(file), file)); }) || !report.phases.empty();
}

void read_configuration(const std::string& file) {
  struct {
    std::string input, scale = "unit";
    Index epochs = 1;
    double rate = 0.1;
    bool whiten = false;
    std::vector<std::string> names;
    std::optional<double> norm;
  } options;
  OptionSet set("fuzz", "Reads configurations.");
  set.add("input", options.input, "a text");
  set.add_choice("scale", options.scale, {"unit", "none"}, "a word");
  set.add("epochs", options.epochs, "a whole number").at_least(1);
  set.add("learning-rate", options.rate, "a number").above(0);
  set.add("whiten", options.whiten, "a flag");
  set.add("names", options.names, "a list");
  set.add("clip-norm", options.norm, "a number or none");
  const std::array<const char*, 3> arguments{"fuzz", "--config", file.c_str()};
  set.resolve(static_cast<int>(arguments.size()), arguments.data(), {{"train"}, {"pca"}, {"k"}});
  set.json();
}

// As it is, which its checksum refuses, and with a checksum that agrees, as one who means harm would write it.
bool read_checkpoints(const std::string& file) {
  const bool whole = read_checkpoint(file).has_value();
  std::ifstream damaged(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(damaged)), {});
  if (bytes.size() < 4) return whole;
  const auto length = static_cast<uInt>(bytes.size() - 4);
  const auto sum = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const unsigned char*>(bytes.data()), length));
  bytes.replace(length, 4, reinterpret_cast<const char*>(&sum), 4);
  std::ofstream("sealed.checkpoint", std::ios::binary | std::ios::trunc) << bytes;
  const auto sealed = read_checkpoint("sealed.checkpoint");
  if (!sealed) return whole;
  for (const auto& entry : sealed->arrays()) {
    const std::string& name = entry.first;
    succeeds([&] { sealed->doubles(name); });
    succeeds([&] { sealed->floats(name); });
    succeeds([&] { sealed->integer(name); });
    succeeds([&] { sealed->text(name); });
  }
  return true;
}

}  // namespace

bool read_in_all_ways(const std::string& file) {
  if (file.ends_with(".checkpoint")) return read_checkpoints(file);
  if (file.ends_with(".ini")) return succeeds([&] { read_configuration(file); });
  if (file.ends_with(".json")) return read_json(file);
  const bool dataset = succeeds([&] { read_dataset(file); });
  const bool results = succeeds([&] { read_results(file); });
  const bool model = succeeds([&] { read_model(file); });
  const bool fits = read_fits(file);
  const bool report = read_report(file);
  return dataset || results || model || fits || report;
}

}  // namespace shoal::fuzz
