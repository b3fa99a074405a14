#include "shoal/report/figures.hpp"

#include <filesystem>

#include "figure_folder.hpp"
#include "shoal/core/error.hpp"

namespace shoal {

std::vector<std::string> numbered(const std::string& word, std::size_t count) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count; ++i) words.push_back(word + std::to_string(i));
  return words;
}

std::vector<std::string> named(const std::string& word, const std::vector<std::int64_t>& values) {
  std::vector<std::string> words;
  for (const auto value : values) words.push_back(word + std::to_string(value));
  return words;
}

std::vector<Colour> kind_colours(std::size_t count) {
  std::vector<Colour> colours;
  for (std::size_t i = 0; i < count; ++i) colours.push_back(kind_colour(i));
  return colours;
}

std::vector<std::string> write_figures(const RunReport& report, const std::string& directory) {
  FigureFolder folder{directory, {}, {}};
  draw_loss(report, folder);
  draw_reconstructions(report, folder);
  draw_maps(report, folder);
  draw_errors(report, folder);
  draw_variance(report, folder);
  draw_clusters(report, folder);
  draw_contingency(report, folder);
  draw_curves(report, folder);
  draw_phases(report, folder);
  std::error_code failure, ignored;
  const bool made = std::filesystem::create_directories(directory, failure);
  if (failure)
    throw output_error("cannot make the directory " + directory + ": " + failure.message(),
                       "name one that can be written to");
  try {
    write_whole_files(folder.files);
  } catch (...) {
    if (made) std::filesystem::remove(directory, ignored);  // which is empty again
    throw;
  }
  return folder.names;
}

}  // namespace shoal
