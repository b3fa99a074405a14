#pragma once
#include "shoal/math/assignment.hpp"

namespace shoal {

/// How well clusters agree with classes. All are functions of the contingency table: `contingency` (classes, clusters)
/// counts the samples of each class in each cluster, n of them in all. Rows and columns of zeros change nothing.
/// A table without samples scores 1, as in scikit-learn.

/// The share of samples that are right when clusters are named after classes in the best one-to-one way:
/// max over matchings m of sum_c N(m(c), c) / n. `class_of_cluster` is such a matching, -1 for a cluster without class.
struct MatchedAccuracy {
  double accuracy = 0;
  std::vector<Index> class_of_cluster;
};
MatchedAccuracy matched_accuracy(const MatrixI& contingency);

/// The share of samples that are right when each cluster is named after its largest class: sum_c max_i N(i, c) / n.
double purity(const MatrixI& contingency);

/// Normalised mutual information I(class; cluster) / ((H(class) + H(cluster)) / 2), in [0, 1]: the arithmetic
/// normalisation, scikit-learn's default. 1 for one class in one cluster, 0 where nothing is shared.
/// Strehl, Ghosh 2002, doi:10.1162/153244303321897735.
double normalized_mutual_information(const MatrixI& contingency);

/// The share of sample pairs on which both agree, corrected for chance: 1 for the same partition, 0 on average for a
/// random one. Hubert, Arabie 1985, doi:10.1007/BF01908075. Pairs are counted exactly for n < 3e9.
double adjusted_rand_index(const MatrixI& contingency);

}  // namespace shoal
