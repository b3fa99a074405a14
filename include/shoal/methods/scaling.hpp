#pragma once
#include <string>

#include "shoal/core/row_source.hpp"
#include "shoal/nn/sample_format.hpp"
#include "shoal/parallel/communicator.hpp"

namespace shoal {

/// How values are brought to a scale on which networks train well.
///   unit         to [0, 1] by the type's range: uint8 / 255, uint16 / 65535, (int16 + 32768) / 65535
///   standardize  (x - mean) / deviation of each channel (each feature of vectors); constant channels are only centred
///   none         as they are
///   automatic    unit for the types above; none for other values that all lie in [0, 1]; standardize for the rest
enum class Scaling { automatic, unit, standardize, none };

/// "auto", "unit", "standardize", "none".
Scaling scaling_of(const std::string& word);

/// True when data of this type will be brought to [0, 1] by their type's range.
bool scales_to_unit(Scaling scaling, ElementType type);

struct FittedScaling {
  SampleFormat format;
  Scaling chosen = Scaling::none;  ///< never automatic
  double largest = 0;              ///< the largest |x| after scaling over all ranks' rows
  double lowest = 0;               ///< no x after scaling is below
  std::vector<double> means;       ///< (channels) mean after scaling
};

/// Fits the scaling to all ranks' rows. Collective; every rank gets the same, by exact sums. Rows may be unevenly
/// spread. Two passes over them, three to standardize. Option error: unit scaling of a type that has no natural range.
FittedScaling fit_scaling(const Communicator& comm, const RowSource& rows, const Shape& shape, bool channels_last,
                          Scaling scaling);

/// The rows as a network sees them: floats, scaled and in its order of elements. `rows` is kept.
RowSource scaled_source(const RowSource& rows, const SampleFormat& format);

}  // namespace shoal
