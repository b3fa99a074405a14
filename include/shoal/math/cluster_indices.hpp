#pragma once
#include <cstdint>
#include <vector>

#include "shoal/core/matrix.hpp"

namespace shoal {

/// How rows lie about the means m_c of their k clusters, and these about the mean m of all n rows.
struct ClusterSpread {
  MatrixD means;                     ///< (k, d); zeros where a cluster is empty
  std::vector<std::int64_t> counts;  ///< (k) rows n_c
  VectorD mean_distances;            ///< (k) mean of |x_i - m_c| over the rows of cluster c
  double within = 0;                 ///< sum_i |x_i - m(label_i)|^2
  double between = 0;                ///< sum_c n_c |m_c - m|^2
};

/// The Davies-Bouldin index: the mean over clusters i of max_{j != i} (s_i + s_j) / |m_i - m_j|, s the mean distances;
/// low where clusters are narrow and far apart. Empty clusters play no part. NaN for fewer than two clusters; 0 where
/// all are points or all means are one, as scikit-learn has it. Davies, Bouldin 1979, doi:10.1109/TPAMI.1979.4766909.
double davies_bouldin(const ClusterSpread& spread);

/// The Calinski-Harabasz index: (between / (k - 1)) / (within / (n - k)), k the clusters that are not empty; high where
/// clusters are narrow and far apart. NaN for fewer than two clusters or k = n; 1 for within = 0, as scikit-learn has
/// it. Calinski, Harabasz 1974, doi:10.1080/03610927408827101.
double calinski_harabasz(const ClusterSpread& spread);

/// The gap statistic of one k.
struct Gap {
  double gap = 0;             ///< mean_b log W_b - log W
  double standard_error = 0;  ///< sqrt(1 + 1 / B) times the standard deviation of log W_b
};

/// From the inertia W of the data and those of B reference sets without clusters. Tibshirani, Walther, Hastie 2001,
/// doi:10.1111/1467-9868.00293.
Gap gap_of(double inertia, const std::vector<double>& reference_inertias);

/// The number of the first k with gap(k) >= gap(k + 1) - standard_error(k + 1); `gaps` of consecutive k. The one of the
/// largest gap where there is none.
Index chosen_by_gap(const std::vector<Gap>& gaps);

}  // namespace shoal
