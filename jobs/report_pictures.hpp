#pragma once
// The pictures of a report: thumbnails of many points, originals beside reconstructions, members of clusters.
#include "shoal/io/dataset.hpp"
#include "shoal/io/model_file.hpp"
#include "shoal/io/sample_layout.hpp"
#include "shoal/report/run_report.hpp"

namespace shoal {

/// Adds to `report` the pictures of its points, from the dataset that the run was made of. `model`: makes the
/// reconstructions; without it there are originals alone. Memory and the report's size are bounded, whatever the number
/// and size of the images. Local; input errors.
void add_pictures(RunReport& report, const DatasetInfo& info, const SampleLayout& layout, const Model* model);

}  // namespace shoal
