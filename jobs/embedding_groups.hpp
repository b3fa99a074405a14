#pragma once
// The group of a map in a result file (docs/files.md).
#include <string>

#include "shoal/io/output_file.hpp"
#include "shoal/math/repulsion.hpp"
#include "shoal/methods/map_quality.hpp"
#include "shoal/methods/tsne.hpp"

namespace shoal {

/// `group`/points. Collective, like all that write.
void write_map(OutputFile& file, const std::string& group, const Matrix& embedding, const Shard& shard,
               const std::string& method);
void write_tsne(OutputFile& file, const std::string& group, const TsneResult& result, double perplexity);
void write_quality(OutputFile& file, const std::string& group, const MapQuality& quality);

/// A t-SNE map that was written. Local; input errors.
struct FittedMap {
  Points points;
  double perplexity = 0;
};
FittedMap read_map(const std::string& path, const std::string& group);

}  // namespace shoal
