#pragma once
// One lane group of a training step through a network, for the tests of its layers.
#include <gtest/gtest.h>

#include <cmath>

#include "shoal/nn/grammar.hpp"
#include "shoal/nn/workspace.hpp"

namespace shoal {

using Batch = std::vector<std::vector<double>>;

// A loss with a different weight for every output, so that no gradient can be right by symmetry.
inline double weight_of(std::size_t sample, std::size_t element) {
  return std::sin(1.0 + static_cast<double>(sample) * 0.7 + static_cast<double>(element) * 1.3);
}

inline double loss_of(const Batch& y) {
  double loss = 0;
  for (std::size_t n = 0; n < y.size(); ++n)
    for (std::size_t i = 0; i < y[n].size(); ++i) loss += weight_of(n, i) * y[n][i];
  return loss;
}

inline Batch loss_gradient(const Batch& y) {
  Batch dy = y;
  for (std::size_t n = 0; n < y.size(); ++n)
    for (std::size_t i = 0; i < y[n].size(); ++i) dy[n][i] = weight_of(n, i);
  return dy;
}

inline Batch random_batch(Index samples, Index size) {
  Batch batch(static_cast<std::size_t>(samples));
  for (std::size_t n = 0; n < batch.size(); ++n) {
    Random random(3, Stream::test, n);
    for (Index i = 0; i < size; ++i) batch[n].push_back(static_cast<double>(static_cast<float>(random.normal())));
  }
  return batch;
}

// Parameters as the fast engine stores them: floats, none at a symmetric value.
inline std::vector<float> random_parameters(Index count) {
  Random random(4, Stream::test);
  std::vector<float> p(static_cast<std::size_t>(count));
  for (auto& v : p) v = static_cast<float>(0.3 * random.normal());
  return p;
}

// Rows that are far apart, as lane groups of a shuffled batch hold them.
inline GroupDraws some_draws() {
  GroupDraws draws{.seed = 11, .epoch = 3, .rows = {}};
  for (std::size_t l = 0; l < draws.rows.size(); ++l) draws.rows[l] = static_cast<Index>(1000 + 77 * l * l);
  return draws;
}

inline constexpr double penalty_share = 0.3;

// What the network computes for one group of `used` samples in a training step.
struct NetworkRun {
  Batch y, dx;
  std::vector<double> gradients;
  double penalty = 0;
};

inline Batch lanes_to_batch(const Lanes* values, std::size_t samples, std::size_t size) {
  Batch batch(samples, std::vector<double>(size));
  for (std::size_t n = 0; n < samples; ++n)
    for (std::size_t i = 0; i < size; ++i) batch[n][i] = values[i][n];
  return batch;
}

inline NetworkRun run_network(const std::vector<LayerSpec>& specs, const std::vector<float>& numbers, const Batch& x,
                              Engine engine, const GroupDraws& draws = some_draws()) {
  const auto used = static_cast<Index>(x.size());
  const Network network({specs.front().input, specs, {}}, engine);
  const Index end = network.layer_count();
  const std::span<const float> parameters(numbers);
  auto state = network.initial_numbers(0).state;
  AlignedVector<float> prepared(static_cast<std::size_t>(network.prepared_count()));
  Workspace work(network, end, true);
  std::fill_n(work.input(), network.input_size(), Lanes{});
  for (std::size_t n = 0; n < x.size(); ++n)
    for (std::size_t i = 0; i < x[n].size(); ++i) work.input()[i][n] = static_cast<float>(x[n][i]);
  for (Index i = 0; i < end; ++i) {
    const Layer& layer = network.layer(i);
    std::vector<double> sums(static_cast<std::size_t>(layer.batch_sum_count()));
    const auto slice = network.state_of(i, std::span<float>(state));
    layer.add_forward_sums(slice, work.output(i - 1), used, sums);
    layer.prepare_from_batch(network.parameters_of(i, parameters), sums, used, slice,
                             network.prepared_of(i, std::span<float>(prepared)));
    work.forward(network, parameters, prepared, i, i + 1, &draws);
  }
  NetworkRun run;
  const auto outputs = static_cast<std::size_t>(specs.back().output.size());
  run.penalty = work.penalty(network, used);
  run.y = lanes_to_batch(work.output(end - 1), x.size(), outputs);
  for (std::size_t i = 0; i < outputs; ++i) {
    Lanes dy{};
    for (std::size_t n = 0; n < x.size(); ++n)
      dy[n] = static_cast<float>(weight_of(n, i)) * (run.y[n][i] > 0 ? 1.0f : network.slope_below(end));
    work.gradient(end - 1)[i] = dy;
  }

  run.gradients.assign(numbers.size(), 0);
  AlignedVector<Lanes> dx(x[0].size());
  for (Index i = end; i-- > 0;) {
    const Layer& layer = network.layer(i);
    auto pass = work.backward_pass(network, parameters, prepared, i);
    std::vector<double> sums(static_cast<std::size_t>(layer.batch_sum_count()));
    layer.add_backward_sums(pass.prepared, pass.x, pass.dy, sums);
    AlignedVector<float> scratch(static_cast<std::size_t>(layer.scratch_count(1)));
    pass.sums = sums;
    pass.samples = pass.used = used;
    pass.scratch = scratch.data();
    pass.draws = &draws;
    pass.penalty_weight = static_cast<float>(penalty_share);
    if (i == 0) pass.dx = dx.data();
    const auto begin = static_cast<std::size_t>(network.parameter_begin(i));
    const double start = layer.batch_maximum_count() > 0 ? 0 : 0x1.8p20;  // assigned sums stand on nothing
    std::vector<double> maxima(static_cast<std::size_t>(layer.batch_maximum_count()));
    layer.raise_maxima(std::span<const Layer::Backward>(&pass, 1), maxima);
    pass.maxima = maxima;
    std::vector<double> gradient(static_cast<std::size_t>(layer.parameter_count()), start);
    std::uint32_t most = 0;
    layer.backward(pass, {gradient.data(), layer.parameter_count(), &most});
    for (std::size_t j = 0; j < gradient.size(); ++j) run.gradients[begin + j] = gradient[j] - start;
    if (layer.batch_sum_count() == 0) continue;
    std::vector<float> mean(gradient.size());
    layer.gradient_from_batch(sums, used, mean);
    for (std::size_t j = 0; j < mean.size(); ++j)
      run.gradients[begin + j] = double{mean[j]} * static_cast<double>(used);
  }
  run.dx = lanes_to_batch(dx.data(), x.size(), dx.size());
  for (const auto& lanes : dx)
    for (Index l = used; l < lane_count; ++l) EXPECT_EQ(lanes[l], 0.0f) << "an unused lane has a gradient";
  return run;
}

}  // namespace shoal
