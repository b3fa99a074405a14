#pragma once
#include <functional>

#include "shoal/core/matrix.hpp"

namespace shoal {

struct LbfgsOptions {
  Index max_iterations = 500;
  double tolerance = 1e-6;  ///< stop when no element of the gradient is greater
  Index memory = 10;        ///< pairs of steps and gradient changes that are kept
};

struct LbfgsResult {
  VectorD x;
  double value = 0;
  Index n_iter = 0;
  bool converged = false;  ///< the gradient is within the tolerance, or no step makes the value smaller any more
};

/// The value at x; writes the gradient.
using Objective = std::function<double(const VectorD& x, VectorD& gradient)>;

/// Minimises a smooth function by limited-memory BFGS (Nocedal 1980, doi:10.1090/S0025-5718-1980-0572855-7) with steps
/// that meet the weak Wolfe conditions, found by bisection. A function of its arguments alone: where all ranks see the
/// same values and gradients, all take the same steps. A value that is not finite counts as too far.
LbfgsResult minimize_lbfgs(const Objective& objective, VectorD start, const LbfgsOptions& options);

}  // namespace shoal
