#pragma once
#include <span>
#include <string>
#include <vector>

#include "shoal/core/lanes.hpp"
#include "shoal/core/row_data.hpp"
#include "shoal/nn/shape.hpp"

namespace shoal {

/// How a row of a file becomes a network's input: the order of its elements, and x' = (x - offset[c]) * scale[c] for
/// channel c. Stored with the model and undone on output.
struct SampleFormat {
  Shape shape;
  bool channels_last = false;  ///< rows are (height, width, channels); otherwise (channels, height, width)
  std::vector<double> offset;  ///< (channels)
  std::vector<double> scale;   ///< (channels), never 0

  /// Position in a row of element (channel, pixel).
  Index position(Index channel, Index pixel) const {
    return channels_last ? pixel * shape.channels + channel : channel * shape.pixels() + pixel;
  }
};

/// Puts rows[0 .. n) (n <= 16 local row numbers of `data`) into the lanes of x, scaled, as (channels, height, width);
/// the other lanes become zero.
void load_group(const RowView& data, std::span<const Index> rows, const SampleFormat& format, Lanes* x);

/// The reverse: the first `count` lanes of y as rows of the file's order and units, one after the other.
void store_group(const Lanes* y, Index count, const SampleFormat& format, float* rows);

/// The scaled rows of `data` as a matrix (rows, channels * pixels) in the network's element order.
Matrix scaled_rows(const RowView& data, const SampleFormat& format);

}  // namespace shoal
