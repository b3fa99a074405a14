#pragma once
// Running rows through a trained model: into memory, or piece by piece into a file.
#include <optional>
#include <vector>

#include "row_place.hpp"
#include "shoal/io/output_file.hpp"
#include "shoal/methods/encode.hpp"

namespace shoal {

/// What encode_to_file needs besides rows: the model, a group's activations and a piece of results. `output_bytes`: of
/// results a row, without the codes and errors. Local.
double encode_bytes(const Model& model, Index output_bytes);

/// Codes and reconstruction errors of this rank's rows, all in memory. Collective (for the mean that is logged).
Encoding encode_stage(JobContext& job, const Model& model, const SampleFormat& format, const RowSource& rows,
                      const Shard& shard);

/// The same into the group /codes of a file, a piece of rows after the other; with `image_dims` the reconstructions in
/// the units of the data as well, (n, image_dims...), into /reconstructions. Collective.
void encode_to_file(JobContext& job, OutputFile& file, const Model& model, const SampleFormat& format,
                    const RowSource& rows, const Shard& shard,
                    const std::optional<std::vector<Index>>& image_dims = {});

}  // namespace shoal
