#include "shoal/methods/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "shoal/core/error.hpp"
#include "shoal/parallel/exact_sum.hpp"

namespace shoal {
namespace {

// Calls visit(row, values) with each local row as floats in the file's order.
template <class Visit>
void for_rows(const RowSource& rows, Visit visit) {
  std::vector<float> values(static_cast<std::size_t>(rows.width));
  for_panels(rows, [&](Index, const RowView& panel) {
    for (Index i = 0; i < panel.count; ++i) {
      panel.to_floats(i, values.data());
      visit(values);
    }
  });
}

// The mean over all ranks' rows and pixels of term(value, channel), for each channel.
template <class Term>
std::vector<double> channel_means(const Communicator& comm, const RowSource& rows, const SampleFormat& f, int bound,
                                  Term term) {
  ExactSum sums(f.shape.channels, bound, 4);
  std::vector<double> row_sums(static_cast<std::size_t>(f.shape.channels));
  for_rows(rows, [&](const std::vector<float>& values) {
    for (Index c = 0; c < f.shape.channels; ++c) {
      double sum = 0;
      for (Index p = 0; p < f.shape.pixels(); ++p)
        sum += term(double{values[static_cast<std::size_t>(f.position(c, p))]}, c);
      row_sums[static_cast<std::size_t>(c)] = sum;
    }
    sums.add(std::span<const double>(row_sums));
  });
  sums.reduce(comm);
  std::vector<double> means = sums.values();
  const double count = static_cast<double>(comm.sum(rows.count)) * static_cast<double>(f.shape.pixels());
  for (double& m : means) m /= count;
  return means;
}

void standardize(const Communicator& comm, const RowSource& rows, const std::vector<double>& means, int bound,
                 SampleFormat& f) {
  f.offset = means;
  const auto variance = channel_means(comm, rows, f, 2 * bound + 2, [&](double x, Index c) {
    const double d = x - f.offset[static_cast<std::size_t>(c)];
    return d * d;
  });
  for (std::size_t c = 0; c < variance.size(); ++c) f.scale[c] = variance[c] > 0 ? 1 / std::sqrt(variance[c]) : 1;
}

bool has_unit_range(ElementType type) {
  return type == ElementType::uint8 || type == ElementType::uint16 || type == ElementType::int16;
}

}  // namespace

Scaling scaling_of(const std::string& word) {
  if (word == "unit") return Scaling::unit;
  if (word == "standardize") return Scaling::standardize;
  if (word == "none") return Scaling::none;
  return Scaling::automatic;
}

bool scales_to_unit(Scaling scaling, ElementType type) {
  return has_unit_range(type) && (scaling == Scaling::unit || scaling == Scaling::automatic);
}

FittedScaling fit_scaling(const Communicator& comm, const RowSource& rows, const Shape& shape, bool channels_last,
                          Scaling scaling) {
  FittedScaling fitted{.format = {shape, channels_last, {}, {}}, .chosen = scaling};
  SampleFormat& f = fitted.format;
  f.offset.assign(static_cast<std::size_t>(shape.channels), 0);
  f.scale.assign(f.offset.size(), 1);

  double low = std::numeric_limits<double>::infinity(), high = -low;
  for_rows(rows, [&](const std::vector<float>& values) {
    for (const float v : values) {
      low = std::min(low, double{v});
      high = std::max(high, double{v});
    }
  });
  low = comm.min(low);
  high = comm.max(high);

  // Row sums stay below the largest value times the number of pixels.
  const int bound = bound_exponent_of(std::max(std::abs(low), std::abs(high))) +
                    bound_exponent_of(static_cast<double>(shape.pixels()));
  fitted.means = channel_means(comm, rows, f, bound, [](double x, Index) { return x; });

  if (scaling == Scaling::automatic)
    fitted.chosen = has_unit_range(rows.type) ? Scaling::unit
                    : low >= 0 && high <= 1   ? Scaling::none
                                              : Scaling::standardize;
  if (fitted.chosen == Scaling::unit) {
    if (!has_unit_range(rows.type))
      throw option_error("unit scaling needs a type with a range of its own, not " + name_of(rows.type),
                         "use --scale standardize, or --scale none for values that are scaled already")
          .set_on_all_ranks();
    const double range = rows.type == ElementType::uint8 ? 255 : 65535;
    f.scale.assign(f.scale.size(), 1 / range);
    if (rows.type == ElementType::int16) f.offset.assign(f.offset.size(), -32768);
  } else if (fitted.chosen == Scaling::standardize) {
    standardize(comm, rows, fitted.means, bound, f);
  }
  fitted.lowest = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < f.scale.size(); ++c) {
    fitted.lowest = std::min(fitted.lowest, f.scale[c] * (low - f.offset[c]));
    fitted.means[c] = (fitted.means[c] - f.offset[c]) * f.scale[c];
    fitted.largest =
        std::max(fitted.largest, f.scale[c] * std::max(std::abs(low - f.offset[c]), std::abs(high - f.offset[c])));
  }
  return fitted;
}

RowSource scaled_source(const RowSource& rows, const SampleFormat& format) {
  RowSource scaled{ElementType::float32, rows.count, rows.width};
  scaled.most_rows = rows.most_rows;
  scaled.copies_beside = rows.copies_beside;
  const auto buffer = std::make_shared<Matrix>();
  scaled.read = [=](Index first, Index count) {
    *buffer = scaled_rows(rows.read(first, count), format);
    return source_of(*buffer).read(0, count);
  };
  scaled.copy = [=](Index first, Index count, std::byte* into) {
    RowData copied{rows.type, count, rows.width, {}};
    RowView from;
    if (rows.in_memory()) {
      from = rows.read(first, count);
    } else {
      copied.bytes.resize(static_cast<std::size_t>(count * rows.row_bytes()));
      rows.copy(first, count, copied.bytes.data());
      from = copied;
    }
    const Matrix values = scaled_rows(from, format);
    std::copy_n(reinterpret_cast<const std::byte*>(values.data()),
                static_cast<std::size_t>(values.size()) * sizeof(float), into);
  };
  return scaled;
}

}  // namespace shoal
