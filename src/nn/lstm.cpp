#include "recurrent_cells.hpp"
#include "shoal/nn/lstm_cell.hpp"

namespace shoal {

void lstm_forward(const CellStep& s) {
  const Index n = s.units;
  const Lanes* b = s.from_hidden;
  for (Index u = 0; u < n; ++u) {
    Lanes* z = s.gates + u;
    const LstmUnit unit = lstm_unit(z[0] + b[u], z[n] + b[n + u], z[2 * n] + b[2 * n + u], z[3 * n] + b[3 * n + u],
                                    s.memory_before[u], hyperbolic_tangent, hyperbolic_tangent);
    z[0] = unit.input;
    z[n] = unit.forget;
    z[2 * n] = unit.candidate;
    z[3 * n] = unit.output;
    s.memory[u] = unit.cell;
    s.hidden[u] = unit.hidden;
  }
}

// tanh(c') is cheaper to compute again than to keep.
void lstm_backward(const CellBackward& s) {
  const Index n = s.units;
  for (Index u = 0; u < n; ++u) {
    const Lanes i = s.gates[u], f = s.gates[n + u], g = s.gates[2 * n + u], o = s.gates[3 * n + u];
    const Lanes squashed = hyperbolic_tangent(s.memory[u]), dh = s.d_hidden[u];
    const Lanes dc = s.d_memory[u] + dh * o * (1.0f - squashed * squashed);
    Lanes* dz = s.d_from_input + u;
    dz[0] = dc * g * i * (1.0f - i);
    dz[n] = dc * s.memory_before[u] * f * (1.0f - f);
    dz[2 * n] = dc * i * (1.0f - g * g);
    dz[3 * n] = dh * squashed * o * (1.0f - o);
    s.d_memory[u] = dc * f;
    s.d_hidden[u] = Lanes{};
  }
}

}  // namespace shoal
