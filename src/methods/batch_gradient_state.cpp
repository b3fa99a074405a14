// What a batch gradient keeps from step to step.
#include "shoal/methods/batch_gradient.hpp"

namespace shoal {

double BatchGradient::take(ExactSum& sum) {
  sum.reduce(comm_);
  const double value = sum[0];
  sum.clear();
  return value;
}

Snapshot BatchGradient::state() const {
  Snapshot s;
  s.put("loss_sum", loss_sum_.saved(comm_));
  s.put("penalty_sum", penalty_sum_.saved(comm_));
  s.put("codes", code_watch_.saved(comm_));
  s.put("outputs", output_watch_.saved(comm_));
  s.put("targets", target_watch_.saved(comm_));
  s.put("exponents", std::vector<std::int64_t>(gradient_sum_.exponents().begin(), gradient_sum_.exponents().end()));
  return s;
}

void BatchGradient::restore(const Snapshot& s) {
  loss_sum_.clear();
  penalty_sum_.clear();
  if (comm_.is_root()) {  // the sums of all ranks: one adds them
    loss_sum_.restore(s.integers("loss_sum"));
    penalty_sum_.restore(s.integers("penalty_sum"));
  }
  code_watch_.restore(s.floats("codes"));
  output_watch_.restore(s.floats("outputs"));
  target_watch_.restore(s.floats("targets"));
  const auto exponents = s.integers("exponents");
  gradient_sum_.set_exponents({exponents.begin(), exponents.end()});
}

}  // namespace shoal
