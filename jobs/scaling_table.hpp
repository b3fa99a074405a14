#pragma once
// A study's results in the forms that people and programs read.
#include "scaling_points.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/report/scaling_page.hpp"

namespace shoal {

struct ScalingResult {
  const ScalingCase* study_case = nullptr;
  std::vector<ScalingPoint> points;
  ScalingForecast forecast;
};

/// For the terminal: measured times, phases, and the model with its errors and forecasts.
std::string text_of(const ScalingResult& result);

/// One line a case and number of ranks.
std::string csv_of(const std::vector<ScalingResult>& results);

/// Figures of merit, "FOM name = value", one a line: what ReFrame, JUBE, Ramble or grep take.
std::string figures_of_merit(const std::vector<ScalingResult>& results);

/// One group a case. Collective.
void write_scaling(OutputFile& file, const ScalingResult& result);

ScalingCurve curve_of(const ScalingResult& result);

}  // namespace shoal
