#include "recurrent.hpp"

#include <algorithm>

#include "dense_kernels.hpp"
#include "plain_sequence.hpp"
#include "recurrent_cells.hpp"
#include "step_sums.hpp"

namespace shoal {
namespace {

Index padded(Index n) {
  return (n + lane_count - 1) / lane_count * lane_count;
}

// W v (+ bias) of `count` vectors, `columns` Lanes each: a block of rows serves them all while it is in the first-level
// cache.
void multiply(const float* packed, Index rows, Index columns, const float* bias, const Lanes* v, Index count,
              Lanes* out) {
  for (Index r = 0; r < rows; r += row_block)
    for (Index t = 0; t < count; ++t)
      multiply_rows(packed + r * columns, r, rows, columns, bias, v + t * columns, {}, out + t * rows);
}

// (c, t) -> (t, c): `rows` and `columns` of what is read.
void transposed(const Lanes* from, Index rows, Index columns, Lanes* to) {
  for (Index c = 0; c < columns; ++c)
    for (Index r = 0; r < rows; ++r) *to++ = from[r * columns + c];
}

}  // namespace

Index Recurrent::prepared_count() const {
  return packed_size(gates(), inputs()) + packed_size(gates(), units()) + packed_size(inputs(), gates()) +
         packed_size(units(), gates());
}

Index Recurrent::kept_count() const {
  return steps() * (inputs() + gates()) + 2 * (steps() + 1) * units();
}

Index Recurrent::scratch_count(Index) const {
  if (engine() == Engine::reference) return parameter_count();
  const Index gradients = (is_lstm() ? 1 : 2) * steps() * gates(), work = 3 * units() + std::max(inputs(), units());
  const Index rows = steps() * std::max(padded(inputs()), padded(units()));
  return (gradients + work + rows) * lane_count;
}

void Recurrent::initialize(std::span<float> parameters, std::span<float>, Random& random) const {
  initialize_uniform(parameters, units(), random);  // PyTorch's default
}

template <class Vector>
Recurrent::Trace<Vector> Recurrent::trace_in(Vector* lanes) const {
  Trace<Vector> trace{};
  trace.x = lanes;
  trace.gates = trace.x + steps() * inputs();
  trace.hidden = trace.gates + steps() * gates();
  trace.memory = trace.hidden + (steps() + 1) * units();
  return trace;
}

Recurrent::Packed Recurrent::packed_in(std::span<const float> prepared) const {
  Packed p{};
  p.from_input = prepared.data();
  p.from_hidden = p.from_input + packed_size(gates(), inputs());
  p.to_input = p.from_hidden + packed_size(gates(), units());
  p.to_hidden = p.to_input + packed_size(inputs(), gates());
  return p;
}

void Recurrent::prepare(std::span<const float> parameters, std::span<const float>, std::span<float> prepared) const {
  const Index g = gates(), c = inputs(), n = units();
  const float *w_ih = parameters.data(), *w_hh = w_ih + g * c;
  float* to = prepared.data();
  pack_rows(w_ih, g, c, to);
  pack_rows(w_hh, g, n, to += packed_size(g, c));
  to += packed_size(g, n);
  for (Index i = 0; i < c; i += row_block) pack_transposed(w_ih, g, c, i, to + i * g);
  to += packed_size(c, g);
  for (Index i = 0; i < n; i += row_block) pack_transposed(w_hh, g, n, i, to + i * g);
}

void Recurrent::forward(const Forward& pass) const {
  if (engine() == Engine::reference) return plain_sequence_forward(spec(), pass);
  const Index g = gates(), n = units(), t_end = steps();
  // Outside training nobody keeps the trace, and a pass has no scratch.
  thread_local AlignedVector<Lanes> trace_room, work_room;
  if (!pass.kept) trace_room.resize(std::max(trace_room.size(), static_cast<std::size_t>(kept_count())));
  work_room.resize(std::max(work_room.size(), static_cast<std::size_t>(g)));
  const auto trace = trace_in(pass.kept ? pass.kept : trace_room.data());
  const Packed packed = packed_in(pass.prepared);
  const float* bias_ih = pass.parameters.data() + g * (inputs() + n);
  Lanes* from_hidden = work_room.data();

  transposed(pass.x, inputs(), t_end, trace.x);
  multiply(packed.from_input, g, inputs(), bias_ih, trace.x, t_end, trace.gates);
  std::fill_n(trace.hidden, n, Lanes{});
  std::fill_n(trace.memory, n, Lanes{});
  for (Index t = 0; t < t_end; ++t) {
    Lanes *hidden = trace.hidden + t * n, *memory = trace.memory + t * n;
    multiply(packed.from_hidden, g, n, bias_ih + g, hidden, 1, from_hidden);
    const CellStep step{n, trace.gates + t * g, from_hidden, hidden, memory, hidden + n, memory + n};
    is_lstm() ? lstm_forward(step) : gru_forward(step);
  }
  transposed(trace.hidden + n, t_end, n, pass.y);
}

// Writes the gradients of what the gates add up, from the last step to the first.
void Recurrent::backward_through_time(const Backward& pass, const Trace<const Lanes>& trace, const Packed& packed,
                                      Lanes* d_from_input, Lanes* d_from_hidden, Lanes* work) const {
  const Index g = gates(), n = units(), t_end = steps();
  Lanes *dh = work, *d_memory = dh + n, *from_later = d_memory + n;
  std::fill_n(work, 3 * n, Lanes{});
  for (Index t = t_end; t-- > 0;) {
    for (Index u = 0; u < n; ++u) dh[u] += pass.dy[u * t_end + t] + from_later[u];
    Lanes *da = d_from_input + t * g, *db = d_from_hidden + t * g;
    const CellBackward step{n,
                            trace.gates + t * g,
                            trace.hidden + t * n,
                            trace.memory + t * n,
                            trace.memory + (t + 1) * n,
                            dh,
                            d_memory,
                            da,
                            db};
    is_lstm() ? lstm_backward(step) : gru_backward(step);
    if (t > 0) multiply(packed.to_hidden, n, g, nullptr, db, 1, from_later);
  }
}

// x is kept step by step, its gradient goes back to (c, t).
void Recurrent::input_gradient(const Backward& pass, const Trace<const Lanes>& trace, const Packed& packed,
                               const Lanes* d_from_input, Lanes* work) const {
  const Index g = gates(), c = inputs(), t_end = steps();
  for (Index r = 0; r < c; r += row_block)
    for (Index t = 0; t < t_end; ++t) {
      multiply_rows(packed.to_input + r * g, r, c, g, nullptr, d_from_input + t * g,
                    {pass.below_slope, trace.x + t * c}, work);
      for (Index i = r; i < std::min(c, r + row_block); ++i) pass.dx[i * t_end + t] = work[i];
    }
}

void Recurrent::backward(const Backward& pass, const OrderFreeSums& gradients) const {
  if (engine() == Engine::reference) return plain_sequence_backward(spec(), pass, gradients);
  const Index g = gates(), c = inputs(), n = units(), t_end = steps();
  const auto trace = trace_in(pass.kept);
  const Packed packed = packed_in(pass.prepared);
  auto* da = reinterpret_cast<Lanes*>(pass.scratch);
  Lanes* db = is_lstm() ? da : da + t_end * g;  // where the reset gate lies between, they differ
  Lanes* work = db + t_end * g;
  auto* rows = reinterpret_cast<float*>(work + 3 * n + std::max(c, n));
  backward_through_time(pass, trace, packed, da, db, work);
  if (pass.dx) input_gradient(pass, trace, packed, da, work + 3 * n);

  const auto add_products = [&](const Lanes* d, const Lanes* v, Index columns, Index at) {
    const Index stride = padded(columns);
    for (Index t = 0; t < t_end; ++t) to_rows(v + t * columns, columns, stride, rows + t * lane_count * stride);
    add_step_products(t_end, d, g, rows, stride, columns, gradients.part(at, g * columns));
  };
  add_products(da, trace.x, c, 0);
  add_products(db, trace.hidden, n, g * c);
  add_step_sums(t_end, da, g, gradients.part(g * (c + n), g));
  add_step_sums(t_end, db, g, gradients.part(g * (c + n + 1), g));
}

}  // namespace shoal
