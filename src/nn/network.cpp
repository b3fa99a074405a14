#include "shoal/nn/network.hpp"

#include <algorithm>

namespace shoal {
namespace {

struct NamedShape {
  const char* name;
  std::vector<Index> shape;
};

std::vector<NamedShape> parameter_shapes(const LayerSpec& s) {
  switch (s.kind) {
    case LayerKind::dense:
      return {{"weight", {s.output.size(), s.input.size()}}, {"bias", {s.output.size()}}};
    case LayerKind::conv:
      return {{"weight", {s.output.channels, s.input.channels, s.kernel, s.kernel}}, {"bias", {s.output.channels}}};
    case LayerKind::transposed_conv:
      return {{"weight", {s.input.channels, s.output.channels, s.kernel, s.kernel}}, {"bias", {s.output.channels}}};
    case LayerKind::batch_norm:
      return {{"weight", {s.input.channels}}, {"bias", {s.input.channels}}};
    case LayerKind::lstm:
    case LayerKind::gru: {
      const Index gates = gate_count(s.kind) * s.output.channels;
      return {{"weight_ih_l0", {gates, s.input.channels}},
              {"weight_hh_l0", {gates, s.output.channels}},
              {"bias_ih_l0", {gates}},
              {"bias_hh_l0", {gates}}};
    }
    default:
      return {};
  }
}

std::vector<NamedShape> state_shapes(const LayerSpec& s) {
  if (s.kind != LayerKind::batch_norm) return {};
  return {{"running_mean", {s.input.channels}}, {"running_var", {s.input.channels}}};
}

Index size_of_shape(const std::vector<Index>& shape) {
  Index n = 1;
  for (const Index d : shape) n *= d;
  return n;
}

}  // namespace

Network::Network(const Architecture& architecture, Engine engine) : architecture_(architecture) {
  const auto add_tensors = [&](const std::string& prefix, const std::vector<NamedShape>& shapes, Index at,
                               bool is_state) {
    for (const auto& [name, shape] : shapes) {
      const Index size = size_of_shape(shape);
      tensors_.push_back({prefix + name, shape, at, size, is_state});
      at += size;
    }
  };
  const auto add = [&](const std::string& part, const std::vector<LayerSpec>& specs, std::size_t first) {
    bool may_rectify = false;          // the last layer of this part
    std::vector<std::size_t> path{0};  // the next layer's number in its block, in front of it the numbers of the blocks
    std::vector<Index> open;           // the skips of these blocks
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const LayerSpec& spec = specs[i];
      if (spec.kind == LayerKind::join) path.pop_back();
      std::string prefix = part + ".";
      for (const std::size_t number : path) prefix += std::to_string(number) + ".";
      if (spec.kind == LayerKind::skip)
        path.push_back(0);
      else
        ++path.back();
      if (spec.kind == LayerKind::flatten || spec.kind == LayerKind::reshape) continue;
      if (may_rectify && (spec.kind == LayerKind::relu || spec.kind == LayerKind::leaky_relu)) {
        layers_.back()->set_slope(spec.kind == LayerKind::relu ? 0.0f : spec.negative_slope);
        may_rectify = false;
        continue;
      }
      layers_.push_back(make_layer(spec, engine));
      layers_.back()->set_number(static_cast<std::uint64_t>(first + i));
      may_rectify = layers_.back()->can_rectify();
      partners_.push_back(-1);
      if (spec.kind == LayerKind::skip) open.push_back(layer_count() - 1);
      if (spec.kind == LayerKind::join) {
        partners_.back() = open.back();
        partners_[static_cast<std::size_t>(open.back())] = layer_count() - 1;
        open.pop_back();
      }
      add_tensors(prefix, parameter_shapes(spec), parameter_at_.back(), false);
      add_tensors(prefix, state_shapes(spec), state_at_.back(), true);
      parameter_at_.push_back(parameter_at_.back() + layers_.back()->parameter_count());
      state_at_.push_back(state_at_.back() + layers_.back()->state_count());
      // Each layer's prepared numbers start a cache line.
      const Index prepared = (layers_.back()->prepared_count() + lane_count - 1) / lane_count * lane_count;
      prepared_at_.push_back(prepared_at_.back() + prepared);
    }
  };
  add("encoder", architecture.encoder, 0);
  encoder_end_ = layer_count();
  add("decoder", architecture.decoder, architecture.encoder.size());
}

bool Network::has_penalty() const {
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) { return layer->has_penalty(); });
}

ModelNumbers Network::initial_numbers(std::uint64_t seed) const {
  ModelNumbers numbers;
  numbers.parameters.assign(static_cast<std::size_t>(parameter_count()), 0);
  numbers.state.assign(static_cast<std::size_t>(state_count()), 0);
  for (Index i = 0; i < layer_count(); ++i) {
    Random random(seed, Stream::weights, layer(i).number());
    layer(i).initialize(parameters_of(i, std::span<float>(numbers.parameters)),
                        state_of(i, std::span<float>(numbers.state)), random);
  }
  return numbers;
}

void Network::start_output_towards(std::span<const double> means, ModelNumbers& numbers) const {
  for (Index i = layer_count() - 1; i >= encoder_end(); --i) {
    const LayerSpec& spec = layer(i).spec();
    if (spec.kind == LayerKind::batch_norm) return;  // it takes sign and size away again
    if (is_recurrent(spec.kind)) return;             // the sign of a gate's weights is not that of the output
    if (layer(i).parameter_count() == 0) continue;
    const bool transposed = spec.kind == LayerKind::transposed_conv;
    const Index outputs = spec.kind == LayerKind::dense ? spec.output.size() : spec.output.channels;
    const Index repeats = outputs / static_cast<Index>(means.size());  // a dense layer has an output for every pixel
    const auto all = parameters_of(i, std::span<float>(numbers.parameters));
    const auto weights = all.first(all.size() - static_cast<std::size_t>(outputs));
    const Index taps = spec.kernel * spec.kernel, inputs = static_cast<Index>(weights.size()) / (outputs * taps);
    for (Index o = 0; o < outputs; ++o) {
      const auto weight = [&](Index in, Index tap) -> float& {
        return weights[static_cast<std::size_t>(((transposed ? in * outputs + o : o * inputs + in) * taps) + tap)];
      };
      double sum = 0;
      for (Index in = 0; in < inputs; ++in)
        for (Index t = 0; t < taps; ++t) sum += weight(in, t);
      const double mean = means[static_cast<std::size_t>(o / repeats)];
      float& bias = all[weights.size() + static_cast<std::size_t>(o)];
      if (bias * mean < 0) bias = -bias;
      if (sum * mean >= 0) continue;
      for (Index in = 0; in < inputs; ++in)
        for (Index t = 0; t < taps; ++t) weight(in, t) = -weight(in, t);
    }
    return;
  }
}

void Network::prepare(const ModelNumbers& numbers, std::span<float> prepared) const {
  for (Index i = 0; i < layer_count(); ++i)
    layer(i).prepare(parameters_of(i, std::span<const float>(numbers.parameters)),
                     state_of(i, std::span<const float>(numbers.state)), prepared_of(i, prepared));
}

}  // namespace shoal
