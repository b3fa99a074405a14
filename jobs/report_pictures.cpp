#include "report_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "chosen_rows.hpp"
#include "shoal/methods/encode.hpp"

namespace shoal {
namespace {

constexpr Index most_thumbnails = 10000, most_thumbnail_bytes = 8 << 20, largest_thumbnail = 64,
                smallest_thumbnail = 12;
constexpr Index example_count = 24, example_side = 96, member_side = 48, member_count = 8, most_clusters = 24;
constexpr double most_bytes_read = 2.0 * (1 << 30);

/// `count` points evenly chosen from a list.
std::vector<Index> evenly(const std::vector<Index>& from, Index count) {
  const auto n = static_cast<Index>(from.size());
  std::vector<Index> chosen;
  for (Index i = 0; i < std::min(n, count); ++i)
    chosen.push_back(from[static_cast<std::size_t>(count >= n ? i : count < 2 ? n / 2 : i * (n - 1) / (count - 1))]);
  return chosen;
}

std::vector<Index> points_by(Index points, const std::vector<float>& values) {
  std::vector<Index> order(static_cast<std::size_t>(points));
  std::iota(order.begin(), order.end(), Index{0});
  if (std::ssize(values) == points)
    std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) {
      return values[static_cast<std::size_t>(a)] < values[static_cast<std::size_t>(b)];
    });
  return order;
}

/// Bytes as they are; other numbers between the least and the greatest of some rows.
Window window_of(const RunReport& report, const DatasetInfo& info) {
  if (info.type == ElementType::uint8) return {0, 255};
  std::vector<Index> some;
  const Index count = std::min<Index>(report.points, 200);
  for (Index i = 0; i < count; ++i) some.push_back(report.row(i * report.points / count));
  Window window{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()};
  for_each_row(info, some, [&](Index, const std::vector<float>& values) {
    for (const float value : values) {
      window.low = std::min<double>(window.low, value);
      window.high = std::max<double>(window.high, value);
    }
  });
  return window;
}

class Painter {
 public:
  Painter(RunReport& report, const DatasetInfo& info, const SampleLayout& layout)
      : report_(report), info_(info), layout_(layout), window_(window_of(report, info)) {}

  void add_thumbnails() {
    const Index channels = picture(std::vector<float>(static_cast<std::size_t>(info_.row_elements()))).channels;
    std::vector<Index> all(static_cast<std::size_t>(report_.points));
    std::iota(all.begin(), all.end(), Index{0});
    const auto affordable = static_cast<Index>(most_bytes_read / static_cast<double>(info_.row_bytes()));
    report_.thumbnail_points = evenly(all, std::clamp<Index>(affordable, 100, most_thumbnails));
    const auto count = static_cast<Index>(report_.thumbnail_points.size());
    const auto side = static_cast<Index>(std::sqrt(most_thumbnail_bytes / (channels * count)));
    const Index wanted = std::max({smallest_thumbnail, std::min(side, largest_thumbnail)});
    std::vector<Index> rows;
    for (const Index point : report_.thumbnail_points) rows.push_back(report_.row(point));
    std::vector<Picture> pictures;
    Index needed = 1;
    for_each_row(info_, rows, [&](Index, const std::vector<float>& values) {
      pictures.push_back(shrunk(picture(values), wanted));
      needed = std::max({needed, pictures.back().width, pictures.back().height});
    });
    report_.thumbnail_side = needed;
    report_.thumbnail_columns = std::max<Index>(1, static_cast<Index>(std::sqrt(count)));
    report_.thumbnails = atlas_of(pictures, needed, report_.thumbnail_columns);
  }

  void add_examples(const Model* model) {
    const std::vector<Index> chosen = evenly(points_by(report_.points, report_.errors), example_count);
    std::vector<Index> rows;
    for (const Index point : chosen) rows.push_back(report_.row(point));
    const RowData data = read_chosen_rows(info_, rows);
    Matrix restored;
    if (model) {
      SampleFormat format = model->format;
      format.channels_last = layout_.channels_last;
      restored = reconstruct(model->network, model->numbers, format, data);
    }
    std::vector<float> values(static_cast<std::size_t>(data.width));
    for (Index i = 0; i < data.count; ++i) {
      const Index point = chosen[static_cast<std::size_t>(i)];
      data.to_floats(i, values.data());
      Example example{point, shrunk(picture(values), example_side), {}, 0};
      if (model) {
        std::copy_n(restored.data() + i * data.width, data.width, values.begin());
        example.reconstruction = shrunk(picture(values), example_side);
      }
      if (!report_.errors.empty()) example.error = report_.errors[static_cast<std::size_t>(point)];
      report_.examples.push_back(std::move(example));
    }
  }

  void add_members() {
    if (report_.clusters.empty() || report_.distances.empty()) return;
    std::map<Index, std::vector<Index>> by_cluster;  // points, nearest first
    for (const Index point : points_by(report_.points, report_.distances))
      by_cluster[report_.clusters[static_cast<std::size_t>(point)]].push_back(point);
    std::vector<Index> largest;
    for (const auto& [cluster, points] : by_cluster) largest.push_back(cluster);
    std::stable_sort(largest.begin(), largest.end(),
                     [&](Index a, Index b) { return by_cluster[a].size() > by_cluster[b].size(); });
    largest.resize(std::min<std::size_t>(largest.size(), most_clusters));
    std::sort(largest.begin(), largest.end());
    std::map<Index, Picture> picture_of_row;
    for (const Index cluster : largest) {
      const auto& points = by_cluster[cluster];
      const auto count = std::min<std::ptrdiff_t>(std::ssize(points), member_count);
      ClusterMembers members{cluster, {}, {}};
      for (std::ptrdiff_t i = 0; i < count; ++i)
        members.nearest.push_back({points[static_cast<std::size_t>(i)], {}, {}, 0});
      for (std::ptrdiff_t i = 0; i < count; ++i)
        members.farthest.push_back({points[points.size() - 1 - static_cast<std::size_t>(i)], {}, {}, 0});
      for (const auto* side : {&members.nearest, &members.farthest})
        for (const auto& member : *side) picture_of_row[report_.row(member.point)] = {};
      report_.members.push_back(std::move(members));
    }
    std::vector<Index> rows;
    for (const auto& [row, unused] : picture_of_row) rows.push_back(row);
    for_each_row(info_, rows, [&](Index row, const std::vector<float>& values) {
      picture_of_row[row] = shrunk(picture(values), member_side);
    });
    for (auto& members : report_.members)
      for (auto* side : {&members.nearest, &members.farthest})
        for (auto& member : *side) member.original = picture_of_row[report_.row(member.point)];
  }

 private:
  Picture picture(const std::vector<float>& values) const {
    return picture_of(values, layout_.shape, layout_.channels_last, window_);
  }

  RunReport& report_;
  const DatasetInfo& info_;
  const SampleLayout& layout_;
  Window window_;
};

}  // namespace

void add_pictures(RunReport& report, const DatasetInfo& info, const SampleLayout& layout, const Model* model) {
  Painter painter(report, info, layout);
  painter.add_thumbnails();
  painter.add_examples(model);
  painter.add_members();
}

}  // namespace shoal
