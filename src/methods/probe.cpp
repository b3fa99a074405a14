#include "shoal/methods/probe.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/core/error.hpp"
#include "shoal/math/lbfgs.hpp"
#include "shoal/methods/column_statistics.hpp"
#include "shoal/methods/my_blocks.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

std::vector<std::int64_t> distinct(const Communicator& comm, std::span<const std::int64_t> labels,
                                   std::span<const std::uint8_t> trains) {
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (trains[i]) values.push_back(labels[i]);
  const auto tidy = [&] {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  };
  tidy();
  values = comm.concatenate(values);
  tidy();
  return values;
}

Index index_of(const std::vector<std::int64_t>& values, std::int64_t label) {
  const auto at = std::lower_bound(values.begin(), values.end(), label);
  return at != values.end() && *at == label ? at - values.begin() : -1;
}

/// z = W x + b, feature by feature: element-wise, so that the order of terms does not depend on where the row lies.
void scores_of(const MatrixD& weights_of_feature, const double* bias, const float* row, const Probe& probe, double* z) {
  const Index classes = weights_of_feature.cols(), d = weights_of_feature.rows();
  std::copy_n(bias, classes, z);
  for (Index j = 0; j < d; ++j) {
    const double x = (static_cast<double>(row[j]) - probe.mean[j]) / probe.deviation[j];
    const double* w = weights_of_feature.data() + j * classes;
    for (Index k = 0; k < classes; ++k) z[k] += w[k] * x;
  }
}

/// Mean cross-entropy and penalty, over the ranks. Parameters lie as (d + 1, classes): the last row is the bias.
class Loss {
 public:
  Loss(const Communicator& comm, const Matrix& rows, std::vector<Index> classes, Index global_rows, Index trained,
       const Probe& probe, double c)
      : comm_(comm),
        rows_(rows),
        classes_(std::move(classes)),
        blocks_(my_blocks(comm, rows.rows(), global_rows)),
        trained_(static_cast<double>(trained)),
        penalty_(1 / (c * trained_)),
        probe_(probe) {}

  double operator()(const VectorD& x, VectorD& gradient) const {
    const Index classes = std::ssize(probe_.class_values), d = rows_.cols();
    const MatrixD weights = Eigen::Map<const MatrixD>(x.data(), d, classes);
    // Sums of a block's terms stay far below 2^60 for features that are numbers at all; 2^-66 is left of each.
    ExactSum sum(x.size() + 1, 60, 3);
    std::vector<double> mine(static_cast<std::size_t>(x.size() + 1)), p(static_cast<std::size_t>(classes));
    for (const MyBlock& block : blocks_) {
      std::fill(mine.begin(), mine.end(), 0.0);
      for (Index i = block.first; i < block.first + block.count; ++i)
        if (classes_[static_cast<std::size_t>(i)] >= 0) add_row(i, weights, x.data() + d * classes, p, mine);
      sum.add(std::span<const double>(mine));
    }
    sum.reduce(comm_);
    for (Index i = 0; i < x.size(); ++i) gradient[i] = sum[i] / trained_ + (i < d * classes ? penalty_ * x[i] : 0);
    return sum[x.size()] / trained_ + penalty_ / 2 * x.head(d * classes).squaredNorm();
  }

 private:
  void add_row(Index i, const MatrixD& weights, const double* bias, std::vector<double>& p,
               std::vector<double>& mine) const {
    const Index classes = weights.cols(), d = weights.rows();
    const float* row = rows_.data() + i * d;
    scores_of(weights, bias, row, probe_, p.data());
    const Index label = classes_[static_cast<std::size_t>(i)];
    const double most = *std::max_element(p.begin(), p.end());
    const double right = p[static_cast<std::size_t>(label)] - most;
    double total = 0;
    for (double& z : p) total += z = std::exp(z - most);
    for (double& z : p) z /= total;
    p[static_cast<std::size_t>(label)] -= 1;
    mine.back() += std::log(total) - right;
    for (Index j = 0; j < d; ++j) {
      const double x = (static_cast<double>(row[j]) - probe_.mean[j]) / probe_.deviation[j];
      double* g = mine.data() + j * classes;
      for (Index k = 0; k < classes; ++k) g[k] += p[static_cast<std::size_t>(k)] * x;
    }
    double* g = mine.data() + d * classes;
    for (Index k = 0; k < classes; ++k) g[k] += p[static_cast<std::size_t>(k)];
  }

  const Communicator& comm_;
  const Matrix& rows_;
  std::vector<Index> classes_;  // of my rows; -1 for those that are not trained on
  std::vector<MyBlock> blocks_;
  double trained_, penalty_;
  const Probe& probe_;
};

}  // namespace

Probe fit_probe(const Communicator& comm, const Matrix& rows, std::span<const std::int64_t> labels,
                std::span<const std::uint8_t> trains, Index global_rows, const ProbeOptions& options) {
  Probe probe;
  probe.class_values = distinct(comm, labels, trains);
  if (probe.class_values.size() < 2)
    throw input_error(
        "the rows to train on have " + std::to_string(probe.class_values.size()) + " classes, but a probe needs two",
        "give other labels, or more rows")
        .set_on_all_ranks();
  const Index classes = std::ssize(probe.class_values), d = rows.cols();
  const double magnitude = largest_magnitude(comm, rows, global_rows, "the features");
  probe.mean = VectorD::Zero(d);
  probe.deviation = VectorD::Ones(d);
  if (options.standardize) {
    // Of all rows: that of the held-out ones uses their features, as the autoencoder did, but never their labels.
    probe.mean = column_means(comm, rows, global_rows, magnitude);
    const VectorD variance = column_variances(comm, rows, global_rows, magnitude, probe.mean);
    for (Index j = 0; j < d; ++j)
      if (variance[j] > 0) probe.deviation[j] = std::sqrt(variance[j]);
  }
  std::vector<Index> class_of;
  std::int64_t trained = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    class_of.push_back(trains[i] ? index_of(probe.class_values, labels[i]) : -1);
    trained += trains[i] != 0;
  }
  const Loss loss(comm, rows, std::move(class_of), global_rows, comm.sum(trained), probe, options.c);
  const LbfgsResult fit =
      minimize_lbfgs([&](const VectorD& x, VectorD& gradient) { return loss(x, gradient); },
                     VectorD::Zero((d + 1) * classes), {options.max_iterations, options.tolerance, 10});
  if (!std::isfinite(fit.value))
    throw numerics_error("the probe's loss is not a finite number", "are the features of a sane size? --standardize on")
        .set_on_all_ranks();
  probe.weights = Eigen::Map<const MatrixD>(fit.x.data(), d, classes).transpose();
  probe.bias = fit.x.tail(classes);
  probe.loss = fit.value;
  probe.n_iter = fit.n_iter;
  probe.converged = fit.converged;
  return probe;
}

std::vector<std::int32_t> predict(const Probe& probe, const Matrix& rows) {
  const MatrixD weights = probe.weights.transpose();
  std::vector<double> z(probe.class_values.size());
  std::vector<std::int32_t> predicted;
  for (Index i = 0; i < rows.rows(); ++i) {
    scores_of(weights, probe.bias.data(), rows.data() + i * rows.cols(), probe, z.data());
    predicted.push_back(static_cast<std::int32_t>(std::max_element(z.begin(), z.end()) - z.begin()));
  }
  return predicted;
}

Confusion confusion_of(const Communicator& comm, const Probe& probe, std::span<const std::int64_t> labels,
                       std::span<const std::int32_t> predicted, std::span<const std::uint8_t> use,
                       std::uint8_t wanted) {
  const Index classes = std::ssize(probe.class_values);
  Confusion confusion{MatrixI::Zero(classes, classes), 0, 0};
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (use[i] != wanted) continue;
    ++rows;
    const Index label = index_of(probe.class_values, labels[i]);
    if (label >= 0) ++confusion.counts(label, predicted[i]);
  }
  comm.sum(std::span<std::int64_t>(confusion.counts.data(), static_cast<std::size_t>(confusion.counts.size())));
  confusion.rows = comm.sum(rows);
  if (confusion.rows > 0)
    confusion.accuracy = static_cast<double>(confusion.counts.trace()) / static_cast<double>(confusion.rows);
  return confusion;
}

}  // namespace shoal
