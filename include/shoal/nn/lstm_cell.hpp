#pragma once
#include "shoal/nn/lane_functions.hpp"

namespace shoal {

/// What one unit of an LSTM computes in one step for 16 samples: its gates, its new cell state, its output.
struct LstmUnit {
  Lanes input, forget, candidate, output;
  Lanes cell, hidden;
};

/// One step of one unit, from what its gates add up and the cell state before:
///   i = logistic(zi)   f = logistic(zf)   g = squash_candidate(zg)   o = logistic(zo)
///   c' = f c + i g     h = o squash_cell(c')
/// Hochreiter, Schmidhuber 1997, doi 10.1162/neco.1997.9.8.1735, with the forget gate of Gers, Schmidhuber, Cummins
/// 2000, doi 10.1162/089976600300015015. In PyTorch, and in the layer, both squashing functions are tanh.
template <class SquashCandidate, class SquashCell>
inline LstmUnit lstm_unit(const Lanes& zi, const Lanes& zf, const Lanes& zg, const Lanes& zo, const Lanes& cell_before,
                          SquashCandidate squash_candidate, SquashCell squash_cell) {
  LstmUnit u;
  u.input = logistic(zi);
  u.forget = logistic(zf);
  u.candidate = squash_candidate(zg);
  u.output = logistic(zo);
  u.cell = u.forget * cell_before + u.input * u.candidate;
  u.hidden = u.output * squash_cell(u.cell);
  return u;
}

}  // namespace shoal
