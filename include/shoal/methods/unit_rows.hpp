#pragma once
#include "shoal/core/row_source.hpp"

namespace shoal {

/// The same rows, each scaled to length 1 (in double, then rounded to float) as it is read: for cosine distances, since
/// |x/|x| - y/|y||^2 = 2 (1 - cos(x, y)). `first_global`: the global number of the first row, for messages.
/// Reading a row of zeros, which has no direction, is a numerics Error that names it. `rows` is copied. They are in
/// memory where `rows` are, in so far as reading them needs no file; but each view is made anew (lies_in_place).
RowSource unit_rows(const RowSource& rows, Index first_global);

}  // namespace shoal
