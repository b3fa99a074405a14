#pragma once
#include <string>
#include <vector>

#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// Tells data apart: type, shape and a sum over all rows of hashes of their bytes and numbers, of each of these datasets
/// (empty names are left out). Files that were renamed or copied stay the same; one changed number, or two rows that
/// changed places, do not (but by an accident of 1 in 2^64). Ranks read a share each. Collective; input errors on all
/// ranks.
std::string data_fingerprint(const Communicator& comm, const std::vector<std::string>& datasets);

}  // namespace shoal
