#include "recurrent_cells.hpp"
#include "shoal/nn/lane_functions.hpp"

namespace shoal {

// r = logistic(a_r + b_r)   z = logistic(a_z + b_z)   n = tanh(a_n + r b_n)   h' = (1 - z) n + z h
// with a = W_ih x + b_ih and b = W_hh h + b_hh. Cho et al. 2014, arXiv:1406.1078, in PyTorch's form, where the reset
// gate works behind W_hn.
void gru_forward(const CellStep& s) {
  const Index n = s.units;
  const Lanes* b = s.from_hidden;
  for (Index u = 0; u < n; ++u) {
    Lanes* a = s.gates + u;
    const Lanes reset = logistic(a[0] + b[u]), update = logistic(a[n] + b[n + u]);
    const Lanes fresh = hyperbolic_tangent(a[2 * n] + reset * b[2 * n + u]);
    a[0] = reset;
    a[n] = update;
    a[2 * n] = fresh;
    s.memory[u] = b[2 * n + u];
    s.hidden[u] = (1.0f - update) * fresh + update * s.hidden_before[u];
  }
}

void gru_backward(const CellBackward& s) {
  const Index n = s.units;
  for (Index u = 0; u < n; ++u) {
    const Lanes reset = s.gates[u], update = s.gates[n + u], fresh = s.gates[2 * n + u], dh = s.d_hidden[u];
    const Lanes d_fresh = dh * (1.0f - update) * (1.0f - fresh * fresh);
    Lanes *da = s.d_from_input + u, *db = s.d_from_hidden + u;
    da[0] = db[0] = d_fresh * s.memory[u] * reset * (1.0f - reset);
    da[n] = db[n] = dh * (s.hidden_before[u] - fresh) * update * (1.0f - update);
    da[2 * n] = d_fresh;
    db[2 * n] = d_fresh * reset;
    s.d_hidden[u] = dh * update;
  }
}

}  // namespace shoal
