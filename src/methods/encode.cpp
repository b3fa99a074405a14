#include "shoal/methods/encode.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "shoal/methods/forward_groups.hpp"

namespace shoal {
namespace {

// Runs the whole network over rows, some groups of 16 at a time.
class Runner {
 public:
  Runner(const Network& network, const ModelNumbers& numbers, const SampleFormat& format)
      : format_(format), groups_(network, numbers, network.layer_count()) {}

  // Calls take(first position, count, workspace) with each group of `rows`.
  template <class Take>
  void run(const RowView& data, std::span<const Index> rows, Take take) {
    const auto set = static_cast<std::size_t>(groups_.count() * lane_count);
    for (std::size_t first = 0; first < rows.size(); first += set) {
      const auto here = rows.subspan(first, std::min(set, rows.size() - first));
      const auto group_at = [&](std::size_t at) {
        return here.subspan(at, std::min<std::size_t>(lane_count, here.size() - at));
      };
      Index g = 0;
      for (std::size_t at = 0; at < here.size(); at += lane_count)
        load_group(data, group_at(at), format_, groups_.group(g++).input());
      groups_.run(g);
      g = 0;
      for (std::size_t at = 0; at < here.size(); at += lane_count)
        take(static_cast<Index>(first + at), static_cast<Index>(group_at(at).size()), groups_.group(g++));
    }
  }

 private:
  const SampleFormat& format_;
  ForwardGroups groups_;
};

std::vector<Index> all_rows(const RowView& data) {
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

Encoding encode(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowView& data,
                const RowsDone& progress) {
  const Index size = network.architecture().code_size();
  Encoding encoding{Matrix(data.count, size), {}};
  Runner(network, numbers, format).run(data, all_rows(data), [&](Index at, Index count, Workspace& work) {
    const Lanes* code = work.output(network.encoder_end() - 1);
    for (Index l = 0; l < count; ++l)
      for (Index i = 0; i < size; ++i) encoding.codes(at + l, i) = code[i][l];
    add_errors(network, {.kind = LossKind::mse}, work, count, encoding.errors);
    if (progress) progress(at + count);
  });
  return encoding;
}

Matrix reconstruct(const Network& network, const ModelNumbers& numbers, const SampleFormat& format, const RowView& data,
                   const RowsDone& progress) {
  Matrix rows(data.count, network.input_size());
  Runner(network, numbers, format).run(data, all_rows(data), [&](Index at, Index count, Workspace& work) {
    store_group(work.output(network.layer_count() - 1), count, format, rows.data() + at * rows.cols());
    if (progress) progress(at + count);
  });
  return rows;
}

std::vector<double> reconstruction_losses(const Network& network, const ModelNumbers& numbers,
                                          const SampleFormat& format, const RowSource& data,
                                          std::span<const Index> rows, const LossOptions& loss) {
  std::vector<double> errors;
  Runner runner(network, numbers, format);
  std::vector<Index> in_panel;
  auto next = rows.begin();
  for_panels(data, [&](Index first, const RowView& panel) {
    in_panel.clear();
    for (; next != rows.end() && *next < first + panel.count; ++next) in_panel.push_back(*next - first);
    runner.run(panel, in_panel,
               [&](Index, Index count, Workspace& work) { add_errors(network, loss, work, count, errors); });
  });
  return errors;
}

}  // namespace shoal
