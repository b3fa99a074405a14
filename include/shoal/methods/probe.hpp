#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/core/matrix.hpp"
#include "shoal/math/assignment.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

struct ProbeOptions {
  double c = 1;             ///< inverse strength of the penalty, scikit-learn's C
  bool standardize = true;  ///< features to mean 0 and deviation 1 first
  Index max_iterations = 500;
  double tolerance = 1e-6;  ///< of the gradient of the mean loss
};

/// A linear classifier: class of x is argmax_k (x - mean) / deviation . weights_k + bias_k, the lowest among equals.
struct Probe {
  std::vector<std::int64_t> class_values;  ///< ascending
  MatrixD weights;                         ///< (classes, d), of the standardised features
  VectorD bias;                            ///< (classes)
  VectorD mean, deviation;  ///< (d); 0 and 1 where nothing is standardised, deviation 1 of constant features
  double loss = 0;          ///< mean cross-entropy of the rows trained on, plus the penalty
  Index n_iter = 0;
  bool converged = false;
};

/// Softmax regression on frozen features, the usual measure of a representation (Alain, Bengio 2017, arXiv:1610.01644):
/// minimises the mean over the n rows trained on of -log p(label | x), plus |weights|^2 / (2 C n), by L-BFGS, which is
/// scikit-learn's LogisticRegression(C) on the same features.
///
/// rows: this rank's shard of RowBlocks::of(global_rows), (.., d); labels: of the same rows; trains: 1 for the rows to
/// train on. Loss and gradient are summed in double in blocks and exactly over blocks and ranks, and all ranks take the
/// same steps, so the result has the same bits for any number of ranks. O(n d classes / ranks) an iteration.
/// Collective. Errors, on all ranks: input for fewer than two classes, numerics for elements that are not finite.
Probe fit_probe(const Communicator& comm, const Matrix& rows, std::span<const std::int64_t> labels,
                std::span<const std::uint8_t> trains, Index global_rows, const ProbeOptions& options);

/// For each row the index into class_values. A row's answer depends on that row alone. Local.
std::vector<std::int32_t> predict(const Probe& probe, const Matrix& rows);

/// How predictions and labels meet, over the rows with use[i] == wanted.
struct Confusion {
  MatrixI counts;       ///< (classes, classes): rows of each class, predicted as each
  Index rows = 0;       ///< counted, with those whose class the probe has never seen
  double accuracy = 0;  ///< 0 without rows
};

/// Collective; all ranks get the same.
Confusion confusion_of(const Communicator& comm, const Probe& probe, std::span<const std::int64_t> labels,
                       std::span<const std::int32_t> predicted, std::span<const std::uint8_t> use, std::uint8_t wanted);

}  // namespace shoal
