#include "shoal/methods/pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "pca_solvers.hpp"
#include "pca_state.hpp"
#include "shoal/core/error.hpp"
#include "shoal/core/text.hpp"
#include "shoal/methods/covariance.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/agreement.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

void check(const PcaOptions& options, Index n, Index d) {
  const auto size = format_count(n) + " rows with " + format_count(d) + " features";
  if (n < 1 || d < 1) throw option_error("PCA needs data; there are " + size + ".").set_on_all_ranks();
  if (!(options.variance_fraction >= 0 && options.variance_fraction <= 1))
    throw option_error("PCA: the fraction of variance is " + format_number(options.variance_fraction) + ".",
                       "Give a number above 0 and at most 1, or 0 to choose the number of components.")
        .set_on_all_ranks();
  if (options.variance_fraction > 0 && options.solver == PcaSolver::randomized)
    throw option_error("PCA: the randomized solver finds a number of components, not a fraction of variance.",
                       "Give the number, or choose the solver covariance or tsqr.")
        .set_on_all_ranks();
  if (options.variance_fraction > 0) return;
  if (options.components < 1 || options.components > std::min(n, d))
    throw option_error("PCA: " + format_count(options.components) + " components are wanted of " + size + ".",
                       "Choose between 1 and " + format_count(std::min(n, d)) + ".")
        .set_on_all_ranks();
}

VectorD square_roots(const VectorD& values) {
  return values.unaryExpr([](double v) { return std::sqrt(v); });
}

double bytes_of_covariance(Index d) {
  return 8.0 * static_cast<double>(d) * static_cast<double>(d);
}

/// The spectrum by the solver that is wanted or fits; says in `pca` which one that is, and why.
Spectrum solve(const Communicator& comm, const RowSource& rows, Index n, const PcaOptions& options,
               const Checkpoints& checkpoints, Pca& pca) {
  const Index d = rows.width;
  const auto taken = [&](PcaSolver solver, const std::string& reason) {
    pca.solver = solver;
    pca.reason = reason;
  };
  const PcaSolver first = first_solver(options, d);
  if (first == PcaSolver::randomized) {
    taken(PcaSolver::randomized,
          options.solver == PcaSolver::randomized
              ? "as asked"
              : "a covariance matrix would take " + format_bytes(bytes_of_covariance(d)) + " a rank");
    Spectrum spectrum =
        spectrum_by_random_vectors(comm, rows, n, options.components, options.power_iterations, checkpoints);
    keep_wanted(spectrum, options);
    return spectrum;
  }
  if (first != PcaSolver::tsqr) {
    ProductSums sums = ProductSums::automatic;
    for (;;) {
      std::string how;
      Spectrum spectrum = spectrum_by_covariance(comm, rows, n, options, sums, how);
      keep_wanted(spectrum, options);
      taken(PcaSolver::covariance, "products summed in " + how);
      const Index k = spectrum.values.size();
      const double share = spectrum.values[0] > 0 ? spectrum.values[k - 1] / spectrum.values[0] : 1;
      // Exact bytes resolve all that doubles do; of floats' own rounding nothing below eps^2 is left.
      if (options.solver == PcaSolver::covariance || rows.type == ElementType::uint8) return spectrum;
      const bool floats = how.starts_with("floats");
      if (floats && share < 1e-3) {
        sums = ProductSums::doubles;
        continue;
      }
      if (floats || share == 0 || share > 1e-10 || n < d || d > 1024) return spectrum;
      taken(PcaSolver::tsqr, "the smallest variance wanted is " + format_number(share) +
                                 " of the largest, less than sums of products tell");
      break;
    }
  } else {
    taken(PcaSolver::tsqr, "as asked");
  }
  Spectrum spectrum = spectrum_by_tsqr(comm, rows, n);
  keep_wanted(spectrum, options);
  return spectrum;
}

}  // namespace

PcaSolver first_solver(const PcaOptions& options, Index d) {
  if (options.solver != PcaSolver::automatic) return options.solver;
  const bool large = bytes_of_covariance(d) > 0x1p29;
  return large && options.variance_fraction == 0 && options.components <= d / 8 ? PcaSolver::randomized
                                                                                : PcaSolver::covariance;
}

Pca fit_pca(const Communicator& comm, const RowSource& rows, Index global_rows, const PcaOptions& options,
            const Checkpoints& checkpoints) {
  const Index d = rows.width, most = std::min(global_rows, d);
  check(options, global_rows, d);
  if (checkpoints.begin && checkpoints.begin->has("components")) return pca_in(*checkpoints.begin);
  Pca pca;
  pca.n = global_rows;
  pca.whiten = options.whiten;
  Spectrum spectrum = solve(comm, rows, global_rows, options, checkpoints, pca);

  const Index k = spectrum.values.size();
  pca.mean = std::move(spectrum.mean);
  pca.components = std::move(spectrum.vectors);
  pca.explained_variance = std::move(spectrum.values);
  pca.total_variance = spectrum.total_variance;
  pca.explained_variance_ratio =
      pca.total_variance > 0 ? VectorD(pca.explained_variance / pca.total_variance) : VectorD(VectorD::Zero(k));
  const auto degrees = static_cast<double>(std::max<Index>(1, global_rows - 1));
  pca.singular_values = square_roots(pca.explained_variance * degrees);
  const double explained = std::accumulate(pca.explained_variance.begin(), pca.explained_variance.end(), 0.0);
  if (k < most) pca.noise_variance = std::max(0.0, pca.total_variance - explained) / static_cast<double>(most - k);
  pause_at_end(checkpoints, [&] { return state_of(pca); });
  return pca;
}

}  // namespace shoal
