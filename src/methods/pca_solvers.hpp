#pragma once
// The ways to principal components that need no covariance matrix; fit_pca chooses.
#include "shoal/math/eigen.hpp"
#include "shoal/methods/covariance.hpp"
#include "shoal/methods/pca.hpp"
#include "shoal/methods/source_statistics.hpp"

namespace shoal {

/// Mean, and the leading variances along their directions.
struct Spectrum {
  VectorD mean;     // (d)
  VectorD values;   // descending
  MatrixD vectors;  // (.., d)
  double total_variance = 0;
};

/// Leading ones (all min(n, d) where a fraction is wanted) from the covariance matrix. `how` it was summed.
Spectrum spectrum_by_covariance(const Communicator& comm, const RowSource& rows, Index global_rows,
                                const PcaOptions& options, ProductSums sums, std::string& how);

/// All min(n, d) of them, from the singular values of the centred rows themselves: R of their QR decomposition, found
/// block by block and combined in a binary tree over RowBlocks, which is the same however blocks lie on ranks (Demmel,
/// Grigori, Hoemmen, Langou 2012, doi:10.1137/080731992). Products of rows square the condition number; this does not.
/// O(2 n d^2 / ranks) work in double, three passes; each rank sends at most 16 triangles. Collective.
Spectrum spectrum_by_tsqr(const Communicator& comm, const RowSource& rows, Index global_rows);

/// The `k` leading ones by subspace iteration from random vectors with oversampling: Halko, Martinsson, Tropp 2011,
/// doi:10.1137/090771806, in the space of features. Each of `power_iterations` + 1 passes multiplies a basis of k + 10
/// vectors by the covariance, which is never formed, in sums that are exact over blocks and ranks; the root makes it
/// orthonormal again. O(n d k / ranks) work a pass and O(d k) memory. A state is the basis of the next pass.
/// Collective.
Spectrum spectrum_by_random_vectors(const Communicator& comm, const RowSource& rows, Index global_rows, Index k,
                                    Index power_iterations, const Checkpoints& checkpoints = {});

/// Sets variances that rounding cannot tell from zero to zero, and keeps as many as the options want. Local.
void keep_wanted(Spectrum& spectrum, const PcaOptions& options);

/// `m` of the root, on all ranks; its rows may be any number. Collective.
void give_to_all(const Communicator& comm, MatrixD& m);

}  // namespace shoal
