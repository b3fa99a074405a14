#pragma once
#include <functional>
#include <span>
#include <vector>

#include "shoal/core/row_source.hpp"
#include "shoal/nn/loss.hpp"
#include "shoal/nn/network.hpp"
#include "shoal/nn/sample_format.hpp"

namespace shoal {

/// What a trained autoencoder says of rows; row i of each belongs to row i of the data.
struct Encoding {
  Matrix codes;                ///< (n, code size)
  std::vector<double> errors;  ///< (n) mean squared reconstruction error of each row, in scaled units
};

/// Told how many of the rows are done.
using RowsDone = std::function<void(Index done)>;

/// Encodes the rows of `data` and measures their reconstructions. Local: each rank does its own rows; a row's result
/// does not depend on the others.
Encoding encode(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowView& data,
                const RowsDone& progress = {});

/// The reconstructions of the rows of `data`, (n, elements), in the units and the element order of the data. Local.
Matrix reconstruct(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowView& data,
                   const RowsDone& progress = {});

/// The losses of the reconstructions of some local rows of `data`, in scaled units; `rows` ascend. Rows in a file are
/// gone through from start to end. Local.
std::vector<double> reconstruction_losses(const Network& network, const ModelNumbers& numbers,
                                          const SampleFormat& format, const RowSource& data,
                                          std::span<const Index> rows, const LossOptions& loss);

}  // namespace shoal
