#pragma once
#include <string>

#include "shoal/io/dataset.hpp"
#include "shoal/nn/shape.hpp"

namespace shoal {

/// What a dataset's dimensions mean.
struct SampleLayout {
  Shape shape;                 ///< of one sample, channels first
  bool channels_last = false;  ///< the order in the file
};

/// Reads (n), (n, d), (n, h, w), (n, h, w, c) and (n, c, h, w); a vector of d features has the shape (d, 1, 1).
/// `layout`: nhwc or nchw for four dimensions, or auto: whichever of the first and the last of the three is at most 4;
/// ntc: (n, t, c) are sequences of t steps of c numbers, of shape (c, 1, t), and (n, t) those of one number a step.
/// Errors: input_error when auto cannot tell, or ntc does not fit.
SampleLayout sample_layout(const DatasetInfo& info, const std::string& layout);

}  // namespace shoal
