#include "shoal/methods/encode.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "shoal/methods/forward_groups.hpp"

namespace shoal {
namespace {

// Runs the whole network over groups of 16 of `rows`; calls take(first position, count, workspace) after each.
template <class Take>
void for_groups(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowData& data,
                std::span<const Index> rows, Take take) {
  ForwardGroups groups(network, numbers, network.layer_count());
  const auto set = static_cast<std::size_t>(groups.count() * lane_count);
  for (std::size_t first = 0; first < rows.size(); first += set) {
    const auto here = rows.subspan(first, std::min(set, rows.size() - first));
    const auto group_at = [&](std::size_t at) {
      return here.subspan(at, std::min<std::size_t>(lane_count, here.size() - at));
    };
    Index g = 0;
    for (std::size_t at = 0; at < here.size(); at += lane_count)
      load_group(data, group_at(at), format, groups.group(g++).input());
    groups.run(g);
    g = 0;
    for (std::size_t at = 0; at < here.size(); at += lane_count)
      take(static_cast<Index>(first + at), static_cast<Index>(group_at(at).size()), groups.group(g++));
  }
}

std::vector<Index> all_rows(const RowData& data) {
  std::vector<Index> rows(static_cast<std::size_t>(data.count));
  std::iota(rows.begin(), rows.end(), Index{0});
  return rows;
}

void add_errors(const Network& network, const LossOptions& loss, Workspace& work, Index count,
                std::vector<double>& errors) {
  const auto group = losses(loss, work.output(network.layer_count() - 1), work.input(), network.input_size());
  errors.insert(errors.end(), group.begin(), group.begin() + count);
}

}  // namespace

Encoding encode(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowData& data,
                const RowsDone& progress) {
  const Index size = network.architecture().code_size();
  Encoding encoding{Matrix(data.count, size), {}};
  for_groups(network, numbers, format, data, all_rows(data), [&](Index at, Index count, Workspace& work) {
    const Lanes* code = work.output(network.encoder_end() - 1);
    for (Index l = 0; l < count; ++l)
      for (Index i = 0; i < size; ++i) encoding.codes(at + l, i) = code[i][l];
    add_errors(network, {.kind = LossKind::mse}, work, count, encoding.errors);
    if (progress) progress(at + count);
  });
  return encoding;
}

Matrix reconstruct(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowData& data,
                   const RowsDone& progress) {
  Matrix rows(data.count, network.input_size());
  for_groups(network, numbers, format, data, all_rows(data), [&](Index at, Index count, Workspace& work) {
    store_group(work.output(network.layer_count() - 1), count, format, rows.data() + at * rows.cols());
    if (progress) progress(at + count);
  });
  return rows;
}

std::vector<double> reconstruction_losses(const Network& network, const ModelNumbers& numbers,
                                          const SampleFormat& format, const RowData& data, std::span<const Index> rows,
                                          const LossOptions& loss) {
  std::vector<double> errors;
  for_groups(network, numbers, format, data, rows,
             [&](Index, Index count, Workspace& work) { add_errors(network, loss, work, count, errors); });
  return errors;
}

}  // namespace shoal
