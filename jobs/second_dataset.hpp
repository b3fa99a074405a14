#pragma once
#include "row_place.hpp"
#include "samples.hpp"

namespace shoal {

/// What a dataset that a model is to be applied to must be like, found out before hours of training and not after: of
/// `first`'s shape, of its type where that decides the scale, of finite numbers. Collective; input errors on all ranks.
void require_same_kind(JobContext& job, const Samples& first, const Samples& second, const RowPlace& place,
                       const std::string& scale);

}  // namespace shoal
