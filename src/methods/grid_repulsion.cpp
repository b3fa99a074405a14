#include "shoal/methods/grid_repulsion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "shoal/parallel/exchange.hpp"
#include "shoal/parallel/shard.hpp"

namespace shoal {
namespace {

using Complex = std::complex<float>;

std::vector<Index> begins_of(Index things, int ranks) {
  std::vector<Index> begins;
  for (int r = 0; r < ranks; ++r) begins.push_back(Shard::of(things, r, ranks).begin);
  begins.push_back(things);
  return begins;
}

/// A matrix whose rows the ranks have in parts, turned into one whose columns they have, or back: mine (my lines, all
/// crossing) -> (my crossing, all lines). Collective.
std::vector<Complex> turned(const Communicator& comm, const std::vector<Complex>& mine,
                            const std::vector<Index>& line_begins, const std::vector<Index>& crossing_begins) {
  const auto me = static_cast<std::size_t>(comm.rank());
  const Index lines = line_begins[me + 1] - line_begins[me], all_crossing = crossing_begins.back();
  const Index crossing = crossing_begins[me + 1] - crossing_begins[me], all_lines = line_begins.back();
  std::vector<Complex> sent(mine.size());
  std::vector<Index> counts;  // of floats
  auto to = sent.begin();
  constexpr Index tile = 16;
  for (std::size_t r = 0; r + 1 < crossing_begins.size(); ++r) {
    const Index begin = crossing_begins[r], width = crossing_begins[r + 1] - begin;
    counts.push_back(2 * lines * width);
    for (Index c = 0; c < width; c += tile)  // in tiles, because one side of a transposition strides
      for (Index l = 0; l < lines; ++l)
        for (Index i = c; i < std::min(c + tile, width); ++i)
          to[i * lines + l] = mine[static_cast<std::size_t>(l * all_crossing + begin + i)];
    to += lines * width;
  }
  if (comm.size() == 1) return sent;
  std::vector<Index> received;
  for (std::size_t r = 0; r + 1 < line_begins.size(); ++r)
    received.push_back(2 * crossing * (line_begins[r + 1] - line_begins[r]));
  const std::vector<float> got =
      exchange_known(comm, {reinterpret_cast<const float*>(sent.data()), 2 * sent.size()}, counts, received);
  std::vector<Complex> result(static_cast<std::size_t>(crossing * all_lines));
  const float* from = got.data();
  for (std::size_t r = 0; r + 1 < line_begins.size(); ++r) {
    const Index width = line_begins[r + 1] - line_begins[r];
    for (Index c = 0; c < crossing; ++c, from += 2 * width)
      std::copy_n(from, 2 * width, reinterpret_cast<float*>(result.data() + c * all_lines + line_begins[r]));
  }
  return result;
}

}  // namespace

void GridRepulsion::prepare(const SplineGrid& grid) {
  const Index g = grid.size, n = 2 * g;
  const bool same = fourier_ && grid_.size == g && grid_.spacing == grid.spacing;
  grid_ = grid;
  if (same) return;
  if (!fourier_ || fourier_->size() != n) fourier_.emplace(n);
  row_begins_ = begins_of(g, comm_.size());
  column_begins_ = begins_of(g + 1, comm_.size());
  cells_.resize(grid.cells());

  // The kernel on the circle of 2 g nodes, less its value at the farthest: in a map far smaller than 1 it would be
  // nothing but a constant otherwise, of which a float leaves nothing over. It is even, hence its transform real.
  const double spacing = grid.spacing;
  const auto squared = [&](Index a, Index b) { return spacing * spacing * static_cast<double>(a * a + b * b); };
  offset_ = 1 / (1 + squared(g, g));
  const auto first_column = column_begins_[static_cast<std::size_t>(comm_.rank())];
  const Index columns = column_begins_[static_cast<std::size_t>(comm_.rank()) + 1] - first_column;
  std::vector<float> line(static_cast<std::size_t>(n)), transposed(static_cast<std::size_t>(columns * (g + 1)));
  for (Index a = 0; a <= g; ++a) {
    for (Index b = 0; b < n; ++b) {
      const Index around = std::min(b, n - b);
      // q(r) - q(R) = (R^2 - r^2) q(r) q(R), without cancellation.
      line[static_cast<std::size_t>(b)] =
          static_cast<float>((squared(g, g) - squared(a, around)) * offset_ / (1 + squared(a, around)));
    }
    const auto transform = fourier_->forward(line);
    for (Index c = 0; c < columns; ++c)
      transposed[static_cast<std::size_t>(c * (g + 1) + a)] =
          transform[static_cast<std::size_t>(first_column + c)].real();
  }
  factors_.resize(transposed.size());
  for (Index c = 0; c < columns; ++c) {
    const float* column = transposed.data() + c * (g + 1);
    for (Index a = 0; a < n; ++a) line[static_cast<std::size_t>(a)] = column[std::min(a, n - a)];
    const auto transform = fourier_->forward(line);
    for (Index a = 0; a <= g; ++a) {
      // Spreading and reading each multiply by the spline's response along both dimensions.
      const double response = spline_response(a, n) * spline_response(first_column + c, n);
      factors_[static_cast<std::size_t>(c * (g + 1) + a)] =
          static_cast<float>(static_cast<double>(transform[static_cast<std::size_t>(a)].real()) /
                             (response * response * static_cast<double>(n) * static_cast<double>(n)));
    }
  }
}

std::vector<float> GridRepulsion::field(std::vector<std::int64_t>& cells) {
  const Index g = grid_.size;
  const auto me = static_cast<std::size_t>(comm_.rank());
  const Index rows = row_begins_[me + 1] - row_begins_[me], columns = column_begins_[me + 1] - column_begins_[me];
  auto cell_begins = row_begins_;
  for (Index& begin : cell_begins) begin *= g;
  const std::vector<std::int64_t> sums =
      sum_parts(comm_, std::span<const std::int64_t>(cells).first(static_cast<std::size_t>(g * g)), cell_begins);

  std::vector<Complex> lines(static_cast<std::size_t>(rows * (g + 1)));
  std::vector<float> line(static_cast<std::size_t>(g));
  for (Index a = 0; a < rows; ++a) {
    for (Index b = 0; b < g; ++b)
      line[static_cast<std::size_t>(b)] = static_cast<float>(sums[static_cast<std::size_t>(a * g + b)]) * spread_unit;
    std::ranges::copy(fourier_->forward(line), lines.begin() + a * (g + 1));
  }
  std::vector<Complex> crossing = turned(comm_, lines, row_begins_, column_begins_);
  for (Index c = 0; c < columns; ++c)
    fourier_->filter(
        std::span(crossing).subspan(static_cast<std::size_t>(c * g), static_cast<std::size_t>(g)),
        std::span(factors_).subspan(static_cast<std::size_t>(c * (g + 1)), static_cast<std::size_t>(g + 1)));
  lines = turned(comm_, crossing, column_begins_, row_begins_);

  std::vector<float> values(grid_.cells());
  for (Index a = 0; a < rows; ++a) {
    const auto numbers = fourier_->backward(
        std::span(lines).subspan(static_cast<std::size_t>(a * (g + 1)), static_cast<std::size_t>(g + 1)));
    std::copy_n(numbers.begin(), g, values.begin() + (row_begins_[me] + a) * g);
  }
  share_parts(comm_, std::span(values).first(static_cast<std::size_t>(g * g)), cell_begins);
  return values;
}

Repulsion GridRepulsion::operator()(const SplineGrid& grid, const Points& points, Index first, Index count) {
  prepare(grid);
  const auto part = [&](const auto& values) {
    return std::span<const float>(values).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
  };
  const auto x = part(points.x), y = part(points.y);
  std::fill(cells_.begin(), cells_.end(), 0);
  spread(grid_, x, y, cells_);
  const std::vector<float> phi = field(cells_);

  Repulsion repulsion(count);
  const double constant = static_cast<double>(points.size()) * offset_ - 1;  // the kernel's offset; the point itself
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const FieldValue read = read_field(grid_, phi, x[i], y[i]);
    repulsion.kernel_sums[i] = static_cast<double>(read.value) + constant;
    repulsion.x[i] = -0.5f * read.slope_x;
    repulsion.y[i] = -0.5f * read.slope_y;
  }
  return repulsion;
}

double GridRepulsion::bytes(Index g, int ranks) {
  const auto nodes = static_cast<double>(g) * static_cast<double>(g);
  return nodes * (sizeof(std::int64_t) + sizeof(float)) + nodes * (4 * sizeof(Complex) + 12.0) / ranks;
}

}  // namespace shoal
