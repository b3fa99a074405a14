#pragma once
#include <Eigen/Core>
#include <cstdint>

namespace shoal {

/// Counts and positions of rows, columns and elements: signed, 64 bits.
using Index = std::int64_t;

/// Samples in single precision: row-major, one row a sample.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Sums and fitted quantities in double precision: row-major.
using MatrixD = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A column of doubles.
using VectorD = Eigen::VectorXd;

}  // namespace shoal
