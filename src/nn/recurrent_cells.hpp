#pragma once
#include "shoal/core/lanes.hpp"

namespace shoal {

/// One step of a recurrent cell for 16 samples. A vector of gates has one gate after the other, `units` Lanes each, in
/// PyTorch's order: input, forget, candidate, output of an LSTM; reset, update, new of a GRU.
struct CellStep {
  Index units;
  Lanes* gates;              ///< W_ih x + b_ih, which becomes the gates' values
  const Lanes* from_hidden;  ///< W_hh h + b_hh
  const Lanes* hidden_before;
  const Lanes* memory_before;
  Lanes* hidden;
  Lanes* memory;  ///< the cell state of an LSTM; of a GRU what the hidden state says to the new gate
};

/// The same step backwards, from what the forward step left.
struct CellBackward {
  Index units;
  const Lanes* gates;
  const Lanes* hidden_before;
  const Lanes* memory_before;
  const Lanes* memory;
  Lanes* d_hidden;       ///< of this step's output; becomes what reaches hidden_before past W_hh
  Lanes* d_memory;       ///< of this step's memory; becomes that of memory_before
  Lanes* d_from_input;   ///< of W_ih x + b_ih
  Lanes* d_from_hidden;  ///< of W_hh h + b_hh; may be d_from_input in an LSTM, where they are the same
};

void lstm_forward(const CellStep& step);
void lstm_backward(const CellBackward& step);
void gru_forward(const CellStep& step);
void gru_backward(const CellBackward& step);

}  // namespace shoal
