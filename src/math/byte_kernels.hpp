#pragma once
// What ByteGram asks of the processor: the one place with its own instructions (byte_kernels.cpp). Factors lie in
// strips of 32 columns: (strip, chunk of 64 rows, half of 16 columns, 1024 bytes).
#include <cstdint>

#include "shoal/core/matrix.hpp"

namespace shoal {

inline constexpr Index byte_strip = 32, byte_chunk = 64, byte_block = 1024;

bool vnni_is_available();

/// Packs rows (64 chunks, d), row-major, into `right`: in each block 16 groups of 4 rows, each 16 columns of 4 bytes;
/// columns beyond d are zero. `rows` must be 64 * chunks.
void pack_bytes(const std::uint8_t* rows, Index chunks, Index d, std::uint8_t* right);

/// The left factor of the AMX product, from the right one: in each block 16 columns of 64 rows.
void pack_left_amx(const std::uint8_t* right, Index blocks, std::uint8_t* left);

/// The left factor of the VNNI product: every byte less 128.
void pack_left_vnni(const std::uint8_t* right, Index blocks, std::uint8_t* left);

/// to(i, j) += sum over rows of left's column i times right's column j, for all strips on and above the diagonal, whole
/// strips at a time, where has_byte_tiles(). to (32 strips, .) with stride to_stride; at most 32,768 rows.
void multiply_amx(const std::uint8_t* left, const std::uint8_t* right, Index strips, Index chunks, double* to,
                  Index to_stride);

/// The same, left being less 128: the caller adds 128 times the sum of column j.
void multiply_vnni(const std::uint8_t* left, const std::uint8_t* right, Index strips, Index chunks, double* to,
                   Index to_stride);

}  // namespace shoal
