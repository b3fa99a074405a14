#include <algorithm>

#include "dense_digits.hpp"
#include "dense_kernels.hpp"
#include "lane_sums.hpp"
#include "layers.hpp"
#include "plain_kernels.hpp"
#include "shoal/core/byte_tiles.hpp"

namespace shoal {
namespace {

Index padded(Index n) {
  return (n + lane_count - 1) / lane_count * lane_count;
}

// A block of row_block rows of so many columns; kept between calls.
float* packing_space(Index columns) {
  thread_local AlignedVector<float> space;
  space.resize(std::max(space.size(), static_cast<std::size_t>(row_block * columns)));
  return space.data();
}

// db[o] += sum over the lanes of dy[o].
void add_bias_gradient(const Lanes* dy, Index count, const OrderFreeSums& db) {
  for (Index o = 0; o < count; o += lane_count) {
    Lanes part[lane_count];
    for (Index i = 0; i < lane_count; ++i) part[i] = o + i < count ? dy[o + i] : Lanes{};
    const Lanes sums = lane_sums(part);
    db.part(o, std::min(lane_count, count - o)).add(reinterpret_cast<const float*>(&sums));
  }
}

// Kept until the next call.
std::span<const DigitTerm> terms_of(std::span<const Layer::Backward> groups) {
  thread_local std::vector<DigitTerm> terms;
  terms.clear();
  for (const Layer::Backward& g : groups) terms.push_back({g.dy, g.x});
  return terms;
}

}  // namespace

Dense::Dense(const LayerSpec& spec, Engine engine)
    : Layer(spec, engine),
      by_digits_(engine == Engine::fast && has_byte_tiles() && Dense::is_wide() &&
                 fits_digits(input_size(), output_size())) {}

// From where the weights no longer stay in the nearest caches beside the activations of a group.
bool Dense::is_wide() const {
  return input_size() * output_size() >= 65536;
}

Index Dense::prepared_count() const {
  if (by_digits_) return packed_digits_size(output_size(), input_size());
  return packed_size(output_size(), input_size()) + packed_size(input_size(), output_size());
}

Index Dense::scratch_count(Index groups) const {
  if (engine() == Engine::reference) return input_size() * output_size();
  if (by_digits_) return 0;
  return groups * padded(input_size()) * lane_count;
}

void Dense::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, input_size(), random);
}

// W for the forward pass, then its transpose for the input gradient.
void Dense::prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const {
  const Index in = input_size(), out = output_size();
  if (by_digits_) return pack_digits(parameters.data(), out, in, prepared.data());
  pack_rows(parameters.data(), out, in, prepared.data());
  float* transposed = prepared.data() + packed_size(out, in);
  for (Index c = 0; c < in; c += row_block) pack_transposed(parameters.data(), out, in, c, transposed + c * out);
}

// In training a wide layer packs a block at a time, when it is needed: less to write and to read again.
void Dense::prepare_from_batch(std::span<const float> parameters, std::span<const double>, Index,
                               std::span<float> state, std::span<float> prepared) const {
  if (!is_wide()) prepare(parameters, state, prepared);
}

// A block of rows of W serves all groups while it is in the nearest caches.
void Dense::forward_groups(std::span<const Forward> groups) const {
  const Index in = input_size(), out = output_size();
  const float* W = groups.front().parameters.data();
  const float* bias = W + in * out;
  if (engine() == Engine::reference) {
    for (const Forward& g : groups) plain_multiply(W, out, in, false, bias, g.x, {slope()}, g.y);
    return;
  }
  const bool training = groups.front().draws != nullptr;
  if (by_digits_) {
    thread_local std::vector<DigitPass> passes;
    passes.clear();
    for (const Forward& g : groups) passes.push_back({g.x, {slope()}, g.y});
    if (training) return multiply_by_digits(W, out, in, false, bias, passes);
    return multiply_by_packed_digits(groups.front().prepared.data(), out, in, bias, passes);
  }
  for (Index r = 0; r < out; r += row_block) {
    const float* block = groups.front().prepared.data() + r * in;
    if (training && is_wide()) {
      float* packed = packing_space(in);
      pack_rows(W + r * in, std::min(row_block, out - r), in, packed);
      block = packed;
    }
    for (const Forward& g : groups) multiply_rows(block, r, out, in, bias, g.x, {slope()}, g.y);
  }
}

void Dense::raise_maxima(std::span<const Backward> groups, std::span<double> maxima) const {
  if (by_digits_) raise_digit_maxima(terms_of(groups), output_size(), input_size(), maxima);
}

void Dense::backward_by_digits(std::span<const Backward> groups, const OrderFreeSums& gradients) const {
  const Index in = input_size(), out = output_size();
  if (groups.front().dx) {
    thread_local std::vector<DigitPass> passes;
    passes.clear();
    for (const Backward& g : groups) passes.push_back({g.dy, {g.below_slope, g.x}, g.dx});
    multiply_by_digits(groups.front().parameters.data(), out, in, true, nullptr, passes);
  }
  outer_product_by_digits(terms_of(groups), out, in, groups.front().maxima, groups.front().samples, gradients);
}

void Dense::backward_groups(std::span<const Backward> groups, const OrderFreeSums& gradients) const {
  if (by_digits_) return backward_by_digits(groups, gradients);
  const Index in = input_size(), out = output_size(), stride = padded(in);
  const OrderFreeSums dW = gradients.part(0, in * out), db = gradients.part(in * out, out);
  for (const Backward& g : groups) add_bias_gradient(g.dy, out, db);
  float* scratch = groups.front().scratch;
  if (engine() == Engine::reference) {
    for (const Backward& g : groups) {
      if (g.dx) plain_multiply(g.parameters.data(), out, in, true, nullptr, g.dy, {g.below_slope, g.x}, g.dx);
      plain_outer_product(g.dy, out, g.x, in, scratch);
      dW.add(scratch);
    }
    return;
  }
  if (groups.front().dx)
    for (Index c = 0; c < in; c += row_block) {
      const float* block = groups.front().prepared.data() + packed_size(out, in) + c * out;
      if (is_wide()) {
        float* packed = packing_space(out);
        pack_transposed(groups.front().parameters.data(), out, in, c, packed);
        block = packed;
      }
      for (const Backward& g : groups) multiply_rows(block, c, in, out, nullptr, g.dy, {g.below_slope, g.x}, g.dx);
    }
  // A tile of dW takes the terms of all groups while its sums are in the first-level cache.
  const auto rows_of = [&](std::size_t g) { return scratch + static_cast<Index>(g) * stride * lane_count; };
  for (std::size_t g = 0; g < groups.size(); ++g) to_rows(groups[g].x, in, stride, rows_of(g));
  for (Index c = 0; c < in; c += product_columns)
    for (Index r = 0; r < out; r += product_rows)
      for (std::size_t g = 0; g < groups.size(); ++g)
        add_outer_product(1, groups[g].dy, r, out, rows_of(g), stride, c, in, dW);
}

}  // namespace shoal
