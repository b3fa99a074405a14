#include "shoal/math/scaling_model.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace shoal {
namespace {

/// The chosen columns' coefficients; nothing where one of them would be negative.
std::vector<double> fitted(const MatrixD& x, const std::vector<Index>& columns) {
  MatrixD chosen(x.rows(), std::ssize(columns));
  for (Index j = 0; j < chosen.cols(); ++j) chosen.col(j) = x.col(columns[static_cast<std::size_t>(j)]);
  const Eigen::VectorXd c = chosen.completeOrthogonalDecomposition().solve(Eigen::VectorXd::Ones(x.rows()));
  if (c.minCoeff() < 0) return {};
  std::vector<double> all(static_cast<std::size_t>(x.cols()), 0.0);
  for (Index j = 0; j < chosen.cols(); ++j) all[static_cast<std::size_t>(columns[static_cast<std::size_t>(j)])] = c(j);
  return all;
}

double log2_of(double ranks) {
  return ranks > 1 ? std::log2(ranks) : 0;
}

double twice_round(double ranks) {
  return 2 * (ranks - 1) / ranks;
}

bool is_input_or_output(const std::string& phase) {
  return phase == "read" || phase == "write";
}

/// A straight line in the number of ranks through what was counted on several ranks, never falling, where at least
/// three numbers of ranks lie on one. Else the mean: what depends on time, such as looking for signals, says nothing of
/// more ranks.
std::pair<double, double> line_of(const std::vector<PhaseSample>& samples, double PhaseSample::*counted) {
  constexpr double straight = 0.01;
  std::vector<double> y, ranks;
  for (const auto& sample : samples)
    if (sample.load.ranks > 1 && sample.*counted > 0) {
      ranks.push_back(sample.load.ranks);
      y.push_back(sample.*counted);
    }
  if (y.empty()) return {0, 0};
  MatrixD x(std::ssize(y), 2);
  for (Index i = 0; i < x.rows(); ++i) x.row(i) << 1, ranks[static_cast<std::size_t>(i)];
  const auto c = fit_nonnegative(x, y);
  double worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i) worst = std::max(worst, std::abs((c[0] + c[1] * ranks[i]) / y[i] - 1));
  if (y.size() > 2 && worst < straight) return {c[0], c[1]};
  return {std::accumulate(y.begin(), y.end(), 0.0) / static_cast<double>(y.size()), 0};
}

PhaseModel fit_phase(const std::vector<PhaseSample>& samples, const NetworkModel& network) {
  PhaseModel model;
  model.phase = samples.front().phase;
  std::tie(model.calls, model.calls_per_rank) = line_of(samples, &PhaseSample::calls);
  std::tie(model.bytes, model.bytes_per_rank) = line_of(samples, &PhaseSample::bytes);
  // What is left when the sums over ranks are taken off; of a phase that is nothing else, next to nothing.
  std::vector<double> rest;
  MatrixD x(std::ssize(samples), 2);
  for (Index i = 0; i < x.rows(); ++i) {
    const auto& sample = samples[static_cast<std::size_t>(i)];
    const double sums = model.communication_seconds(network, sample.load.ranks);
    rest.push_back(std::max({sample.seconds - sums, 0.01 * sample.seconds, 1e-9}));
    x.row(i) << sample.load.repeated(), sample.load.shared();
    if (is_input_or_output(model.phase)) model.most_ranks = std::max(model.most_ranks, sample.load.ranks);
  }
  // A single number of ranks says nothing of what is shared.
  if (x.rows() == 1) x.col(1).setZero();
  const auto c = fit_nonnegative(x, rest);
  model.fixed_seconds = c[0];
  model.shared_seconds = c[1];
  return model;
}

}  // namespace

std::vector<double> fit_nonnegative(const MatrixD& x, const std::vector<double>& y) {
  std::vector<double> best(static_cast<std::size_t>(x.cols()), 0.0);
  if (x.rows() == 0) return best;
  const Eigen::Map<const Eigen::VectorXd> seconds(y.data(), std::ssize(y));
  const MatrixD relative = seconds.cwiseInverse().asDiagonal() * x;
  auto least = static_cast<double>(x.rows());  // of all coefficients 0
  for (unsigned subset = 1; subset < 1u << x.cols(); ++subset) {
    std::vector<Index> columns;
    for (Index j = 0; j < x.cols(); ++j)
      if (subset >> j & 1 && !x.col(j).isZero(0)) columns.push_back(j);
    if (columns.empty()) continue;
    const auto c = fitted(relative, columns);
    if (c.empty()) continue;
    const Eigen::Map<const Eigen::VectorXd> coefficients(c.data(), std::ssize(c));
    const double error = (relative * coefficients - Eigen::VectorXd::Ones(x.rows())).squaredNorm();
    if (error < least) {
      least = error;
      best = c;
    }
  }
  return best;
}

double NetworkModel::seconds(double calls, double bytes, double ranks) const {
  return calls * latency * log2_of(ranks) + bytes * seconds_per_byte * twice_round(ranks);
}

NetworkModel fit_network(const std::vector<NetworkPoint>& points) {
  MatrixD x(std::ssize(points), 2);
  std::vector<double> y;
  for (Index i = 0; i < x.rows(); ++i) {
    const auto& point = points[static_cast<std::size_t>(i)];
    x.row(i) << log2_of(point.ranks), point.bytes * twice_round(point.ranks);
    y.push_back(point.seconds);
  }
  const auto c = fit_nonnegative(x, y);
  return {c[0], c[1]};
}

double WorkLoad::shared() const {
  const double of_rank = std::ceil(units / ranks) / units;
  return work * std::max(of_rank, 1 / std::min(cores, ranks));
}

double WorkLoad::repeated() const {
  return std::max(1.0, ranks / cores);
}

double PhaseModel::compute_seconds(const WorkLoad& load) const {
  WorkLoad limited = load;
  if (most_ranks > 0) {
    limited.ranks = std::min(load.ranks, most_ranks);
    limited.cores = std::min(load.cores, std::max(limited.ranks, 1.0));
  }
  return fixed_seconds * load.repeated() + shared_seconds * limited.shared();
}

double PhaseModel::communication_seconds(const NetworkModel& network, double ranks) const {
  return network.seconds(calls + calls_per_rank * ranks, bytes + bytes_per_rank * ranks, ranks);
}

double ScalingModel::seconds(const std::vector<WorkLoad>& loads) const {
  double sum = 0;
  for (std::size_t i = 0; i < phases.size(); ++i)
    sum += phases[i].compute_seconds(loads[i]) + phases[i].communication_seconds(network, loads[i].ranks);
  return sum;
}

double ScalingModel::communication_seconds(double ranks) const {
  double sum = 0;
  for (const auto& phase : phases) sum += phase.communication_seconds(network, ranks);
  return sum;
}

ScalingModel fit_scaling(const std::vector<PhaseSample>& samples, const NetworkModel& network) {
  ScalingModel model{network, {}};
  std::vector<std::string> names;
  for (const auto& sample : samples)
    if (std::find(names.begin(), names.end(), sample.phase) == names.end()) names.push_back(sample.phase);
  for (const auto& name : names) {
    std::vector<PhaseSample> of_phase;
    std::copy_if(samples.begin(), samples.end(), std::back_inserter(of_phase),
                 [&](const PhaseSample& sample) { return sample.phase == name; });
    model.phases.push_back(fit_phase(of_phase, network));
  }
  return model;
}

}  // namespace shoal
