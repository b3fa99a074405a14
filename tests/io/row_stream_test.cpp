#include "shoal/io/row_stream.hpp"

#include <gtest/gtest.h>

#include "io_files.hpp"
#include "shoal/core/random.hpp"
#include "shoal/io/output_file.hpp"

namespace shoal {
namespace {

using namespace io_tests;

constexpr Index rows = 1000, width = 3;

std::vector<float> values() {
  std::vector<float> all(static_cast<std::size_t>(rows * width));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<float>(i) / 7;
  return all;
}

std::string npy_file(const std::string& name, const std::vector<float>& all, bool swapped = false) {
  const std::string path = own_name(name);
  return write_file(path, npy_header(npy_dictionary(swapped ? ">f4" : "<f4", "(1000, 3)")) + bytes_of(all, swapped));
}

std::string hdf5_file(const std::string& name, const std::vector<float>& all) {
  std::string path = shared_name(name);
  OutputFile file(test_world(), path);
  const Shard shard = Shard::of(rows, test_world().rank(), test_world().size());
  const std::vector<float> mine(all.begin() + shard.begin * width, all.begin() + shard.end * width);
  file.write_rows("/data", shard, mine, {width});
  file.close();
  return path;
}

void expect_rows(const RowView& view, const std::vector<float>& all, Index first) {
  for (Index i = 0; i < view.count; ++i)
    for (Index j = 0; j < width; ++j)
      ASSERT_EQ(view.at(i, j), all[static_cast<std::size_t>((first + i) * width + j)]) << "row " << first + i;
}

// Windows of about memory / 32 rows.
void expect_streams(const std::string& name, Index begin, Index end, Index memory) {
  SCOPED_TRACE(name + ", memory " + std::to_string(memory));
  const auto all = values();
  const RowSource source = stream_rows(open_dataset(name), begin, end, memory);
  ASSERT_EQ(source.count, end - begin);
  ASSERT_EQ(source.type, ElementType::float32);
  for (int pass = 0; pass < 3; ++pass) {
    Index next = 0;
    for_panels(source, [&](Index first, const RowView& panel) {
      ASSERT_EQ(first, next);
      next += panel.count;
      expect_rows(panel, all, begin + first);
    });
    EXPECT_EQ(next, source.count);
  }
  Random random(1, Stream::test);
  for (int i = 0; i < 300; ++i) {
    const Index first = random.below(source.count), count = random.below(source.count - first + 1);
    const RowView view = source.read(first, count);
    ASSERT_EQ(view.count, count);
    expect_rows(view, all, begin + first);
    std::vector<float> copied(static_cast<std::size_t>(width));
    const Index other = random.below(source.count);
    source.copy(other, 1, reinterpret_cast<std::byte*>(copied.data()));
    EXPECT_EQ(copied[0], all[static_cast<std::size_t>((begin + other) * width)]);
    expect_rows(view, all, begin + first);  // copying leaves views alone
  }
  for (Index first = 0, count = 7; first < source.count; first += count)  // across all borders
    expect_rows(source.read(first, std::min(count, source.count - first)), all, begin + first);
}

TEST(RowStream, gives_any_rows_of_every_format) {
  const auto all = values();
  const std::string hdf5 = hdf5_file("stream.h5", all);
  for (const Index memory : {Index{0}, Index{1600}, Index{5000}, Index{100000}}) {
    expect_streams(npy_file("stream.npy", all), 0, rows, memory);
    expect_streams(npy_file("swapped.npy", all, true), 100, 999, memory);
    expect_streams(write_file(own_name("stream.idx"), idx_header(0x0d, {1000, 3}) + bytes_of(all, true)), 3, 500,
                   memory);
    expect_streams(hdf5, 250, 760, memory);
  }
}

TEST(RowStream, a_contiguous_hdf5_dataset_is_read_ahead) {
  const std::string path = hdf5_file("plain.h5", values());
  EXPECT_GT(open_dataset(path).data_offset, 0);
  EXPECT_TRUE(stream_rows(open_dataset(path), 0, rows, 0).copies_beside);
}

TEST(RowStream, keeps_to_its_memory_when_asked_for_most_rows) {
  const RowSource source = stream_rows(open_dataset(npy_file("most.npy", values())), 0, rows, 16 * 12 * 8);
  EXPECT_EQ(source.most_rows, 32);
  EXPECT_EQ(stream_rows(open_dataset(npy_file("most.npy", values())), 0, rows, 0).most_rows, 16);
}

TEST(RowStream, names_file_row_and_column_of_what_is_not_finite) {
  auto all = values();
  all[700 * width + 2] = std::numeric_limits<float>::quiet_NaN();
  const std::string path = npy_file("nan.npy", all);
  const RowSource source = stream_rows(open_dataset(path), 100, rows, 2000);
  const Error error = error_of([&] { for_panels(source, [](Index, const RowView&) {}); });
  EXPECT_EQ(error.code(), ExitCode::input);
  for (const std::string word : {path.c_str(), "NaN", "row 700", "column 2"})
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  std::vector<float> row(3);
  EXPECT_EQ(error_of([&] { source.copy(600, 1, reinterpret_cast<std::byte*>(row.data())); }).code(), ExitCode::input);
}

TEST(RowStream, says_when_the_file_became_shorter) {
  const std::string path = npy_file("short.npy", values());
  const DatasetInfo info = open_dataset(path);
  const RowSource source = stream_rows(info, 0, rows, 2000);
  source.read(0, 16);
  std::filesystem::resize_file(path, 5000);
  const Error error = error_of([&] { for_panels(source, [](Index, const RowView&) {}); });
  EXPECT_EQ(error.code(), ExitCode::input);
  EXPECT_NE(std::string(error.what()).find("rows"), std::string::npos) << error.what();
}

TEST(RowStream, refuses_what_has_no_index) {
  DatasetInfo info;
  info.path = "images.gz";
  info.format = DatasetFormat::idx_gz;
  info.dims = {10, 2};
  const Error error = error_of([&] { stream_rows(info, 0, 10, 100); });
  EXPECT_EQ(error.code(), ExitCode::input);
  EXPECT_NE(error.hint().find("shoal convert"), std::string::npos);
}

}  // namespace
}  // namespace shoal
