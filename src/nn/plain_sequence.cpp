#include "plain_sequence.hpp"

#include <cmath>

namespace shoal {
namespace {

using Sample = std::vector<double>;
using Steps = std::vector<Sample>;

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// PyTorch's parameters of one layer, and their gradients.
template <class Number>
struct Tensors {
  Tensors(const LayerSpec& s, Number* p)
      : weight_ih(p),
        weight_hh(weight_ih + gate_count(s.kind) * s.output.channels * s.input.channels),
        bias_ih(weight_hh + gate_count(s.kind) * s.output.channels * s.output.channels),
        bias_hh(bias_ih + gate_count(s.kind) * s.output.channels) {}
  Number *weight_ih, *weight_hh, *bias_ih, *bias_hh;
};

/// Step t's input (c), gates (gates units), W_hh h + b_hh (likewise); states before each step and after the last.
struct Run {
  Steps x, gates, from_hidden, hidden, cell;
};

// W v + b.
Sample affine(const double* W, const double* b, Index rows, const Sample& v) {
  Sample y(b, b + rows);
  for (Index r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < v.size(); ++c) y[at(r)] += W[at(r) * v.size() + c] * v[c];
  return y;
}

Run run(const LayerSpec& s, const double* p, const Sample& sequence) {
  const Index steps = s.input.width, n = s.output.channels, g = gate_count(s.kind) * n;
  const Tensors<const double> w(s, p);
  Run r;
  r.hidden.emplace_back(at(n), 0.0);
  r.cell.emplace_back(at(n), 0.0);
  for (Index t = 0; t < steps; ++t) {
    Sample x;
    for (Index c = 0; c < s.input.channels; ++c) x.push_back(sequence[at(c * steps + t)]);
    Sample a = affine(w.weight_ih, w.bias_ih, g, x);
    const Sample b = affine(w.weight_hh, w.bias_hh, g, r.hidden.back());
    Sample h(at(n)), cell(at(n));
    for (Index u = 0; u < n; ++u) {
      const auto gate = [&](Index k) -> double& { return a[at(k * n + u)]; };
      const auto from_hidden = [&](Index k) { return b[at(k * n + u)]; };
      if (s.kind == LayerKind::lstm) {
        gate(0) = logistic(gate(0) + from_hidden(0));
        gate(1) = logistic(gate(1) + from_hidden(1));
        gate(2) = std::tanh(gate(2) + from_hidden(2));
        gate(3) = logistic(gate(3) + from_hidden(3));
        cell[at(u)] = gate(1) * r.cell.back()[at(u)] + gate(0) * gate(2);
        h[at(u)] = gate(3) * std::tanh(cell[at(u)]);
      } else {
        gate(0) = logistic(gate(0) + from_hidden(0));
        gate(1) = logistic(gate(1) + from_hidden(1));
        gate(2) = std::tanh(gate(2) + gate(0) * from_hidden(2));
        h[at(u)] = (1 - gate(1)) * gate(2) + gate(1) * r.hidden.back()[at(u)];
      }
    }
    r.x.push_back(x);
    r.gates.push_back(a);
    r.from_hidden.push_back(b);
    r.hidden.push_back(h);
    r.cell.push_back(cell);
  }
  return r;
}

// y = W v + b backwards.
void affine_gradient(const double* W, double* dW, double* db, const Sample& v, const Sample& dy, Sample& dv) {
  for (std::size_t r = 0; r < dy.size(); ++r) {
    db[r] += dy[r];
    for (std::size_t c = 0; c < v.size(); ++c) {
      dW[r * v.size() + c] += dy[r] * v[c];
      dv[c] += W[r * v.size() + c] * dy[r];
    }
  }
}

void recurrent_gradient(const LayerSpec& s, const double* p, double* dp, const Sample& sequence, const Sample& dy,
                        Sample& dx) {
  const Index steps = s.input.width, n = s.output.channels, g = gate_count(s.kind) * n;
  const Tensors<const double> w(s, p);
  const Tensors<double> dw(s, dp);
  const Run r = run(s, p, sequence);
  Sample dh(at(n), 0.0), dc(at(n), 0.0);
  for (Index t = steps; t-- > 0;) {
    Sample da(at(g)), db(at(g)), dh_before(at(n), 0.0), dx_step(at(s.input.channels), 0.0);
    for (Index u = 0; u < n; ++u) {
      const auto gate = [&](Index k) { return r.gates[at(t)][at(k * n + u)]; };
      const double d = dh[at(u)] + dy[at(u * steps + t)];
      double dz[4]{};
      if (s.kind == LayerKind::lstm) {
        const double squashed = std::tanh(r.cell[at(t + 1)][at(u)]);
        const double d_cell = dc[at(u)] + d * gate(3) * (1 - squashed * squashed);
        dz[0] = d_cell * gate(2) * gate(0) * (1 - gate(0));
        dz[1] = d_cell * r.cell[at(t)][at(u)] * gate(1) * (1 - gate(1));
        dz[2] = d_cell * gate(0) * (1 - gate(2) * gate(2));
        dz[3] = d * squashed * gate(3) * (1 - gate(3));
        dc[at(u)] = d_cell * gate(1);
      } else {
        dz[2] = d * (1 - gate(1)) * (1 - gate(2) * gate(2));
        dz[0] = dz[2] * r.from_hidden[at(t)][at(2 * n + u)] * gate(0) * (1 - gate(0));
        dz[1] = d * (r.hidden[at(t)][at(u)] - gate(2)) * gate(1) * (1 - gate(1));
        dh_before[at(u)] = d * gate(1);
      }
      for (Index k = 0; k < gate_count(s.kind); ++k) da[at(k * n + u)] = db[at(k * n + u)] = dz[k];
      if (s.kind == LayerKind::gru) db[at(2 * n + u)] *= gate(0);
    }
    affine_gradient(w.weight_ih, dw.weight_ih, dw.bias_ih, r.x[at(t)], da, dx_step);
    affine_gradient(w.weight_hh, dw.weight_hh, dw.bias_hh, r.hidden[at(t)], db, dh_before);
    for (Index c = 0; c < s.input.channels; ++c) dx[at(c * steps + t)] = dx_step[at(c)];
    dh = dh_before;
  }
}

}  // namespace

bool is_sequence_layer(LayerKind kind) {
  return is_recurrent(kind) || kind == LayerKind::last || kind == LayerKind::repeat;
}

void plain_sequence(const LayerSpec& s, const double* p, const Sample& x, Sample& y) {
  const auto steps = at(std::max(s.input.width, s.output.width));
  if (is_recurrent(s.kind)) {
    const Run r = run(s, p, x);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = r.hidden[i % steps + 1][i / steps];
  } else {
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] = s.kind == LayerKind::last ? x[i * steps + steps - 1] : x[i / steps];
  }
}

void plain_sequence_gradient(const LayerSpec& s, const double* p, double* dp, const Sample& x, const Sample& dy,
                             Sample& dx) {
  const auto steps = at(std::max(s.input.width, s.output.width));
  if (is_recurrent(s.kind)) return recurrent_gradient(s, p, dp, x, dy, dx);
  for (std::size_t i = 0; i < dy.size(); ++i)
    dx[s.kind == LayerKind::last ? i * steps + steps - 1 : i / steps] += dy[i];
}

namespace {

Sample lane(const Lanes* values, Index count, Index l) {
  Sample sample;
  for (Index i = 0; i < count; ++i) sample.push_back(double{values[i][l]});
  return sample;
}

}  // namespace

void plain_sequence_forward(const LayerSpec& s, const Layer::Forward& pass) {
  const Sample p(pass.parameters.begin(), pass.parameters.end());
  Sample y(at(s.output.size()));
  for (Index l = 0; l < lane_count; ++l) {
    plain_sequence(s, p.data(), lane(pass.x, s.input.size(), l), y);
    for (std::size_t i = 0; i < y.size(); ++i) pass.y[i][l] = static_cast<float>(y[i]);
  }
}

void plain_sequence_backward(const LayerSpec& s, const Layer::Backward& pass, const OrderFreeSums& gradients) {
  const Sample p(pass.parameters.begin(), pass.parameters.end());
  Sample dp(p.size());
  for (Index l = 0; l < lane_count; ++l) {
    const Sample x = lane(pass.x, s.input.size(), l);
    Sample dx(x.size());
    plain_sequence_gradient(s, p.data(), dp.data(), x, lane(pass.dy, s.output.size(), l), dx);
    for (std::size_t i = 0; pass.dx && i < dx.size(); ++i)
      pass.dx[i][l] = static_cast<float>(x[i] > 0 ? dx[i] : double{pass.below_slope} * dx[i]);
  }
  if (dp.empty()) return;
  for (std::size_t i = 0; i < dp.size(); ++i) pass.scratch[i] = static_cast<float>(dp[i]);
  gradients.add(pass.scratch);
}

}  // namespace shoal
