#pragma once
// The figures of a report, each a file of a folder; what a run has nothing for is left out. They are drawn before the
// first is written, since those of one run belong together.
#include <string>
#include <vector>

#include "plot.hpp"
#include "shoal/io/whole_files.hpp"
#include "shoal/report/run_report.hpp"

namespace shoal {

struct FigureFolder {
  std::string directory;
  std::vector<std::string> names;
  std::vector<WholeFile> files;

  void save(const Plot& plot, const std::string& name) {
    names.push_back(name + ".png");
    files.push_back({directory + "/" + names.back(), plot.png()});
  }
};

void draw_loss(const RunReport& report, FigureFolder& folder);
void draw_variance(const RunReport& report, FigureFolder& folder);
void draw_clusters(const RunReport& report, FigureFolder& folder);
void draw_contingency(const RunReport& report, FigureFolder& folder);
void draw_curves(const RunReport& report, FigureFolder& folder);
void draw_phases(const RunReport& report, FigureFolder& folder);

void draw_reconstructions(const RunReport& report, FigureFolder& folder);
void draw_maps(const RunReport& report, FigureFolder& folder);
void draw_errors(const RunReport& report, FigureFolder& folder);

/// "cluster 0", "cluster 1", ...
std::vector<std::string> numbered(const std::string& word, std::size_t count);
/// "class 3" for the value 3.
std::vector<std::string> named(const std::string& word, const std::vector<std::int64_t>& values);
std::vector<Colour> kind_colours(std::size_t count);

}  // namespace shoal
