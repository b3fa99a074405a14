#include "shoal/core/digit_tiles.hpp"

#include "shoal/core/tile_instructions.hpp"

namespace shoal {

#ifdef SHOAL_TILE_INSTRUCTIONS
namespace {

// Tile o sums order o. Two products with the same sum stand apart, so that one need not wait for the other. (A fifth
// tile for the second sum of order 2 costs a seventh load a chunk and was 7% slower.)
void multiply_one(const std::int8_t* a, const std::int8_t* b, Index chunks, DigitProducts& products) {
  constexpr Index digit = digit_tile_bytes;
  SHOAL_TILE_ZERO(0);
  SHOAL_TILE_ZERO(1);
  SHOAL_TILE_ZERO(2);
  SHOAL_TILE_ZERO(3);
  for (Index k = 0; k < chunks; ++k, a += chunk_bytes, b += chunk_bytes) {
    SHOAL_TILE_LOAD(4, a);
    SHOAL_TILE_LOAD(7, b + 2 * digit);
    SHOAL_TILE_ADD_PRODUCT(2, 4, 7);
    SHOAL_TILE_LOAD(6, b + digit);
    SHOAL_TILE_ADD_PRODUCT(1, 4, 6);
    SHOAL_TILE_LOAD(5, b);
    SHOAL_TILE_ADD_PRODUCT(0, 4, 5);
    SHOAL_TILE_LOAD(4, a + digit);
    SHOAL_TILE_ADD_PRODUCT(3, 4, 7);
    SHOAL_TILE_ADD_PRODUCT(2, 4, 6);
    SHOAL_TILE_ADD_PRODUCT(1, 4, 5);
    SHOAL_TILE_LOAD(7, a + 2 * digit);
    SHOAL_TILE_ADD_PRODUCT(3, 7, 6);
    SHOAL_TILE_ADD_PRODUCT(2, 7, 5);
  }
  SHOAL_TILE_STORE(0, products.order.data());
  SHOAL_TILE_STORE(1, &products.order[1]);
  SHOAL_TILE_STORE(2, &products.order[2]);
  SHOAL_TILE_STORE(3, &products.order[3]);
}

}  // namespace

void multiply_digits(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count, DigitProducts* products) {
  const TileRegisters registers;
  for (Index n = 0; n < count; ++n) multiply_one(a, b + n * chunks * chunk_bytes, chunks, products[n]);
}
#else
void multiply_digits(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count, DigitProducts* products) {
  multiply_digits_plainly(a, b, chunks, count, products);
}
#endif

void multiply_digits_plainly(const std::int8_t* a, const std::int8_t* b, Index chunks, Index count,
                             DigitProducts* products) {
  const auto at = [](Index chunk, Index digit, Index row, Index byte) {
    return chunk * chunk_bytes + digit * digit_tile_bytes + row * 64 + byte;
  };
  for (Index n = 0; n < count; ++n, b += chunks * chunk_bytes) {
    products[n] = {};
    for (Index i = 0; i < digit_count; ++i)
      for (Index j = 0; j < digit_count && i + j < order_count; ++j)
        for (Index chunk = 0; chunk < chunks; ++chunk)
          for (Index r = 0; r < 16; ++r)
            for (Index c = 0; c < 16; ++c)
              for (Index k = 0; k < chunk_depth; ++k)
                products[n]
                    .order[static_cast<std::size_t>(i + j)][static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] +=
                    a[at(chunk, i, r, k)] * b[at(chunk, j, k / 4, 4 * c + k % 4)];
  }
}

}  // namespace shoal
