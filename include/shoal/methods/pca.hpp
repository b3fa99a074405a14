#pragma once
#include <span>
#include <string>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/methods/checkpoints.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// The way to the components.
enum class PcaSolver {
  automatic,   ///< what fits the data, see fit_pca
  covariance,  ///< the covariance matrix, summed exactly, and its eigenvectors
  randomized,  ///< subspace iteration from random vectors, without a d x d matrix; leading components only
  tsqr         ///< the singular values of the centred rows by QR: n >= d and badly conditioned data
};

/// What is wanted of a principal component analysis.
struct PcaOptions {
  Index components = 8;          ///< k, at most min(n, d)
  double variance_fraction = 0;  ///< in (0, 1]: the fewest components that explain this share, in place of `components`
  bool whiten = false;           ///< scores of unit variance
  PcaSolver solver = PcaSolver::automatic;
  Index power_iterations = 4;  ///< of the randomized solver: passes beyond the first
};

/// Where fit_pca begins with d features: `automatic` resolved, as far as the data's size decides.
PcaSolver first_solver(const PcaOptions& options, Index d);

/// Principal components of n rows with d features; scikit-learn's names.
struct Pca {
  VectorD mean;                      ///< (d)
  MatrixD components;                ///< (k, d): orthonormal rows, by falling variance, largest entry positive
  VectorD explained_variance;        ///< (k): along each component, divided by n - 1
  VectorD explained_variance_ratio;  ///< (k): explained_variance / total_variance; 0 where nothing varies
  VectorD singular_values;           ///< (k): sqrt((n - 1) explained_variance), of the centred rows
  double total_variance = 0;         ///< of all features together
  double noise_variance = 0;  ///< mean variance along the min(n, d) - k directions left out; 0 when there are none
  Index n = 0;
  bool whiten = false;
  PcaSolver solver = PcaSolver::covariance;  ///< the one that was taken
  std::string reason;                        ///< and why, for the log
};

/// Reduced rows, and what the reduction lost.
struct Projection {
  Matrix scores;                            ///< (.., k) of this rank's rows
  std::vector<float> reconstruction_error;  ///< (..): mean over features of (x - inverse_transform(scores))^2
  double mean_reconstruction_error = 0;     ///< over the rows of all ranks
};

/// Fits principal components to the rows of all ranks: the leading eigenvectors of the covariance matrix
/// C = sum_i (x_i - mean) (x_i - mean)^T / (n - 1). Pearson 1901, doi:10.1080/14786440109462720.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), perhaps none (width must be right even then), read in
/// ascending order in one pass, or in four where the first block misleads. How products are summed: covariance.hpp; the
/// result has the same bits for any number of ranks, in memory and streamed. Variances that rounding cannot tell from
/// zero (below d eps of the largest) are zero. Per rank O(n d^2 / ranks) work and 2 d^2 doubles; the root also solves
/// the eigenproblem. Collective; all ranks get the same.
///
/// `checkpoints`: after each pass of the randomized solver, whose state is its basis, and when all is done. A single
/// pass is as long as one reading of the rows, and begins anew.
///
/// Errors, on all ranks: options when components or variance_fraction are out of range; numerics for NaN or infinite
/// elements; those of reading.
Pca fit_pca(const Communicator& comm, const RowSource& rows, Index global_rows, const PcaOptions& options,
            const Checkpoints& checkpoints = {});

/// Scores z = components (x - mean), each divided by the standard deviation of its component when `whiten`; components
/// without variance then give 0. rows (.., d) -> (.., k). A row's bits depend on that row alone. Not collective.
Matrix transform(const Pca& pca, const Matrix& rows);
Matrix transform(const Pca& pca, const RowSource& rows);

/// Scores of rows, their reconstruction errors and the mean of those. rows: this rank's shard of
/// RowBlocks::of(global_rows). The same bits for any number of ranks. Collective.
Projection project(const Communicator& comm, const Pca& pca, const RowSource& rows, Index global_rows);

/// Scores and reconstruction errors of some rows, without the mean. A row's bits depend on that row alone. Local.
Projection project(const Pca& pca, const RowSource& rows);

/// The mean of all ranks' errors, exactly summed. Collective.
double mean_error(const Communicator& comm, std::span<const float> errors, Index global_rows);

/// components^T * sqrt(explained_variance), (d, k): covariances of features with the components' unit scores. Local.
MatrixD loadings(const Pca& pca);

/// "auto", "covariance", "randomized", "tsqr": the enumerators' names, in their order.
inline const std::vector<std::string>& solver_names() {
  static const std::vector<std::string> names{"auto", "covariance", "randomized", "tsqr"};
  return names;
}

/// Back from scores (.., k) to features (.., d): the nearest point of the components' plane. Not collective.
Matrix inverse_transform(const Pca& pca, const Matrix& scores);
Matrix inverse_transform(const Pca& pca, const RowSource& scores);

}  // namespace shoal
